/** Sender domains in the shape of Resend. https://resend.com/docs/api-reference/domains */
import { z } from 'zod';
import { publicIdOf } from '../id.ts';
import { oneLine, time } from '../text.ts';

const statuses = [
  'not_started',
  'pending',
  'verified',
  'failed',
  'partially_verified',
  'partially_failed',
] as const;
const recordStatuses = ['not_started', 'pending', 'verified', 'failed', 'temporary_failure'] as const;

const region = z
  .enum(['us-east-1', 'eu-west-1', 'sa-east-1', 'ap-northeast-1'])
  .describe('Resend names the region of its servers; here it has no meaning');
const trackingSubdomain = oneLine(63).min(1).describe('The label of the tracking host below the domain');

const capability = z.enum(['enabled', 'disabled']);
const offered = {
  capabilities: z
    .strictObject({ sending: z.literal('enabled').optional(), receiving: z.literal('disabled').optional() })
    .optional()
    .describe('A domain sends, and receives nothing'),
  tls: z
    .literal('opportunistic')
    .optional()
    .describe('A message asks for TLS by itself, with `X-Waybill-Require-TLS`'),
};

export const resendDomainBody = z.strictObject({
  ...offered,
  name: oneLine(253).min(1),
  region: region.optional(),
  custom_return_path: z.literal('bounce').optional().describe('The return path is always bounce.<domain>'),
  tracking_subdomain: trackingSubdomain.optional(),
});

export const resendDomainPatch = z.strictObject({
  ...offered,
  tracking_subdomain: trackingSubdomain.optional(),
});

const summary = {
  id: publicIdOf('dom'),
  name: z.string(),
  status: z.enum(statuses),
  created_at: time,
  region,
  capabilities: z.object({ sending: capability, receiving: capability }),
  tracking_subdomain: z.string().optional(),
};

const record = z.object({
  record: z.enum(['SPF', 'DKIM', 'Tracking']),
  name: z.string().describe('Relative to the zone, where the zone is known'),
  type: z.enum(['TXT', 'MX', 'CNAME']),
  ttl: z.literal('Auto'),
  status: z.enum(recordStatuses),
  value: z.string(),
  priority: z.int().optional(),
});

export const resendDomainSummary = z.object(summary);
export const resendDomainMade = z.object({ ...summary, records: z.array(record) });
export const resendDomain = z.object({ object: z.literal('domain'), ...summary, records: z.array(record) });
export const resendDomainChanged = z.object({ object: z.literal('domain'), id: publicIdOf('dom') });
export const resendDomainRemoved = z.object({
  object: z.literal('domain'),
  id: publicIdOf('dom'),
  deleted: z.literal(true),
});

export type ResendDomainMade = z.output<typeof resendDomainMade>;
