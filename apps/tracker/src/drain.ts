/** Moves hits from the spool into PostgreSQL. The delivery is looked up here, so that a redirect does not wait for it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '@waybill/io/log/log';
import { foldedAddress } from '@waybill/mail/address';
import { publicId } from '@waybill/relay/id';
import type { EventStore, SuppressionList } from '@waybill/relay/ports';
import type { StampedHit } from './hit.ts';
import type { Spool } from './spool.ts';

type FoundDelivery = {
  readonly messageId: string;
  readonly accountId: string;
  readonly streamId: string | undefined;
  readonly recipient: string;
};

export type DrainPorts = {
  readonly spool: Spool;
  readonly deliveries: { find(deliveryId: string): Promise<FoundDelivery | undefined> };
  readonly events: EventStore;
  readonly suppressions: Pick<SuppressionList, 'add'>;
  /** The database is away: all hits stay in the spool for a later try. Any other error concerns one hit. */
  readonly isTrouble: (error: unknown) => boolean;
  /** A new event id with the present time: ids are in the order in which events become visible. */
  readonly newEventId: () => string;
  readonly count: (outcome: 'drained' | 'unknown_delivery' | 'rejected') => void;
  readonly log: Log;
};

const detailOf = ({ agent, url, linkIndex, via }: StampedHit): Record<string, unknown> => ({
  ...(agent && { agent }),
  ...(url !== undefined && { url, link_index: linkIndex }),
  ...(via && { via }),
});

async function suppress(hit: StampedHit, delivery: FoundDelivery, ports: DrainPorts): Promise<void> {
  const { accountId, streamId, recipient } = delivery;
  await ports.suppressions.add(
    accountId,
    { address: foldedAddress(recipient), reason: 'unsubscribe', streamId },
    { delivery_id: publicId('dlv', hit.deliveryId), via: hit.via, at: hit.at },
  );
}

async function saveHit(hit: StampedHit, ports: DrainPorts): Promise<void> {
  const delivery = await ports.deliveries.find(hit.deliveryId);
  if (delivery === undefined) {
    // Retention has dropped its partition, or it was never committed. There is no account to notify.
    ports.count('unknown_delivery');
    ports.log.warn({ deliveryId: hit.deliveryId, type: hit.type }, 'hit for an unknown delivery dropped');
    return;
  }
  if (hit.type === 'unsubscribed') await suppress(hit, delivery, ports);
  await ports.events.append({
    id: hit.id,
    accountId: delivery.accountId,
    messageId: delivery.messageId,
    deliveryId: hit.deliveryId,
    type: hit.type,
    occurredAt: new Date(hit.at),
    detail: detailOf(hit),
  });
  ports.count('drained');
}

/** A hit that the database rejects is set aside. While the database is away the error stops the drain. */
async function saveOrReject(hit: StampedHit, ports: DrainPorts): Promise<void> {
  try {
    await saveHit(hit, ports);
  } catch (err) {
    if (ports.isTrouble(err)) throw err;
    ports.count('rejected');
    ports.log.error({ err, deliveryId: hit.deliveryId, type: hit.type }, 'hit rejected by the database');
    await ports.spool.saveRejected(hit);
  }
}

const BATCH = 200;

/** Drains all segments. Rejects when the database is away; a segment that was not removed is drained again. */
async function drainAll(ports: DrainPorts): Promise<void> {
  for (;;) {
    const segment = await ports.spool.next(ports.newEventId);
    if (segment === undefined) return;
    if (segment.unreadable > 0)
      ports.log.warn({ lines: segment.unreadable }, 'unreadable lines in the spool');
    for (let at = 0; at < segment.hits.length; at += BATCH)
      await Promise.all(segment.hits.slice(at, at + BATCH).map((hit) => saveOrReject(hit, ports)));
    await segment.remove();
  }
}

export type Drainer = {
  /** Drains soon, because a hit was appended. */
  wake(): void;
  close(): Promise<void>;
};

const PAUSE_MS = 250;
const MAX_PAUSE_MS = 5_000;

/** Drains once and returns how long to wait, in milliseconds. While the database is away the waits grow; the first failure is logged. */
async function drainOnce(ports: DrainPorts, pauseMs: number): Promise<number> {
  try {
    await drainAll(ports);
    if (pauseMs > PAUSE_MS) ports.log.info({}, 'spool is drained again');
    return PAUSE_MS;
  } catch (err) {
    if (pauseMs === PAUSE_MS) ports.log.warn({ err }, 'spool cannot be drained');
    return Math.min(MAX_PAUSE_MS, pauseMs * 2);
  }
}

/** Drains what an earlier process left, then after each `wake`, until closed. While the database is away it tries again by itself. */
export function startDraining(ports: DrainPorts): Drainer {
  const stopped = new AbortController();
  let due = Promise.withResolvers<void>();
  due.resolve();
  const run = async (): Promise<void> => {
    let pauseMs = PAUSE_MS;
    while (!stopped.signal.aborted) {
      await due.promise;
      due = Promise.withResolvers();
      await wait(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      pauseMs = await drainOnce(ports, pauseMs);
      if (pauseMs > PAUSE_MS) due.resolve();
    }
  };
  const running = run();
  return {
    wake: () => due.resolve(),
    async close() {
      stopped.abort();
      due.resolve();
      await running;
    },
  };
}
