/**
 * Follows the outbox for all open event streams of this process. It reads once for each account that has a stream, after a notification of new
 * events, and reads nothing while there is no stream.
 */
import { setTimeout as wait } from 'node:timers/promises';

/** An event as far as following needs it. */
export type Placed = { readonly position: string };

export type FeedKey = { readonly accountId: string; readonly onlyTests?: true };
export type Page = { readonly after: string; readonly limit: number };

/** A client that gets every event of a feed behind its position, once and in order. */
export type Client<Event extends Placed> = FeedKey & {
  /** The place of the last event that it got. */
  position: string;
  send(events: readonly Event[]): void;
  isClosed(): boolean;
};

export type FollowerPorts<Event extends Placed> = {
  load(feed: FeedKey, page: Page): Promise<readonly Event[]>;
  /** Calls back after a notification; returns a function that ends it. */
  onEvents(wake: () => void): () => void;
  onTrouble(error: unknown): void;
};

export type Follower<Event extends Placed> = {
  /** Sends all that there is. With `follows` also what comes, until the client is closed or left. */
  serve(client: Client<Event>, follows: boolean): Promise<void>;
  leave(client: Client<Event>): void;
};

type Feed<Event extends Placed> = FeedKey & {
  readonly clients: Set<Client<Event>>;
  position: string;
  /** Whether it is reading, and whether it was woken meanwhile. */
  isReading: boolean;
  isWoken: boolean;
};

const PAGE = 200;
/** Notifications may be lost, and an event may become visible only when an older transaction has ended. */
const POLL_MS = 5_000;
const LATER_MS = 500;
/** Events of this time come with one query: under load there are many notifications in a second. */
const GATHER_MS = 100;

const nameOf = ({ accountId, onlyTests }: FeedKey): string => `${accountId} ${onlyTests ?? false}`;

function sendTo<Event extends Placed>(client: Client<Event>, events: readonly Event[]): void {
  const fresh = events.filter(({ position }) => position > client.position);
  const last = fresh.at(-1);
  if (last === undefined || client.isClosed()) return;
  client.position = last.position;
  client.send(fresh);
}

async function readFeed<Event extends Placed>(
  feed: Feed<Event>,
  { load }: FollowerPorts<Event>,
): Promise<void> {
  for (let isFull = true; isFull && feed.clients.size > 0; ) {
    const events = await load(feed, { after: feed.position, limit: PAGE });
    for (const client of feed.clients) sendTo(client, events);
    feed.position = events.at(-1)?.position ?? feed.position;
    isFull = events.length === PAGE;
  }
}

export function openFollower<Event extends Placed>(ports: FollowerPorts<Event>): Follower<Event> {
  const feeds = new Map<string, Feed<Event>>();
  let stop: (() => void) | undefined;

  async function wake(feed: Feed<Event>): Promise<void> {
    feed.isWoken = true;
    if (feed.isReading) return;
    feed.isReading = true;
    while (feed.isWoken) {
      feed.isWoken = false;
      await readFeed(feed, ports).catch(ports.onTrouble);
      await wait(GATHER_MS, undefined, { ref: false });
    }
    feed.isReading = false;
  }
  const wakeAll = (): void => {
    for (const feed of feeds.values()) void wake(feed);
  };

  function start(): () => void {
    const poll = setInterval(wakeAll, POLL_MS);
    let later: NodeJS.Timeout | undefined;
    const end = ports.onEvents(() => {
      wakeAll();
      later ??= setTimeout(() => {
        later = undefined;
        wakeAll();
      }, LATER_MS);
    });
    return () => {
      clearInterval(poll);
      clearTimeout(later);
      end();
    };
  }

  /** A client that is ahead of the feed skips what it has; one that is behind must not join. */
  function joined(client: Client<Event>): boolean {
    const name = nameOf(client);
    const { accountId, onlyTests } = client;
    const feed = feeds.get(name) ?? {
      accountId,
      ...(onlyTests === undefined ? {} : { onlyTests }),
      clients: new Set<Client<Event>>(),
      position: client.position,
      isReading: false,
      isWoken: false,
    };
    if (feed.position > client.position) return false;
    feed.clients.add(client);
    feeds.set(name, feed);
    stop ??= start();
    void wake(feed);
    return true;
  }

  return {
    async serve(client, follows) {
      for (let isDone = false; !isDone && !client.isClosed(); ) {
        const events = await ports.load(client, { after: client.position, limit: PAGE });
        sendTo(client, events);
        isDone = events.length < PAGE && (!follows || client.isClosed() || joined(client));
      }
    },
    leave(client) {
      const name = nameOf(client);
      const feed = feeds.get(name);
      feed?.clients.delete(client);
      if (feed?.clients.size === 0) feeds.delete(name);
      if (feeds.size > 0) return;
      stop?.();
      stop = undefined;
    },
  };
}
