import type { OutboundDependencies } from './delivery-dependencies.ts';

/** A ring that fails is repeated by the sweeper: the row has its time. */
export const enqueueAt = (
  { jobs, onTrouble }: Pick<OutboundDependencies, 'jobs' | 'onTrouble'>,
  deliveryId: string,
  at: Date,
): Promise<void> =>
  jobs.enqueue('delivery', [deliveryId], at).catch((error: unknown) => onTrouble(error, 'not enqueued'));
