import type { Sweeper } from '@waybill/relay/ports';
import type { Database } from '../connection/database.ts';
import { takeDue, untakeDue } from './due-rows.ts';

export const sweeper = ({ pool }: Pick<Database, 'pool'>): Sweeper => ({
  due: async (queue, now, limit) => (await takeDue(pool, queue, { now, horizon: now, limit })).ids,
  stillDue: (queue, ids, now) => untakeDue(pool, queue, { ids, now }),
});
