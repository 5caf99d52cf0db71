/** Sender domains and the DNS records that they need. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { oneLine, time } from './text.ts';

const recordPurposes = ['ownership', 'dkim', 'return_path', 'spf', 'dmarc', 'tracking'] as const;

/**
 * ok: found as expected. missing: no record. mismatch: another record. unknown: DNS did not answer, or the record was not
 * checked yet.
 */
const recordStatuses = ['ok', 'missing', 'mismatch', 'unknown'] as const;

export const dnsRecord = z
  .object({
    purpose: z.enum(recordPurposes),
    type: z.enum(['TXT', 'CNAME', 'MX']),
    name: z.string(),
    value: z.string(),
    required: z.boolean(),
    status: z.enum(recordStatuses),
    found: z.array(z.string()),
    hint: z.string().nullable(),
    checked_at: time.nullable(),
    wanted_until: time
      .nullable()
      .describe('Of a retired key: keep the record until then, for mail that is on its way; null: for good'),
  })
  .meta({ id: 'DnsRecord' });
export type DnsRecordView = z.output<typeof dnsRecord>;

/** A public key. The API never shows the private key. */
const dkimKey = z.object({
  id: publicIdOf('dkim'),
  selector: z.string(),
  algorithm: z.enum(['rsa', 'ed25519']),
  state: z.enum(['published', 'active', 'retired']),
  created_at: time,
  retired_at: time.nullable(),
  published_until: time.nullable().describe('When the record of a retired key may go'),
});

export const domain = z
  .object({
    id: publicIdOf('dom'),
    domain: z.string(),
    status: z.enum(['pending', 'verified', 'degraded']),
    records: z.array(dnsRecord),
    dkim_keys: z.array(dkimKey),
    return_path: z
      .object({ host: z.string(), status: z.enum(['pending', 'verified', 'degraded']) })
      .describe(
        'Bounces come back to this host once its MX and SPF records are verified; else to the platform',
      ),
    created_at: time,
    checked_at: time.nullable(),
    verified_at: time.nullable(),
  })
  .meta({ id: 'Domain' });
export type DomainView = z.output<typeof domain>;

export const domainBody = z.strictObject({ domain: oneLine(253).min(1) });
