/** The sandbox: the exact bytes that recipients received, for developers who check mail in their own tests. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { listQuery } from './list.ts';
import { oneLine, time } from './text.ts';

const summary = {
  id: publicIdOf('box'),
  delivery_id: publicIdOf('dlv').nullable(),
  mail_from: z.string().describe('The return path in MAIL FROM; empty: the null path'),
  rcpt_to: z.string(),
  helo: z.string(),
  tls: z.string().nullable(),
  size: z.number().int(),
  received_at: time,
  subject: z.string().nullable(),
  from: z.string().nullable(),
  url: z.string().describe('The page of the dashboard that shows the message'),
};

export const sandboxMessage = z.object(summary).meta({ id: 'SandboxMessage' });

export const sandboxMessageDetail = z
  .object({
    ...summary,
    headers: z.array(z.object({ name: z.string(), value: z.string() })),
    text: z.string().nullable(),
    html: z.string().nullable(),
    attachments: z.array(
      z.object({
        filename: z.string().nullable(),
        content_type: z.string(),
        content_id: z.string().nullable(),
        size: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'SandboxMessageDetail' });

/** RFC 8601 §2.7.1. */
const results = ['pass', 'fail', 'neutral', 'policy', 'permerror', 'temperror'] as const;

export const signatureCheck = z
  .object({
    domain: z.string().describe('`d=` of the signature'),
    selector: z.string(),
    algorithm: z.string(),
    result: z.enum(results).describe('As in Authentication-Results, RFC 8601'),
    detail: z.string().nullable().describe('Why it is not `pass`'),
  })
  .meta({ id: 'SignatureCheck' });

export const sandboxChecks = z
  .object({ signatures: z.array(signatureCheck) })
  .meta({ id: 'SandboxMessageChecks' });

export const sandboxQuery = listQuery.extend({
  to: oneLine(254).optional(),
  delivery_id: publicIdOf('dlv').optional(),
  wait: z.coerce
    .number()
    .min(0)
    .max(30)
    .default(0)
    .describe('Seconds to wait for a message when there is none'),
});

export const removed = z.object({ removed: z.number().int() });
export type SandboxMessageView = z.output<typeof sandboxMessage>;
export type SandboxMessageDetailView = z.output<typeof sandboxMessageDetail>;
export type SignatureCheckView = z.output<typeof signatureCheck>;
