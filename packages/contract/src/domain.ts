/** Sender domains and the DNS records that they need. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { oneLine, time } from './text.ts';

const recordPurposes = ['ownership', 'dkim', 'return_path', 'spf', 'dmarc', 'tracking'] as const;
const recordTypes = ['TXT', 'CNAME', 'MX'] as const;
const domainStatuses = ['pending', 'verified', 'degraded'] as const;

/**
 * ok: found as expected. propagating: the authoritative servers have it, and another server does not show it yet. missing: no record.
 * mismatch: another record. unknown: DNS did not answer, or the record was not checked yet.
 */
const recordStatuses = ['ok', 'propagating', 'missing', 'mismatch', 'unknown'] as const;

const dnsRecord = z
  .object({
    purpose: z.enum(recordPurposes),
    type: z.enum(recordTypes),
    name: z.string().describe('The full name'),
    host_relative: z
      .string()
      .nullable()
      .describe(
        'The name as the panel of a DNS provider takes it, relative to `zone`; `@` is the zone itself. null: the zone is not known yet',
      ),
    value: z.string(),
    required: z.boolean(),
    status: z.enum(recordStatuses),
    found: z.array(z.string()),
    hint: z.string().nullable(),
    servers: z
      .array(
        z.object({
          server: z.string(),
          status: z.enum(recordStatuses).describe('unknown: the server was not reached'),
          ttl_seconds: z.int().nullable().describe('How long resolvers may keep this answer'),
        }),
      )
      .describe('What each name server showed: the authoritative ones and public resolvers'),
    checked_at: time.nullable(),
    wanted_until: time
      .nullable()
      .describe('Of a retired key: keep the record until then, for mail that is on its way; null: for good'),
  })
  .meta({ id: 'DnsRecord' });

/** A public key. The API never shows the private key. */
const dkimKey = z.object({
  id: publicIdOf('dkim'),
  selector: z.string(),
  algorithm: z.enum(['rsa', 'ed25519']),
  state: z
    .enum(['published', 'active', 'retired'])
    .describe('published: to be found in DNS before it signs. retired: it signs no more'),
  created_at: time,
  retired_at: time.nullable(),
  published_until: time.nullable().describe('When the record of a retired key may go'),
});

export const dkimRecordType = z
  .enum(['txt', 'cname'])
  .describe(
    'txt: the owner publishes keys. cname: the owner points to names at which the operator publishes them',
  );
const dkimRotation = z
  .enum(['manual', 'yearly'])
  .describe('yearly: new keys are made when the active ones are a year old, and sign once DNS shows them');
const trackingHost = oneLine(253).describe('A host below the domain, for links and pixels');

export const domain = z
  .object({
    id: publicIdOf('dom'),
    domain: z.string(),
    status: z.enum(domainStatuses),
    zone: z.string().nullable().describe('The zone that holds the records; null: not known yet'),
    records: z.array(dnsRecord),
    dkim_record: dkimRecordType,
    dkim_rotation: dkimRotation,
    dkim_keys: z.array(dkimKey),
    return_path: z
      .object({ host: z.string(), status: z.enum(domainStatuses) })
      .describe(
        'Bounces come back to this host once its MX and SPF records are verified; else to the platform',
      ),
    tracking: z
      .object({ host: trackingHost, status: z.enum(domainStatuses) })
      .nullable()
      .describe(
        'Links and pixels use https:// and this host while it is verified; else the host of the platform',
      ),
    created_at: time,
    checked_at: time.nullable(),
    verified_at: time.nullable(),
  })
  .meta({ id: 'Domain' });

export const domainBody = z.strictObject({
  domain: oneLine(253).min(1),
  tracking_host: trackingHost.min(1).nullable().optional(),
  dkim_record: dkimRecordType.optional(),
  dkim_rotation: dkimRotation.optional(),
});

export const domainPatch = z.strictObject({
  tracking_host: trackingHost.min(1).nullable().optional(),
  dkim_rotation: dkimRotation.optional(),
});

/** Lower-case labels. RFC 6376 §3.1, RFC 1035 §2.3.4. */
const selector = z
  .string()
  .max(120)
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
    'must be lower-case letters, digits and hyphens',
  );

export const dkimKeyBody = z.strictObject({
  selector,
  private_key: z
    .string()
    .max(8_192)
    .optional()
    .describe('An RSA (2048 to 4096 bits) or Ed25519 key as PEM; absent: a new key is made'),
  algorithm: z.enum(['rsa', 'ed25519']).optional().describe('Of a key that is made; rsa when absent'),
});

const seenRecord = z.object({ status: z.enum(recordStatuses), found: z.array(z.string()) });

export const domainChange = z
  .object({
    from_status: z.enum(domainStatuses),
    to_status: z.enum(domainStatuses),
    records: z.array(
      z.object({
        purpose: z.enum(recordPurposes),
        type: z.enum(recordTypes),
        name: z.string(),
        from: seenRecord.nullable().describe('null: the record was not seen before'),
        to: seenRecord,
      }),
    ),
    occurred_at: time,
  })
  .meta({ id: 'DomainChange' });
