/** Addresses that an account does not send to. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { listQuery } from './list.ts';
import { oneLine, time } from './text.ts';

const suppressionReason = z.enum(['hard_bounce', 'complaint', 'unsubscribe', 'manual']);

export const suppression = z
  .object({
    id: publicIdOf('sup'),
    address: z.string(),
    reason: suppressionReason,
    stream_id: publicIdOf('str').nullable(),
    evidence: z.record(z.string(), z.unknown()),
    created_at: time,
    expires_at: time.nullable(),
  })
  .meta({ id: 'Suppression' });

export const suppressionEntry = z.strictObject({
  address: oneLine(254).min(3),
  reason: suppressionReason.default('manual'),
  stream_id: publicIdOf('str').optional(),
  note: oneLine(500).optional(),
  expires_at: time.optional(),
});

/** One entry, or up to a thousand. */
export const suppressionBody = z.union([
  suppressionEntry,
  z.strictObject({ suppressions: z.array(suppressionEntry).min(1).max(1000) }),
]);

const created = z.number().int().describe('How many are new; what was suppressed already stayed as it was');
/** For one address the suppression; for a list the number of new suppressions. */
export const suppressionAdded = z.union([suppression.extend({ created }), z.object({ created })]);
export const suppressionQuery = listQuery.extend({
  reason: suppressionReason.optional(),
  address: oneLine(254).optional(),
  stream_id: publicIdOf('str').optional(),
});
export const addressParams = z.object({ address: oneLine(254).min(1) });
export const suppressionRemoved = z.object({ removed: z.number().int() });
