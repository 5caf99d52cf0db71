/** Changes the send time of a message that is not prepared. */
import { movedNote } from '@waybill/relay/submission/send-at';
import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';
import { readAs } from '../connection/tenant.ts';
import { ENQUEUE_GRACE_MS } from '../upkeep/due-rows.ts';

/**
 * If the worker is preparing the message, its save finds the later time and changes nothing. The caller enqueues the message for
 * its new time; if that fails, the sweeper enqueues it.
 */
const rescheduleSql = `
  UPDATE message SET scheduled_at = $3, next_action_at = $4, notes = notes || $5::jsonb
  WHERE account_id = $1 AND id = $2 AND state = 'accepted' AND scheduled_at IS NOT NULL
  RETURNING id`;

export type Rescheduled = {
  readonly accountId: string;
  readonly messageId: string;
  /** `undefined`: at once. */
  readonly sendAt: Date | undefined;
  readonly at: Date;
};

export const rescheduling = (database: Database) => ({
  /** `false`: the message has no send time, or it was prepared, cancelled or held before. */
  async reschedule({ accountId, messageId, sendAt, at }: Rescheduled): Promise<boolean> {
    const scheduledAt = sendAt ?? at;
    const nextActionAt = sendAt ?? new Date(at.getTime() + ENQUEUE_GRACE_MS);
    const values = [accountId, messageId, scheduledAt, nextActionAt, jsonText([movedNote(scheduledAt, at)])];
    return (await readAs(database, accountId, { text: rescheduleSql, values })).length > 0;
  },
});
