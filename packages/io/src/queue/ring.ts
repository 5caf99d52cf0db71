import type { QueueName } from '@waybill/relay/ports';
import { z } from 'zod';

/** What travels through a queue: the id of a row, nothing else. Read by this schema on the way out. */
export const ringSchema = z.object({ id: z.uuid() });

export type Ring = { readonly id: string; readonly at: Date | undefined };

/**
 * Rings of one id at one time are one ring. A later time is another ring, so that a handler can ask to be called
 * again while its own ring is still being handled. No colon: BullMQ keeps it for itself.
 */
export const ringIdOf = ({ id, at }: Ring): string => (at === undefined ? id : `${id}@${at.getTime()}`);

/** Retries belong to the row (`next_action_at`) and its sweeper, so a ring is forgotten once handled, however it went. */
export const ringOptions = (ring: Ring, now: number) => ({
  jobId: ringIdOf(ring),
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: true,
  ...(ring.at === undefined ? {} : { delay: Math.max(0, ring.at.getTime() - now) }),
});

/** Each queue has a name of our own in Redis and in the job table, apart from what else may live there. */
export const bullNameOf = (queue: QueueName): string => `waybill-${queue}`;
