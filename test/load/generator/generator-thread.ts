/** Sends mail from a thread of its own, so that what it costs is never in the figure of what it measures. */
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { clockMs } from '../clock.ts';
import { type LedgerMemory, ledgerOn, type Range } from '../sink/ledger.ts';
import { buildTemplate, idText, type MessageKind, withDot } from './message.ts';
import { type Endpoint, openSmtpClient, type SmtpClient } from './smtp-client.ts';

export type GeneratorSettings = {
  readonly memory: LedgerMemory;
  readonly endpoint: Endpoint;
  readonly domain: string;
  readonly kind: MessageKind;
  readonly range: Range;
  readonly sessions: number;
  readonly ratePerSecond: number | undefined;
  readonly isConnectionPerMessage: boolean;
  readonly seconds: number;
};

export type Sent = {
  readonly startedAt: number;
  readonly offered: number;
  readonly refused: number;
  readonly broken: number;
  /** What the first refusal or break said. */
  readonly trouble: string | undefined;
};

/** A server that refuses or breaks this often in a row is not measured any further. */
const TOO_MANY = 50;
const AFTER_TROUBLE_MS = 50;

const settings = workerData as GeneratorSettings;
const { range, ratePerSecond, isConnectionPerMessage } = settings;
const { acceptedAt } = ledgerOn(settings.memory);
const template = buildTemplate(settings.kind, settings.domain);
const mailFrom = `shop@${settings.domain}`;

let next = range.first;
let offered = 0;
let refused = 0;
let broken = 0;
let inARow = 0;
let trouble: string | undefined;

/** The number to send next, at its time; `undefined`: enough. */
async function turn(startedAt: number): Promise<number | undefined> {
  if (next >= range.first + range.count || inARow > TOO_MANY) return undefined;
  const id = next++;
  const dueAt = ratePerSecond === undefined ? 0 : startedAt + ((id - range.first) * 1_000) / ratePerSecond;
  const early = dueAt - clockMs();
  if (early > 0) await wait(early);
  return clockMs() - startedAt > settings.seconds * 1_000 ? undefined : id;
}

async function troubled(text: string): Promise<void> {
  trouble ??= text;
  inARow += 1;
  await wait(AFTER_TROUBLE_MS);
}

async function sendOne(client: SmtpClient, id: number): Promise<void> {
  offered += 1;
  const answer = await client.send(
    { mailFrom, rcptTo: `r${idText(id)}@rcpt.example` },
    withDot(template, id),
  );
  if (answer.code === 250) {
    acceptedAt[id] = answer.at;
    inARow = 0;
    return;
  }
  refused += 1;
  await troubled(answer.text);
}

async function session(startedAt: number, opened: SmtpClient | undefined): Promise<void> {
  let client = opened;
  for (let id = await turn(startedAt); id !== undefined; id = await turn(startedAt)) {
    try {
      client ??= await openSmtpClient(settings.endpoint);
      await sendOne(client, id);
      if (!isConnectionPerMessage) continue;
      await client.quit();
      client = undefined;
    } catch (error) {
      broken += 1;
      client?.destroy();
      client = undefined;
      await troubled(String(error));
    }
  }
  await client?.quit();
}

async function openClients(): Promise<readonly (SmtpClient | undefined)[]> {
  const endpoints = Array.from({ length: settings.sessions }, () => settings.endpoint);
  if (isConnectionPerMessage) return endpoints.map(() => undefined);
  return Promise.all(endpoints.map(openSmtpClient));
}

const clients = await openClients();
const startedAt = clockMs();
await Promise.all(clients.map((client) => session(startedAt, client)));
const sent: Sent = { startedAt, offered, refused, broken, trouble };
parentPort?.postMessage(sent);
