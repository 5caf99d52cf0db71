/** Messages in the shape of Resend. https://resend.com/docs/api-reference/emails */
import { z } from 'zod';
import { publicIdOf } from '../id.ts';
import { time } from '../text.ts';

export const resendSent = z.object({ id: publicIdOf('msg') });

/** Items are parsed one by one, so that a permissive batch sends the good ones. */
const item = z.unknown().meta({
  examples: [
    { from: 'app@acme.example', to: 'ada@example.com', subject: 'Your order', text: 'It is on its way.' },
  ],
});
export const resendBatchBody = z.array(item).min(1).max(100);

export const resendBatchSent = z
  .object({
    data: z.array(resendSent),
    errors: z
      .array(z.object({ index: z.number().int(), message: z.string() }))
      .optional()
      .describe('Items that were not sent; only with `x-batch-validation: permissive`'),
  })
  .meta({ id: 'ResendBatchSent' });

const lastEvent = z.enum([
  'scheduled',
  'queued',
  'delivery_delayed',
  'sent',
  'delivered',
  'suppressed',
  'canceled',
  'failed',
  'bounced',
  'complained',
  'opened',
  'clicked',
]);

const fields = {
  id: publicIdOf('msg'),
  message_id: z
    .string()
    .nullable()
    .describe('The Message-ID of the client; null: it wrote none, and one was added'),
  from: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()).nullable(),
  bcc: z.array(z.string()).nullable(),
  reply_to: z.array(z.string()).nullable(),
  subject: z.string(),
  created_at: time,
  scheduled_at: time.nullable(),
  last_event: lastEvent,
};

/** `to` holds every recipient of the envelope: the header is not read for a list. */
export const resendEmailSummary = z.object(fields).meta({ id: 'ResendEmailSummary' });

export const resendEmail = z
  .object({
    object: z.literal('email'),
    ...fields,
    html: z.string().nullable(),
    text: z.string().nullable(),
    tags: z.array(z.object({ name: z.string(), value: z.string() })),
  })
  .meta({ id: 'ResendEmail' });

/** The answer to a change. */
export const resendEmailChanged = z.object({ object: z.literal('email'), id: publicIdOf('msg') });

export type ResendEmail = z.output<typeof resendEmail>;
export type ResendEmailSummary = z.output<typeof resendEmailSummary>;
