/** F18: messages made to take a parser down, among ordinary messages. */
import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { firstAccount } from '../../support/black-box.ts';
import { type Installation, until } from '../installation.ts';
import type { Book } from '../load.ts';
import { openLoadSession } from '../load-client.ts';
import { underLoad } from '../load-on.ts';
import { type Poison, poisons } from '../poison.ts';
import { untilDrained } from '../reckoning.ts';
import { scale } from '../scale.ts';

const END_SECONDS = 30;
/** Milliseconds that twice the quiet time may differ by on a busy machine. */
const NOISE_MS = 300;
const noise = (): number => NOISE_MS * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

type Fate = {
  readonly state: string;
  readonly reason: string;
  /** Milliseconds from acceptance to the first attempt, and of that attempt. */
  readonly prepared: number | null;
  readonly sent: number | null;
};

async function fateOf({ database }: Installation, id: string): Promise<Fate | undefined> {
  const { rows } = await database.pool.query<Fate>(
    `SELECT coalesce(status, state) AS state, coalesce(delivery.reason, message.reason) AS reason,
       (extract(epoch FROM started_at - accepted_at) * 1000)::integer AS prepared,
       (extract(epoch FROM ended_at - started_at) * 1000)::integer AS sent
     FROM message LEFT JOIN delivery ON message_id = message.id
       LEFT JOIN attempt ON delivery_id = delivery.id AND number = 1
     WHERE subject = $1`,
    [`chaos ${id}`],
  );
  return rows[0];
}

const isEnd = (state: string | undefined): boolean =>
  state !== undefined && !['accepted', 'processed', 'queued', 'deferred'].includes(state);

/** Refused at the door, sent whole, or held where the account can see it: nothing else. */
async function swallow(installation: Installation, { name, mail }: Poison, id: string): Promise<string> {
  const { dev, sink, senders } = installation;
  const [sender] = senders;
  const bytes = mail(id, sender.from);
  const session = await openLoadSession(dev.file.smtp.port, sender.login);
  assert.ok(typeof session !== 'string', String(session));
  const began = performance.now();
  const ended = await session.send({ from: sender.from, to: `${id}@rcpt.example`, bytes });
  session.close();
  const handed = performance.now() - began;
  if (ended.kind === 'refused' && /^5/.test(ended.reply))
    return `${name}: refused, ${ended.reply.slice(0, 60)}`;
  assert.equal(ended.kind, 'accepted', `${name}: ${ended.reply}`);
  const last: { fate: Fate | undefined } = { fate: undefined };
  await until({
    what: `${name} comes to an end`,
    seconds: END_SECONDS,
    look: async () => {
      last.fate = await fateOf(installation, id);
      return isEnd(last.fate?.state);
    },
    explain: async () => JSON.stringify(last.fate),
  });
  const state = last.fate?.state;
  assert.ok(state === 'delivered' || state === 'held', `${name}: ${JSON.stringify(last.fate)}`);
  const [arrival] = sink.arrivals.get(id) ?? [];
  if (state === 'delivered') assert.ok((arrival?.bytes ?? 0) >= bytes.length, `${name}: arrived whole`);
  return `${name}: ${state}, accepted in ${handed.toFixed(0)} ms, first attempt after ${last.fate?.prepared} ms, sent in ${last.fate?.sent} ms`;
}

/** Accept → arrival of what was accepted in this span, 95 of 100. */
function p95(installation: Installation, { accepted }: Book, from: number): number {
  const times = [...accepted]
    .filter(([, { at }]) => at >= from)
    .map(([id, { at }]) => (installation.sink.arrivals.get(id)?.[0]?.at ?? Date.now()) - at)
    .toSorted((a, b) => a - b);
  return times[Math.floor(times.length * 0.95)] ?? 0;
}

export async function poisoned(t: TestContext, installation: Installation): Promise<void> {
  const account = firstAccount(installation.dev.file);
  const { data } = await account.get('/v1/streams?limit=10');
  await account.patch(`/v1/streams/${data[0].id}`, { tracking: { opens: true, clicks: 'all' } });
  // Mail of an earlier fault that is still in flight cannot be compared.
  await untilDrained(installation, 60);
  const { result } = await underLoad(t, installation, {
    name: 'f18',
    load: { perClientPerSecond: 4 },
    fault: async (load) => {
      await wait(1_000);
      const quietFrom = Date.now();
      await wait(3_000);
      const quiet = p95(installation, load.book, quietFrom);
      const from = Date.now();
      for (const [index, poison] of poisons.filter(({ isShort }) => scale.isLong || isShort).entries())
        t.diagnostic(await swallow(installation, poison, `f18p-${index}`));
      await load.stop();
      return { quiet, meanwhile: p95(installation, load.book, from) };
    },
  });
  const { quiet, meanwhile } = result;
  t.diagnostic(`p95 accept → sink of the others: quiet ${quiet} ms, meanwhile ${meanwhile} ms`);
  assert.ok(
    meanwhile <= Math.max(2 * quiet, noise()),
    `the others waited ${meanwhile} ms instead of ${quiet} ms`,
  );
}
