/** The console's lines. It reads events when PostgreSQL notifies that some were written: an idle console costs nothing. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Database, openDatabase } from '@waybill/io/postgres/connection/database';
import { type Listener, openListener } from '@waybill/io/postgres/connection/listener';
import { EVENTS_CHANNEL } from '@waybill/io/postgres/mail-store/event-signal';
import { type FollowedEvent, followedEvents } from '@waybill/io/postgres/reading/followed-events';
import type { EventType } from '@waybill/relay/events/event';
import { messageUrl } from '@waybill/relay/links/message-link';

export type Follow = {
  readonly databaseUrl: string;
  readonly accountIds: readonly string[];
  /** Of the API, and the key that signs links to it. */
  readonly url: string;
  readonly linkKey: Buffer;
  readonly print: (line: string) => void;
};

/** Printed when they happen; the steps in between are in the trace. */
const printed: readonly EventType[] = [
  'delivered',
  'bounced',
  'deferred',
  'failed',
  'suppressed',
  'unknown',
  'held',
  'opened',
  'clicked',
  'unsubscribed',
  'complained',
];

/** Many events in this time are one look at the database. */
const LOOK_MS = 700;
/** So many looks after a notification: what was written just before it has settled by then. */
const LOOKS = 3;

const clock = (time: Date): string => time.toTimeString().slice(0, 8);

const SAID_LETTERS = 100;

/** What the other side said. It is theirs: what would steer a terminal is taken out. */
function saidFacts({ detail: { code, reply } }: FollowedEvent): string {
  if (typeof code !== 'number' || typeof reply !== 'string') return '';
  const text = reply.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return `  ${code} ${text.length > SAID_LETTERS ? `${text.slice(0, SAID_LETTERS)}…` : text}`;
}

const factSteps = ['sign-dkim', 'rewrite-links'];

function deliveredFacts({ acceptedAt, occurredAt, notes }: FollowedEvent): string {
  const seconds = acceptedAt === null ? 0 : (occurredAt.getTime() - acceptedAt.getTime()) / 1000;
  const facts = factSteps.flatMap((wanted) =>
    notes.filter(({ step }) => step === wanted).map(({ what }) => what),
  );
  return ` ${seconds.toFixed(2)}s  ${facts.join(' · ')}`;
}

function lineOf(event: FollowedEvent, link: string): string {
  const facts = event.type === 'delivered' ? deliveredFacts(event) : saidFacts(event);
  return `${clock(event.occurredAt)}  ${(event.recipient ?? '').padEnd(28)} ${event.type}${facts} · ${link}`;
}

type Watch = {
  /** Resolves when it is worth looking at the database. */
  due(): Promise<void>;
  lookAgain(): void;
};

function watchEvents(listener: Listener, signal: AbortSignal): Watch {
  let looks = LOOKS;
  let wake = (): void => undefined;
  const lookAgain = (): void => {
    looks = LOOKS;
    wake();
  };
  listener.on(EVENTS_CHANNEL, lookAgain);
  signal.addEventListener('abort', lookAgain, { once: true });
  return {
    async due() {
      if (looks <= 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      looks -= 1;
    },
    lookAgain,
  };
}

type Console = Follow & { readonly database: Database; readonly listener: Listener };

async function printEach(follow: Console, signal: AbortSignal): Promise<void> {
  const { database, listener, accountIds, url, linkKey, print } = follow;
  const read = followedEvents(database, { accountIds, types: printed }, () => new Date());
  const watch = watchEvents(listener, signal);
  while (!signal.aborted) {
    await watch.due();
    await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
    // A database that is just being restarted is asked at the next look.
    const events = await read().catch(() => undefined);
    if (events === undefined || events.length > 0) watch.lookAgain();
    const now = new Date();
    const lines = (events ?? []).map((event) => lineOf(event, messageUrl(url, linkKey, { ...event, now })));
    if (lines.length > 0) print(lines.join('\n'));
  }
}

/** Prints a line per event from now on, until aborted. */
export async function followEvents(follow: Follow, signal: AbortSignal): Promise<void> {
  const database = openDatabase({
    url: follow.databaseUrl,
    applicationName: 'waybill dev console',
    poolSize: 1,
  });
  const listener = openListener(database);
  try {
    await printEach({ ...follow, database, listener }, signal);
  } finally {
    await listener.close();
    await database.close();
  }
}
