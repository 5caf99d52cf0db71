/** From the spool into PostgreSQL. Whose a delivery is, is found out here, not while somebody waits for a redirect. */
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
  /** The database is away: keep everything and come back. Anything else is about one hit. */
  readonly isTrouble: (error: unknown) => boolean;
  /** A new event id of this moment: ids are in the order in which events become visible. */
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
    // Its partition was dropped by retention, or it never was committed. There is nobody to tell.
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

/** One bad hit does not hold up its neighbours; trouble with the database holds up all of them. */
async function saveOrReject(hit: StampedHit, ports: DrainPorts): Promise<void> {
  try {
    await saveHit(hit, ports);
  } catch (err) {
    if (ports.isTrouble(err)) throw err;
    ports.count('rejected');
    ports.log.error({ err, deliveryId: hit.deliveryId, type: hit.type }, 'hit rejected by the database');
    await ports.spool.keepRejected(hit);
  }
}

const BATCH = 200;

/** Everything that waits. Rejects when the database is away; what was not removed is drained again. */
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

export type Drainer = { close(): Promise<void> };

const PAUSE_MS = 250;
const MAX_PAUSE_MS = 5_000;

/** Drains once and says how long to wait. While the database is away the pauses grow; the log says so once. */
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

/** Drains until closed. */
export function startDraining(ports: DrainPorts): Drainer {
  const stopped = new AbortController();
  const run = async (): Promise<void> => {
    let pauseMs = PAUSE_MS;
    while (!stopped.signal.aborted) {
      await wait(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      pauseMs = await drainOnce(ports, pauseMs);
    }
  };
  const running = run();
  return {
    async close() {
      stopped.abort();
      await running;
    },
  };
}
