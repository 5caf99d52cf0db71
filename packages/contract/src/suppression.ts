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
export const importQuery = z.strictObject({
  dry_run: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: a preview that counts, shows the first rows and imports nothing'),
});

/** The state of an import. With `Accept: application/x-ndjson` there is one after every 1,000 rows. */
export const importState = z
  .object({
    dry_run: z.boolean(),
    rows: z.number().int().describe('Rows read, without the header'),
    created: z.number().int().describe('New suppressions; in a dry run those that there would be'),
    known: z.number().int().describe('Rows whose address is suppressed already, or stands in an earlier row'),
    malformed: z.number().int(),
    faults: z
      .array(z.object({ line: z.number().int(), detail: z.string() }))
      .describe('The first 100 malformed rows, by their line'),
    preview: z
      .array(
        z.object({
          address: z.string(),
          reason: suppressionReason,
          stream_id: publicIdOf('str').nullable(),
          expires_at: time.nullable(),
        }),
      )
      .describe('The first 10 rows as they were understood'),
  })
  .meta({ id: 'ImportState' });

export const suppressionFilter = z.strictObject({
  reason: suppressionReason.optional(),
  stream_id: publicIdOf('str').optional(),
  format: z.enum(['csv', 'ndjson']).default('csv'),
});
export const addressParams = z.object({ address: oneLine(254).min(1) });
export const suppressionRemoved = z.object({ removed: z.number().int() });
