/** Erasing one recipient from everything that an account has stored. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { time } from './text.ts';

const count = z.number().int();

export const erasure = z
  .object({
    id: publicIdOf('era'),
    status: z
      .enum(['pending', 'completed'])
      .describe('pending: mail to the recipient is still on its way to others; it completes by itself'),
    address_key: z.string().describe('The keyed hash by which the address stays suppressed'),
    requested_by: z.string(),
    requested_at: time,
    completed_at: time.nullable(),
    report: z
      .object({
        messages: count,
        contents: count,
        deliveries: count,
        attempts: count,
        events: count,
        reports: count,
        sandbox_messages: count,
        discards: count,
        webhook_deliveries: count,
        audit_entries: count,
        audit_entries_kept: count.describe('Entries from before the audit log allowed it'),
        waiting: count.describe('Messages that are still on their way to other recipients'),
      })
      .describe('Rows from which the address was taken, by what they are'),
  })
  .meta({ id: 'Erasure' });
