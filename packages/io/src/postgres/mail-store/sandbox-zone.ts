import { isPublished } from '@waybill/relay/domains/dkim-rotation';
import type { NamedDomain, PublishedKey } from '@waybill/relay/domains/domain-records';
import type { SenderKey } from '@waybill/relay/domains/verify-domain';
import type { Database } from '../connection/database.ts';

/** A sender domain that only the sandbox name server publishes, with its keys. */
export type ZoneDomain = NamedDomain & { readonly keys: readonly PublishedKey[] };

export type SandboxZone = { domains(now: Date): Promise<readonly ZoneDomain[]> };

type Row = Omit<NamedDomain, 'trackingHost' | 'accountId'> & {
  readonly accountId: string | null;
  readonly trackingHost: string | null;
  readonly keys: readonly (Omit<SenderKey, 'retiredAt'> & { readonly retiredAt: string | null })[];
};

/**
 * `.test` belongs to no registry (RFC 6761 §6.2), so the sandbox publishes it. If an account verified a domain, records of other
 * accounts under that name are not published.
 */
const zoneSql = `
  SELECT d.id, account_id AS "accountId", domain, tracking_host AS "trackingHost", dkim_record AS "dkimRecord", coalesce(json_agg(json_build_object('id', k.id, 'selector', selector, 'algorithm', algorithm,
    'publicKey', public_key, 'state', state, 'retiredAt', retired_at) ORDER BY selector) FILTER (WHERE selector IS NOT NULL), '[]') AS keys
  FROM sender_domain d
  LEFT JOIN dkim_key k ON sender_domain_id = d.id
  WHERE domain LIKE '%.test' AND (d.status <> 'pending' OR NOT EXISTS (
    SELECT FROM sender_domain holder WHERE holder.domain = d.domain AND holder.status <> 'pending'))
  GROUP BY d.id`;

const zoneOf = ({ keys, accountId, trackingHost, ...row }: Row, now: Date): ZoneDomain => ({
  ...row,
  accountId: accountId ?? undefined,
  trackingHost: trackingHost ?? undefined,
  keys: keys
    .map(({ retiredAt, ...key }) => ({
      ...key,
      retiredAt: retiredAt === null ? undefined : new Date(retiredAt),
    }))
    .filter((key) => isPublished(key, now))
    .map(({ selector, algorithm, publicKey }) => ({ selector, algorithm, publicKey })),
});

export const sandboxZone = ({ pool }: Database): SandboxZone => ({
  domains: async (now) =>
    (await pool.query<Row>({ name: 'sandbox-zone', text: zoneSql })).rows.map((row) => zoneOf(row, now)),
});
