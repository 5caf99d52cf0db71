/** What would become of a message. */
import { z } from 'zod';
import { base64 } from './attachment.ts';
import { publicIdOf } from './id.ts';
import { note, resolution } from './message.ts';
import { sendBody } from './send.ts';
import { time } from './text.ts';

export const explainBody = sendBody
  .partial({ from: true })
  .extend({
    raw: base64
      .optional()
      .describe(
        'The whole message (RFC 5322) in place of subject, text, html, headers and attachments. `from` and `to` are then its envelope',
      ),
  })
  .meta({ id: 'ExplainBody' });
export type ExplainBody = z.output<typeof explainBody>;

const gate = z.object({
  name: z.string(),
  passes: z.boolean(),
  code: z.string().nullable().describe('Of the refusal'),
  detail: z.string().nullable(),
});

const signature = z.object({ domain: z.string(), selector: z.string(), algorithm: z.string() });

const route = z
  .object({
    hosts: z.array(z.object({ host: z.string(), port: z.number().int(), tls: z.string() })),
    problem: z.string().nullable().describe('Why there is no host to try'),
  })
  .nullable()
  .describe('The hosts in the order in which they would be tried; null: it would not be sent');

const explainedDelivery = z
  .object({
    recipient: z.string(),
    status: z.enum(['queued', 'scheduled', 'suppressed', 'failed', 'held', 'cancelled']),
    reason: z.string(),
    return_path: z.string().nullable(),
    signatures: z.array(signature),
    notes: z.array(note).describe('What was decided about this copy'),
    route,
    content: z
      .string()
      .nullable()
      .describe(
        'base64 of the bytes that would leave, each DKIM signature with an empty b=. Of the first copy that would leave; null for the others',
      ),
  })
  .meta({ id: 'ExplainedDelivery' });

const tracking = z
  .object({
    opens: z.object({ value: z.boolean(), reason: z.string() }),
    clicks: z.object({ value: z.string(), reason: z.string() }),
  })
  .nullable();

export const explanation = z
  .object({
    object: z.literal('explanation'),
    would_accept: z.boolean(),
    refusal: z
      .object({ code: z.string(), title: z.string(), detail: z.string().nullable(), fix: z.string() })
      .nullable()
      .describe('The first refusal, which a submission would get'),
    from: z.string().describe('The From address, of the request or of the account'),
    resolution: resolution.nullable().describe('Whose message it is, and why'),
    stream: z.object({ id: publicIdOf('str'), name: z.string() }).nullable(),
    sandbox: z.boolean(),
    scheduled_at: time.nullable(),
    gates: z
      .array(gate)
      .describe('In their order, all of them; a submission meets the first that does not pass'),
    tracking,
    notes: z.array(note).describe('What was decided about the whole message'),
    deliveries: z.array(explainedDelivery).describe('Of at most 10 recipients; none when it is refused'),
  })
  .meta({ id: 'Explanation' });
