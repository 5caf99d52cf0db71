import { Resolver as NodeResolver } from 'node:dns/promises';
import type { DnsAnswer, DnsLookup, HostAddress, Mx } from '@waybill/relay/delivery/dns-lookup';
import { openLoadingCache } from '../cache/loading-cache.ts';

export type Resolver = DnsLookup & {
  /** The character-strings of each record joined, as SPF and DKIM read them. RFC 7208 §3.3. */
  txt(name: string): Promise<DnsAnswer<string>>;
  cname(name: string): Promise<DnsAnswer<string>>;
  close(): void;
};

export type ResolverSettings = {
  /** `host:port` (IPv6 in brackets); the system's when absent. */
  readonly resolver?: string | undefined;
  readonly timeoutMs?: number;
  /** How long an answer without a TTL of its own is valid. */
  readonly cacheMs?: number;
};

const failureOf = (error: unknown): DnsAnswer<never> => {
  const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
  if (code === 'ENOTFOUND') return { kind: 'none', why: 'no_domain' };
  if (code === 'ENODATA') return { kind: 'none', why: 'no_data' };
  // A name that does not fit into a DNS query does not exist.
  if (code === 'EBADNAME') return { kind: 'none', why: 'no_domain' };
  return { kind: 'temporary', reason: `DNS look-up failed: ${code}` };
};

async function ask<Found>(query: () => Promise<readonly Found[]>): Promise<DnsAnswer<Found>> {
  try {
    const records = await query();
    return records.length === 0 ? { kind: 'none', why: 'no_data' } : { kind: 'found', records };
  } catch (error) {
    return failureOf(error);
  }
}

function joined(v6: DnsAnswer<HostAddress>, v4: DnsAnswer<HostAddress>): DnsAnswer<HostAddress> {
  const records = [v4, v6].flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
  if (records.length > 0) return { kind: 'found', records };
  if (v4.kind === 'temporary') return v4;
  if (v6.kind === 'temporary') return v6;
  // A name with any record at all exists: one `no_data` outweighs a `no_domain`.
  const exists = [v4, v6].some((answer) => answer.kind === 'none' && answer.why === 'no_data');
  return { kind: 'none', why: exists ? 'no_data' : 'no_domain' };
}

const negativeMs = 10_000;

/** The shortest TTL of the records that carry one, and never longer than the default. A failure is not stored. */
function ttlMsOf(answer: DnsAnswer<unknown>, defaultMs: number): number {
  if (answer.kind === 'temporary') return 0;
  if (answer.kind === 'none') return Math.min(defaultMs, negativeMs);
  const ttls = answer.records.flatMap((record) => (record as { readonly ttl?: number }).ttl ?? []);
  return Math.min(defaultMs, ...ttls.map((ttl) => ttl * 1000));
}

const byPreference = (one: Mx, other: Mx): number => one.preference - other.preference;
const normalName = (name: string): string => name.toLowerCase().replace(/\.$/, '');

export function openResolver(settings: ResolverSettings = {}): Resolver {
  const node = new NodeResolver({ timeout: settings.timeoutMs ?? 4_000, tries: 2 });
  if (settings.resolver !== undefined) node.setServers([settings.resolver]);
  const defaultMs = settings.cacheMs ?? 60_000;
  const cached = <Found>(load: (name: string) => Promise<DnsAnswer<Found>>) => {
    const ttlMs = (answer: DnsAnswer<Found>): number => ttlMsOf(answer, defaultMs);
    const cache = openLoadingCache({ load, ttlMs, maxEntries: 10_000 });
    return (name: string): Promise<DnsAnswer<Found>> => cache.get(normalName(name));
  };
  const addresses = async (host: string): Promise<DnsAnswer<HostAddress>> => {
    const [v4, v6] = await Promise.all([
      ask(async () =>
        (await node.resolve4(host, { ttl: true })).map((found) => ({ ...found, family: 4 as const })),
      ),
      ask(async () =>
        (await node.resolve6(host, { ttl: true })).map((found) => ({ ...found, family: 6 as const })),
      ),
    ]);
    return joined(v6, v4);
  };
  const mx = (domain: string): Promise<DnsAnswer<Mx>> =>
    ask(async () =>
      (await node.resolveMx(domain))
        .map(({ exchange, priority }) => ({ exchange: normalName(exchange), preference: priority }))
        .sort(byPreference),
    );
  const txt = (name: string): Promise<DnsAnswer<string>> =>
    ask(async () => (await node.resolveTxt(name)).map((strings) => strings.join('')));
  const cname = (name: string): Promise<DnsAnswer<string>> =>
    ask(async () => (await node.resolveCname(name)).map(normalName));
  return {
    mx: cached(mx),
    addresses: cached(addresses),
    txt: cached(txt),
    cname: cached(cname),
    close: () => node.cancel(),
  };
}
