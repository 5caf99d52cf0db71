/** Sending limits and usage. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { time } from './text.ts';

export const limit = z.number().int().min(1).max(1_000_000_000).nullable();

/** The limits of an account, a stream or a credential. All of them hold together. */
export const ownLimits = z.object({
  per_second: limit,
  per_hour: limit,
  per_day: limit,
  per_month: limit,
  new_per_hour: limit.describe('Recipients per hour that the account never sent to'),
  max_recipients: limit.describe('Recipients of one message'),
});

/** A change: absent fields stay, null removes a limit. */
export const ownLimitsPatch = z
  .strictObject(ownLimits.partial().shape)
  .describe('A limit below that of the account; null removes it');

/** One limit, with what is used of it. */
export const limitState = z
  .object({
    scope: z.enum(['account', 'stream', 'credential']),
    subject_id: publicIdOf('acc', 'str', 'cred', 'key'),
    subject_name: z.string(),
    counts: z.enum(['recipients', 'new_recipients']),
    window: z.enum(['second', 'hour', 'day', 'month']).describe('In UTC; the second slides'),
    limit: z.number().int(),
    used: z.number().int(),
    remaining: z.number().int(),
    resets_at: time,
  })
  .meta({ id: 'Limit' });

const day = z.iso.date().describe('A day in UTC, YYYY-MM-DD');
const counted = {
  messages: z.number().int(),
  recipients: z.number().int(),
  bytes: z.number().int().describe('Of the messages as received'),
};

export const usageQuery = z.strictObject({
  from: day.optional().describe('First day, in UTC; the first of this month when it is not given'),
  to: day.optional().describe('Last day, in UTC; today when it is not given'),
});

/** What was accepted, counted once, in the transaction that stored it. */
export const usage = z
  .object({
    from: day,
    to: day,
    ...counted,
    days: z.array(z.object({ date: day, ...counted })).describe('Days on which something was accepted'),
  })
  .meta({ id: 'Usage' });
