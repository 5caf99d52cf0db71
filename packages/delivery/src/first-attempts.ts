/**
 * First attempts by the process that prepared the message, from memory: no second ring, no claim, no byte read twice. The
 * deliveries are saved already leased to it. Whatever finds no room here is enqueued the sender. ADR 16.
 */
import { randomUUID } from 'node:crypto';
import type { ClaimedDelivery, PreparedDelivery, PreparedMessage, StoredMessage } from '@waybill/relay/ports';
import { deliver } from './deliver.ts';
import type { DeliveryDependencies } from './dependencies.ts';
import type { FirstPlaces } from './first-permits.ts';
import type { Release } from './slots.ts';

export type FirstAttempts = {
  /**
   * The message with leases for those of its queued deliveries that there is room for; to be saved with them. Waits a moment when
   * there is none: what is busy with quick hosts has room soon.
   */
  reserve(stored: StoredMessage, prepared: PreparedMessage): Promise<PreparedMessage>;
  /** After the save: begins the deliveries that are held, and frees the places of the others. Waits for none of them. */
  begin(stored: StoredMessage, prepared: PreparedMessage, held: readonly string[]): void;
  /** Begins none any more, and waits for those under way. */
  close(): Promise<void>;
};

/** Bytes with its patch. A larger one would keep much memory for as long as its host is slow, and the event loop while it is cut to lines. */
const LARGEST = 524_288;

const isSmall = ({ bytes }: StoredMessage, { patch }: PreparedDelivery): boolean =>
  bytes.length + (patch?.length ?? 0) <= LARGEST;

const NO_PATCH = Buffer.alloc(0);

type Leased = PreparedDelivery & Required<Pick<PreparedDelivery, 'lease'>>;

const isLeased = (delivery: PreparedDelivery): delivery is Leased => delivery.lease !== undefined;

const claimOf = (stored: StoredMessage, prepared: PreparedMessage, delivery: Leased): ClaimedDelivery => ({
  id: delivery.id,
  messageId: prepared.messageId,
  accountId: prepared.accountId,
  streamId: prepared.streamId,
  recipient: delivery.recipient,
  returnPath: delivery.returnPath ?? '',
  envelope: stored.envelope,
  source: stored.bytes,
  patch: delivery.patch ?? NO_PATCH,
  sandbox: prepared.sandbox,
  requireTls: stored.options.requireTls ?? false,
  attempt: 1,
  acceptedAt: stored.acceptedAt,
  expiresAt: delivery.expiresAt,
  leaseId: delivery.lease.id,
  credentialId: stored.credentialId,
  headerFrom: stored.headerFrom,
  bypassSuppression: stored.options.bypassSuppression ?? false,
  status: 'queued',
  releasedAt: undefined,
  suppressionAskedAt: prepared.at,
});

/** Takes a place for each of the deliveries until there is none left. By delivery id. */
async function takePlaces(
  places: FirstPlaces,
  accountId: string,
  deliveries: readonly PreparedDelivery[],
): Promise<ReadonlyMap<string, Release>> {
  const taken = new Map<string, Release>();
  for (const { id } of deliveries) {
    const release = await places.take(accountId, taken.size === 0);
    if (!release) break;
    taken.set(id, release);
  }
  return taken;
}

export function openFirstAttempts(dependencies: DeliveryDependencies, places: FirstPlaces): FirstAttempts {
  /** By lease id. */
  const reserved = new Map<string, Release>();
  const underWay = new Set<Promise<void>>();
  let closed = false;

  const start = (delivery: ClaimedDelivery, release: Release): void => {
    const attempt = deliver(dependencies, delivery)
      .catch((error: unknown) => dependencies.onTrouble(error, 'attempt not saved'))
      .finally(() => {
        underWay.delete(attempt);
        release();
      });
    underWay.add(attempt);
  };

  const releaseOf = ({ lease }: Leased): Release | undefined => {
    const release = reserved.get(lease.id);
    reserved.delete(lease.id);
    return release;
  };

  return {
    async reserve(stored, prepared) {
      const due = prepared.deliveries.filter((one) => one.status === 'queued' && isSmall(stored, one));
      if (closed || due.length === 0) return prepared;
      const taken = await takePlaces(places, prepared.accountId, due);
      const until = new Date(dependencies.now().getTime() + dependencies.leases.leaseMs);
      const deliveries = prepared.deliveries.map((delivery) => {
        const release = taken.get(delivery.id);
        if (!release) return delivery;
        const lease = { id: randomUUID(), until };
        reserved.set(lease.id, release);
        return { ...delivery, lease };
      });
      return { ...prepared, deliveries };
    },
    begin(stored, prepared, held) {
      for (const delivery of prepared.deliveries.filter(isLeased)) {
        const release = releaseOf(delivery);
        if (!release) continue;
        if (held.includes(delivery.id)) start(claimOf(stored, prepared, delivery), release);
        else release();
      }
    },
    async close() {
      closed = true;
      await Promise.all(underWay);
    },
  };
}
