/** A submission over HTTP. The field names are those of Resend; `metadata` and the fields after it are ours. */
import { z } from 'zod';
import { clickMode } from './account.ts';
import { attachment } from './attachment.ts';
import { publicIdOf } from './id.ts';
import { streamName } from './stream.ts';
import { oneLine, time } from './text.ts';

/** `ada@example.com` or `Ada <ada@example.com>`. The parser of the From header checks the syntax later. */
const mailbox = oneLine(500).min(3);
const mailboxes = z.union([mailbox, z.array(mailbox).min(1).max(1000)]);

/** Header fields that have a field of their own in the body, that describe the MIME structure, or that are ours. */
const reserved =
  /^(?:from|sender|to|cc|bcc|reply-to|subject|date|mime-version|content-.*|received|return-path|dkim-signature|x-waybill-.*)$/i;

export const headerName = z
  .string()
  .max(76)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be letters, digits, - and _')
  .refine((name) => !reserved.test(name), 'is not yours to set: use the field of the body');

const tagWord = z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, 'must be letters, digits, _ and -');
const tag = z.union([tagWord, z.strictObject({ name: tagWord, value: tagWord.or(z.literal('')) })]);

/** The rule of the header `X-Waybill-Send-At` checks the value later and names the fault. */
const sendTime = z
  .string()
  .max(64)
  .meta({ format: 'date-time' })
  .describe('Not sent before this RFC 3339 time; at most 30 days ahead, and not in the past');

export const rescheduleBody = z.strictObject({ scheduled_at: sendTime }).meta({ id: 'RescheduleBody' });

export const sendBody = z
  .strictObject({
    from: mailbox,
    to: mailboxes,
    cc: mailboxes.optional(),
    bcc: mailboxes.optional(),
    reply_to: mailboxes.optional(),
    subject: oneLine(998).default(''),
    html: z.string().max(20_000_000).optional(),
    text: z.string().max(20_000_000).optional(),
    headers: z.record(headerName, oneLine(2000)).optional(),
    attachments: z.array(attachment).max(100).optional(),
    tags: z.array(tag).max(50).optional(),
    scheduled_at: sendTime.optional(),
    metadata: z
      .record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ and -'), oneLine(1000))
      .refine((all) => Object.keys(all).length <= 50, 'must have at most 50 entries')
      .optional(),
    custom_id: oneLine(200).min(1).optional(),
    stream: streamName.optional(),
    tracking: z
      .strictObject({ opens: z.boolean().optional(), clicks: z.union([z.boolean(), clickMode]).optional() })
      .optional(),
    sandbox: z.boolean().optional(),
  })
  .meta({ id: 'SendBody' });
export type SendBody = z.output<typeof sendBody>;

export const sent = z
  .object({
    id: publicIdOf('msg'),
    status: z.enum(['accepted', 'scheduled']),
    scheduled_at: time.nullable().describe('Not sent before; null: at once'),
    deliveries: z.array(
      z.object({
        id: publicIdOf('dlv'),
        recipient: z.string(),
        status: z.enum(['queued', 'scheduled', 'suppressed']),
      }),
    ),
  })
  .meta({ id: 'Sent' });
export type Sent = z.output<typeof sent>;

/** Items are parsed one by one, so that a bad item does not refuse the others. */
export const batchBody = z.strictObject({ messages: z.array(z.unknown()).min(1).max(100) });
