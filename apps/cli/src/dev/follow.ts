import { setTimeout as wait } from 'node:timers/promises';
import { type ApiClient, apiClient } from './api-client.ts';

type Event = {
  readonly id: string;
  readonly type: string;
  readonly occurred_at: string;
  readonly message_id: string;
  readonly delivery_id?: string | null;
  readonly recipient?: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
};
type Entry = { readonly step: string; readonly what: string; readonly delivery_id: string | null };
type Trace = { readonly entries: readonly Entry[] };
type Page = { readonly data: readonly Event[]; readonly next_cursor: string | null };

export type Follow = {
  readonly url: string;
  readonly keys: readonly string[];
  readonly print: (line: string) => void;
};

/** Told when they happen; the steps in between are in the trace. */
const told = new Set([
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
]);
const POLL_MS = 700;

const isTold = ({ type }: Event): boolean => told.has(type.replace(/^message\./, ''));

const clock = (time: string): string => new Date(time).toTimeString().slice(0, 8);

async function lineOf(api: ApiClient, url: string, event: Event): Promise<string> {
  const type = event.type.replace(/^message\./, '');
  const facts = type === 'delivered' ? await deliveredFacts(api, event) : saidFacts(event);
  return `${clock(event.occurred_at)}  ${(event.recipient ?? '').padEnd(28)} ${type}${facts} · ${url}/v1/messages/${event.message_id}/trace`;
}

const SAID_LETTERS = 100;

/** What the other side said. It is theirs: what would steer a terminal is taken out. */
function saidFacts({ detail: { code, reply } }: Event): string {
  if (typeof code !== 'number' || typeof reply !== 'string') return '';
  const text = reply.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return `  ${code} ${text.length > SAID_LETTERS ? `${text.slice(0, SAID_LETTERS)}…` : text}`;
}

const factSteps = ['sign-dkim', 'rewrite-links'];

async function deliveredFacts(api: ApiClient, event: Event): Promise<string> {
  const message = await api.get<{ created_at: string }>(`/v1/messages/${event.message_id}`);
  const trace = await api.get<Trace>(`/v1/messages/${event.message_id}/trace`);
  const seconds = (Date.parse(event.occurred_at) - Date.parse(message.created_at)) / 1000;
  const own = trace.entries.filter(
    ({ delivery_id }) => delivery_id === null || delivery_id === event.delivery_id,
  );
  const facts = factSteps.flatMap((wanted) =>
    own.filter(({ step }) => step === wanted).map(({ what }) => what),
  );
  return ` ${seconds.toFixed(2)}s  ${facts.join(' · ')}`;
}

const pageAfter = (api: ApiClient, cursor: string | null): Promise<Page> =>
  api.get(`/v1/events?limit=100${cursor === null ? '' : `&after=${encodeURIComponent(cursor)}`}`);

/** Behind everything that happened before. */
async function startCursor(api: ApiClient): Promise<string | null> {
  for (let cursor: string | null = null; ; ) {
    const page: Page = await pageAfter(api, cursor);
    if (page.next_cursor === null || page.data.length === 0) return cursor;
    cursor = page.next_cursor;
  }
}

async function followOne(api: ApiClient, { url, print }: Follow, signal: AbortSignal): Promise<void> {
  let cursor = await startCursor(api);
  while (!signal.aborted) {
    const page = await pageAfter(api, cursor);
    for (const event of page.data.filter(isTold)) print(await lineOf(api, url, event));
    cursor = page.next_cursor ?? cursor;
    if (page.data.length < 100) await wait(POLL_MS, undefined, { signal });
  }
}

/** Prints a line per event from now on, until aborted. An API that is just being restarted is waited for. */
export async function followEvents(follow: Follow, signal: AbortSignal): Promise<void> {
  const each = follow.keys.map(async (key) => {
    while (!signal.aborted) {
      await followOne(apiClient({ url: follow.url, key }), follow, signal).catch(() => undefined);
      await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  });
  await Promise.all(each);
}
