import { Resolver as NodeResolver } from 'node:dns/promises';
import { openLoadingCache } from '../cache/loading-cache.ts';

export type Mx = { readonly exchange: string; readonly preference: number };
export type Addresses = { readonly address: string; readonly family: 4 | 6; readonly ttl: number };

/**
 * The answer of DNS. `none` is authoritative: the name does not exist (`no_domain`), or has no such records (`no_data`). `temporary` means
 * no answer and is never a reason to give up. RFC 2308, RFC 5321 §5.1.
 */
export type Answer<Found> =
  | { readonly kind: 'found'; readonly records: readonly Found[] }
  | { readonly kind: 'none'; readonly why: 'no_domain' | 'no_data' }
  | { readonly kind: 'temporary'; readonly reason: string };

export type Resolver = {
  /** By preference, lowest first; exchanges in lower case. A null MX (RFC 7505) is the one record with exchange ''. */
  mx(domain: string): Promise<Answer<Mx>>;
  /** A and AAAA together. `temporary` only when neither answered and one of them failed. */
  addresses(host: string): Promise<Answer<Addresses>>;
  /** The character-strings of each record joined, as SPF and DKIM read them. RFC 7208 §3.3. */
  txt(name: string): Promise<Answer<string>>;
  cname(name: string): Promise<Answer<string>>;
  close(): void;
};

export type ResolverSettings = {
  /** `host:port` (IPv6 in brackets); the system's when absent. */
  readonly resolver?: string | undefined;
  readonly timeoutMs?: number;
  /** How long an answer without a TTL of its own is valid. */
  readonly cacheMs?: number;
};

const isNullMx = (records: readonly Mx[]): boolean => records.length === 1 && records[0]?.exchange === '';

/** RFC 7505: "this domain takes no mail". */
export const saysNoMail = (answer: Answer<Mx>): boolean =>
  answer.kind === 'found' && isNullMx(answer.records);

const failureOf = (error: unknown): Answer<never> => {
  const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
  if (code === 'ENOTFOUND') return { kind: 'none', why: 'no_domain' };
  if (code === 'ENODATA') return { kind: 'none', why: 'no_data' };
  // A name that does not fit into a DNS query does not exist.
  if (code === 'EBADNAME') return { kind: 'none', why: 'no_domain' };
  return { kind: 'temporary', reason: `DNS look-up failed: ${code}` };
};

async function ask<Found>(query: () => Promise<readonly Found[]>): Promise<Answer<Found>> {
  try {
    const records = await query();
    return records.length === 0 ? { kind: 'none', why: 'no_data' } : { kind: 'found', records };
  } catch (error) {
    return failureOf(error);
  }
}

function joined(v6: Answer<Addresses>, v4: Answer<Addresses>): Answer<Addresses> {
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
function ttlMsOf(answer: Answer<unknown>, defaultMs: number): number {
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
  const cached = <Found>(load: (name: string) => Promise<Answer<Found>>) => {
    const ttlMs = (answer: Answer<Found>): number => ttlMsOf(answer, defaultMs);
    const cache = openLoadingCache({ load, ttlMs, maxEntries: 10_000 });
    return (name: string): Promise<Answer<Found>> => cache.get(normalName(name));
  };
  const addresses = async (host: string): Promise<Answer<Addresses>> => {
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
  const mx = (domain: string): Promise<Answer<Mx>> =>
    ask(async () =>
      (await node.resolveMx(domain))
        .map(({ exchange, priority }) => ({ exchange: normalName(exchange), preference: priority }))
        .sort(byPreference),
    );
  const txt = (name: string): Promise<Answer<string>> =>
    ask(async () => (await node.resolveTxt(name)).map((strings) => strings.join('')));
  const cname = (name: string): Promise<Answer<string>> =>
    ask(async () => (await node.resolveCname(name)).map(normalName));
  return {
    mx: cached(mx),
    addresses: cached(addresses),
    txt: cached(txt),
    cname: cached(cname),
    close: () => node.cancel(),
  };
}
