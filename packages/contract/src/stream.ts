/** Streams: mail of one kind of an account, with its own settings for tracking, expiry and retention. */
import { z } from 'zod';
import { clickMode } from './account.ts';
import { publicIdOf } from './id.ts';
import { ownLimits, ownLimitsPatch } from './limit.ts';
import { time } from './text.ts';

export const streamName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits, - and _');

/** What becomes of a delivery whose final dot was not answered: the server may have it. RFC 5321 §4.5.4.1. */
const unknownPolicy = z
  .enum(['prefer_delivery', 'prefer_no_duplicate'])
  .describe(
    'When the final dot was not answered: prefer_delivery (the default of new streams) sends again, prefer_no_duplicate stops',
  );

export const stream = z
  .object({
    id: publicIdOf('str'),
    name: z.string(),
    is_default: z.boolean(),
    tracking: z.object({ opens: z.boolean(), clicks: clickMode }),
    list_unsubscribe: z.boolean(),
    expiry_minutes: z.number().int(),
    unknown_policy: unknownPolicy,
    retention: z.object({
      metadata_days: z.number().int(),
      events_days: z.number().int(),
      bytes_days: z.number().int(),
    }),
    limits: ownLimits,
    created_at: time,
  })
  .meta({ id: 'Stream' });

const days = z.number().int().min(1).max(730).optional();

const settings = {
  tracking: z.strictObject({ opens: z.boolean().optional(), clicks: clickMode.optional() }).optional(),
  list_unsubscribe: z.boolean().optional(),
  expiry_minutes: z.number().int().min(1).max(14_400).optional(),
  unknown_policy: unknownPolicy.optional(),
  retention: z
    .strictObject({
      metadata_days: days.describe('Messages and deliveries: what lists show'),
      events_days: days.describe('Events and attempts with their conversations; at most metadata_days'),
      bytes_days: days.describe('The content; at most metadata_days'),
    })
    .optional(),
  is_default: z
    .literal(true)
    .optional()
    .describe('Mail that names no stream goes by the default; the one before is then an ordinary stream'),
  limits: ownLimitsPatch.optional(),
};

export const streamBody = z.strictObject({ name: streamName, ...settings });
export const streamPatch = z.strictObject({ name: streamName.optional(), ...settings });

/** What becomes of the SMTP credentials that name the stream. */
export const streamRemoval = z.strictObject({
  credentials_to: publicIdOf('str').optional().describe('The stream that its SMTP credentials move to'),
});

export type StreamPatch = z.output<typeof streamPatch>;
