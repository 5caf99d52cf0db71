/** Prints events on the console. It reads them when PostgreSQL notifies that events were written, so an idle console sends no query. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Database, openDatabase } from '@waybill/io/postgres/connection/database';
import { type Listener, openListener } from '@waybill/io/postgres/connection/listener';
import { EVENTS_CHANNEL } from '@waybill/io/postgres/mail-store/event-signal';
import { type FollowedEvent, followedEvents } from '@waybill/io/postgres/reading/followed-events';
import type { EventType } from '@waybill/relay/events/event';
import { publicId } from '@waybill/relay/id';

export type Follow = {
  readonly databaseUrl: string;
  readonly accountIds: readonly string[];
  /** The URL of the dashboard, with a slash at its end. */
  readonly url: string;
  readonly print: (line: string) => void;
};

/** The printed event types. The trace shows the steps in between. */
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

/** Time between two queries, in milliseconds. */
const LOOK_MS = 700;
/** The number of queries after a notification, so that events that are committed a little later are found. */
const LOOKS = 3;

const clock = (time: Date): string => time.toTimeString().slice(0, 8);

const MAX_REPLY_CHARACTERS = 100;

/** The reply of the other server, without characters that control a terminal. */
function replyOf({ detail: { code, reply } }: FollowedEvent): string {
  if (typeof code !== 'number' || typeof reply !== 'string') return '';
  const text = reply.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return `  ${code} ${text.length > MAX_REPLY_CHARACTERS ? `${text.slice(0, MAX_REPLY_CHARACTERS)}…` : text}`;
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
  const facts = event.type === 'delivered' ? deliveredFacts(event) : replyOf(event);
  return `${clock(event.occurredAt)}  ${(event.recipient ?? '').padEnd(28)} ${event.type}${facts} · ${link}`;
}

type Watch = {
  /** Resolves when the next query is due. */
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
  const { database, listener, accountIds, url, print } = follow;
  const read = followedEvents(database, { accountIds, types: printed }, () => new Date());
  const watch = watchEvents(listener, signal);
  while (!signal.aborted) {
    await watch.due();
    await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
    // If the database is restarting, the next query reads the events.
    const events = await read().catch(() => undefined);
    if (events === undefined || events.length > 0) watch.lookAgain();
    const lines = (events ?? []).map((event) =>
      lineOf(event, `${url}messages/${publicId('msg', event.messageId)}`),
    );
    if (lines.length > 0) print(lines.join('\n'));
  }
}

/** Prints a line per event from now until aborted. */
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
