import { createHash } from 'node:crypto';
import type { QueueName } from '@waybill/relay/ports';
import { z } from 'zod';

/** A job carries ids of rows, nothing else. Read by this schema on the way out. */
export const jobSchema = z.object({ ids: z.array(z.uuid()).min(1) });

export type QueuedId = { readonly id: string; readonly at: Date | undefined };

type Ids = { readonly ids: readonly string[]; readonly at: Date | undefined };

/** A job costs the same for one id and for many. */
export const MAX_IDS = 32;

/** BullMQ refuses a colon. */
const jobIdOf = ({ ids, at }: Ids): string => {
  const [id = ''] = ids;
  const name = ids.length === 1 ? id : createHash('sha256').update(ids.join()).digest('base64url');
  return at === undefined ? name : `${name}@${at.getTime()}`;
};

/** Ids to handle now share jobs, each id once; an id for later has a job of its own. */
function batchesOf(queued: readonly QueuedId[]): readonly Ids[] {
  const now = [...new Set(queued.flatMap(({ id, at }) => (at === undefined ? [id] : [])))];
  const shared = Array.from({ length: Math.ceil(now.length / MAX_IDS) }, (_, part) => ({
    ids: now.slice(part * MAX_IDS, (part + 1) * MAX_IDS),
    at: undefined,
  }));
  return [...shared, ...queued.flatMap(({ id, at }) => (at === undefined ? [] : [{ ids: [id], at }]))];
}

/**
 * Jobs for `addBulk`. The same ids at the same time are one job while it waits; a later time is another job, so that a handler can
 * enqueue its own id again. Retries belong to the row, so a job is removed once it was handled, whatever its outcome.
 */
export const jobsOf = (queued: readonly QueuedId[], now: number) =>
  batchesOf(queued).map((batch) => ({
    name: 'ids',
    data: { ids: batch.ids },
    opts: {
      jobId: jobIdOf(batch),
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: true,
      ...(batch.at === undefined ? {} : { delay: Math.max(0, batch.at.getTime() - now) }),
    },
  }));

/** The name of a queue in Redis, apart from what else may be stored there. */
export const redisQueueName = (queue: QueueName): string => `waybill-${queue}`;
