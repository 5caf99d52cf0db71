/** What a webhook that always fails costs the mail: the same messages with it and without it, in turn. */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { type Measure, measure, type Stage } from '../measure.ts';
import { medianOf } from '../report/ratios.ts';
import { describe } from '../report/report.ts';
import { table, two, whole } from '../report/table.ts';
import { small } from '../scenarios.ts';
import type { Range } from '../sink/ledger.ts';
import type { Product } from '../systems/product.ts';
import { type FailingEndpoint, openFailingEndpoint } from './failing-endpoint.ts';

/** Without a failing webhook mail is at most so many times as fast, in the medians. */
const MOST_RATIO = 1.1;
const ROUNDS = 3;
const SETTLE_MS = 60_000;

export type WebhookBenchOptions = {
  readonly messages: number;
  readonly seconds: number;
  readonly take: (count: number) => Range;
  readonly print: (line: string) => void;
};

type Round = { readonly isFailing: boolean; readonly measured: Measure; readonly requests: number };

/** `asked`: method and path, like `DELETE /v1/webhooks/wh_…`. */
async function ask({ dev }: Product, asked: string, body?: unknown): Promise<{ readonly id: string }> {
  const [method = '', path = ''] = asked.split(' ');
  const response = await fetch(new URL(path, dev.api.url), {
    method,
    headers: { authorization: `Bearer ${dev.api.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${asked} was answered ${response.status}: ${text}`);
  return text === '' ? { id: '' } : JSON.parse(text);
}

const unreadSql = `
  SELECT count(*) > 0 AS unread FROM event_reader r, LATERAL (
    SELECT FROM event e WHERE (e.tx, e.seq) > (r.tx, r.seq) ORDER BY e.tx, e.seq LIMIT 1
  ) AS next`;

/** Until the readers of events have read what a round wrote, so that it costs the next one nothing. */
async function untilRead({ databaseUrl }: Product): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const until = Date.now() + SETTLE_MS;
    while (Date.now() < until && (await client.query(unreadSql)).rows[0]?.unread) await wait(250);
  } finally {
    await client.end();
  }
}

type Bench = { readonly stage: Stage & { readonly system: Product }; readonly endpoint: FailingEndpoint };

async function runRound(
  { stage, endpoint }: Bench,
  isFailing: boolean,
  { messages, seconds, take, print }: WebhookBenchOptions,
): Promise<Round> {
  const { system } = stage;
  const webhook = isFailing
    ? await ask(system, 'POST /v1/webhooks', { url: endpoint.url, events: ['*'] })
    : undefined;
  endpoint.takeCount();
  const measured = await measure(stage, { scenario: small, range: take(messages), seconds });
  const requests = endpoint.takeCount();
  print(`\n${isFailing ? 'With a failing webhook' : 'Without a webhook'} · ${describe(measured)}`);
  await untilRead(system);
  if (webhook) await ask(system, `DELETE /v1/webhooks/${webhook.id}`);
  return { isFailing, measured, requests };
}

const deliveredIn = (rounds: readonly Round[], isFailing: boolean): number =>
  medianOf(
    rounds.filter((one) => one.isFailing === isFailing).map(({ measured }) => measured.deliveredPerSecond),
  );

/** Returns what missed its mark. */
export async function measureWebhooks(
  stage: Bench['stage'],
  options: WebhookBenchOptions,
): Promise<readonly string[]> {
  const endpoint = await openFailingEndpoint();
  const rounds: Round[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1)
      for (const isFailing of [false, true])
        rounds.push(await runRound({ stage, endpoint }, isFailing, options));
  } finally {
    await endpoint.close();
  }
  const [without, failing] = [deliveredIn(rounds, false), deliveredIn(rounds, true)];
  const ratio = without / failing;
  options.print(
    `\n${table([
      ['', 'delivered/s (medians)', 'requests to the endpoint'],
      ['without a webhook', whole(without), '0'],
      ['with one that fails', whole(failing), whole(rounds.reduce((sum, { requests }) => sum + requests, 0))],
    ])}\nWithout it mail is ${two(ratio)} times as fast`,
  );
  return ratio > MOST_RATIO ? [`a failing webhook costs × ${two(ratio)}, to be below ${MOST_RATIO}`] : [];
}
