import { createHash } from 'node:crypto';
import type { QueueName } from '@waybill/relay/ports';
import { z } from 'zod';

/** What travels through a queue: ids of rows, nothing else. Read by this schema on the way out. */
export const ringSchema = z.object({ ids: z.array(z.uuid()).min(1) });

export type Ring = { readonly ids: readonly string[]; readonly at: Date | undefined };

/** What somebody rings for; `at`: not before. */
export type Asked = { readonly id: string; readonly at: Date | undefined };

/** As many share a ring: the price of a job is the same for one id and for many, and one consumer gets all of them. */
export const MOST_IDS = 32;

/** What was rung at the same moment travels together; what is for later has a time of its own, and travels alone. */
export function ringsOf(asked: readonly Asked[]): readonly Ring[] {
  const atOnce = [...new Set(asked.filter(({ at }) => at === undefined).map(({ id }) => id))];
  const groups = Array.from({ length: Math.ceil(atOnce.length / MOST_IDS) }, (_, group) => ({
    ids: atOnce.slice(group * MOST_IDS, (group + 1) * MOST_IDS),
    at: undefined,
  }));
  return [...groups, ...asked.filter(({ at }) => at !== undefined).map(({ id, at }) => ({ ids: [id], at }))];
}

const nameOf = (ids: readonly string[]): string =>
  ids.length === 1 ? (ids[0] ?? '') : createHash('sha256').update(ids.join()).digest('base64url');

/**
 * Rings of the same ids at one time are one ring. A later time is another ring, so that a handler can ask to be called
 * again while its own ring is still being handled. No colon: BullMQ keeps it for itself.
 */
export const ringIdOf = ({ ids, at }: Ring): string =>
  at === undefined ? nameOf(ids) : `${nameOf(ids)}@${at.getTime()}`;

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
