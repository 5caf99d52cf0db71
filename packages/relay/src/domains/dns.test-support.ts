/** DNS as a table, for tests: what stands under a name, or that no server answers. */
import type { DnsReply, DnsType, DomainDns, View, Zone } from './domain-dns.ts';

/** Keys read `name` for TXT, and `mx name`, `cname name`, `a name` for other types. MX holds hosts alone. */
export type DnsTable = ReadonlyMap<string, readonly string[] | 'broken'>;

const TTL_SECONDS = 2_520;

function replyIn(table: DnsTable, name: string, type: DnsType): DnsReply {
  const found = table.get(type === 'TXT' ? name : `${type.toLowerCase()} ${name}`);
  if (found === 'broken') return { kind: 'temporary' };
  if (found === undefined || found.length === 0) return { kind: 'none', ttlSeconds: TTL_SECONDS };
  const records = type === 'MX' ? found.map((host) => `10 ${host}`) : found;
  return { kind: 'found', records, ttlSeconds: TTL_SECONDS };
}

type Server = { readonly server: string; readonly isAuthoritative?: boolean; readonly table: DnsTable };

/** Several servers, each with a table of its own. */
export const dnsOf = (servers: readonly Server[], zone: Zone = { kind: 'unknown' }): DomainDns => ({
  zoneOf: async () => zone,
  ask: async (name, type) =>
    servers.map(
      ({ server, isAuthoritative = false, table }): View => ({
        server,
        isAuthoritative,
        reply: replyIn(table, name, type),
      }),
    ),
});

/** One server that knows all. */
export const dnsIn = (table: DnsTable, zone?: Zone): DomainDns =>
  dnsOf([{ server: 'ns.test', isAuthoritative: true, table }], zone);
