/**
 * The events of the shown account as they come. All parts of the page share one stream. It is open while a part listens and the page is
 * visible, so that a hidden tab costs nothing. A stream that begins anew says so: what happened before is read from the lists again.
 */
import { problemOf } from '../problem-error.ts';
import { requestPieces } from '../request.ts';
import type { EventView } from '../views.ts';
import { openFrameReader } from './event-frames.ts';

export type News = {
  readonly events: readonly EventView[];
  /** The stream began with this: earlier events may be unknown. */
  readonly isAnew: boolean;
  /** When the stream was opened, as `Date.now()` gives it: what was read later misses no event. */
  readonly openedAt: number;
};

export type Listener = { readonly onNews: (news: News) => void; readonly onConnection: () => void };

/** News come at most this often, many events at a time. */
const BATCH_MS = 1_000;
/** A message is queued and delivered within this time, so that both come together. */
const GATHER_MS = 120;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const;
/** The next page of the dashboard listens within this time. */
const LINGER_MS = 2_000;

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Gathers events, and passes them on in batches. */
function openBatches(pass: (news: News) => void) {
  let events: EventView[] = [];
  let isAnew = false;
  let openedAt = 0;
  let isPlanned = false;
  let passedAt = 0;
  const flush = (): void => {
    isPlanned = false;
    passedAt = Date.now();
    const news = { events, isAnew, openedAt };
    events = [];
    isAnew = false;
    pass(news);
  };
  const plan = (): void => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(flush, Math.max(GATHER_MS, passedAt + BATCH_MS - Date.now()));
  };
  return {
    begin() {
      isAnew = true;
      openedAt = Date.now();
      plan();
    },
    add(more: readonly EventView[]) {
      events.push(...more);
      if (more.length > 0) plan();
    },
  };
}

type Batches = ReturnType<typeof openBatches>;
type Reading = {
  readonly account: string;
  readonly batches: Batches;
  readonly signal: AbortSignal;
  readonly setConnected: (is: boolean) => void;
};

async function readStream({ account, batches, signal, setConnected }: Reading): Promise<void> {
  const asked = { account, signal, accept: 'text/event-stream' };
  const decoder = new TextDecoder();
  const read = openFrameReader();
  let isOpen = false;
  for await (const piece of requestPieces('/v1/events/stream', asked)) {
    if (!isOpen) batches.begin();
    isOpen = true;
    setConnected(true);
    const frames = read(decoder.decode(piece, { stream: true }));
    batches.add(frames.map((data) => JSON.parse(data) as EventView));
  }
}

/** A refusal that does not go away by itself: the session ended, or the account is not ours. */
const isFinal = (error: unknown): boolean => [401, 403, 404].includes(problemOf(error).status);

async function keepReading(reading: Reading): Promise<void> {
  const { signal, setConnected } = reading;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await readStream(reading);
      failures = 0;
    } catch (error) {
      if (isFinal(error)) return;
      failures += 1;
    } finally {
      if (!signal.aborted) setConnected(false);
    }
    await wait(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0, signal);
  }
}

export type Feed = {
  listen(listener: Listener): () => void;
  isConnected(): boolean;
};

function openFeed(account: string): Feed {
  const listeners = new Set<Listener>();
  const batches = openBatches((news) => {
    for (const { onNews } of listeners) onNews(news);
  });
  let running: AbortController | undefined;
  let isConnected = false;
  const setConnected = (is: boolean): void => {
    if (is === isConnected) return;
    isConnected = is;
    for (const { onConnection } of listeners) onConnection();
  };
  const start = (): void => {
    if (running !== undefined || document.hidden) return;
    running = new AbortController();
    void keepReading({ account, batches, signal: running.signal, setConnected });
  };
  const stop = (): void => {
    running?.abort();
    running = undefined;
    setConnected(false);
  };
  const onVisibility = (): void => (document.hidden ? stop() : start());
  return {
    isConnected: () => isConnected,
    listen(listener) {
      if (listeners.size === 0) document.addEventListener('visibilitychange', onVisibility);
      listeners.add(listener);
      start();
      return () => {
        listeners.delete(listener);
        setTimeout(() => {
          if (listeners.size > 0) return;
          document.removeEventListener('visibilitychange', onVisibility);
          stop();
        }, LINGER_MS);
      };
    },
  };
}

const feeds = new Map<string, Feed>();

export function feedOf(account: string): Feed {
  const feed = feeds.get(account) ?? openFeed(account);
  feeds.set(account, feed);
  return feed;
}
