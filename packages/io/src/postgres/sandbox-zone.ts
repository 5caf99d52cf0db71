import type { PublishedKey } from '@waybill/relay/domain-records';
import type { Database } from './database.ts';

/** A sender domain that only our own name server knows, with the keys it publishes. */
export type ZoneDomain = { readonly domain: string; readonly keys: readonly PublishedKey[] };

export type SandboxZone = { domains(): Promise<readonly ZoneDomain[]> };

/** `.test` is nobody's (RFC 6761 §6.2): what stands there we say ourselves. Retired keys are gone from DNS. */
const zoneSql = `
  SELECT domain, coalesce(json_agg(json_build_object('selector', selector, 'algorithm', algorithm, 'publicKey', public_key)
    ORDER BY selector) FILTER (WHERE selector IS NOT NULL), '[]') AS keys
  FROM sender_domain
  LEFT JOIN dkim_key ON sender_domain_id = sender_domain.id AND state <> 'retired'
  WHERE domain LIKE '%.test'
  GROUP BY domain`;

export const sandboxZone = ({ pool }: Database): SandboxZone => ({
  domains: async () => (await pool.query<ZoneDomain>({ name: 'sandbox-zone', text: zoneSql })).rows,
});
