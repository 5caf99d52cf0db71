/** What a route asks of DNS. `packages/io` implements it. */

export type Mx = { readonly exchange: string; readonly preference: number };
export type HostAddress = { readonly address: string; readonly family: 4 | 6; readonly ttl: number };

/**
 * The answer of DNS. `none` is authoritative: the name does not exist (`no_domain`), or has no such records (`no_data`). `temporary` means
 * no answer and is never a reason to give up. RFC 2308, RFC 5321 §5.1.
 */
export type DnsAnswer<Found> =
  | { readonly kind: 'found'; readonly records: readonly Found[] }
  | { readonly kind: 'none'; readonly why: 'no_domain' | 'no_data' }
  | { readonly kind: 'temporary'; readonly reason: string };

export type DnsLookup = {
  /** By preference, lowest first; exchanges in lower case. A null MX (RFC 7505) is the one record with exchange ''. */
  mx(domain: string): Promise<DnsAnswer<Mx>>;
  /** A and AAAA together. `temporary` only when neither answered and one of them failed. */
  addresses(host: string): Promise<DnsAnswer<HostAddress>>;
};

/** RFC 7505: "this domain takes no mail". */
export const saysNoMail = (answer: DnsAnswer<Mx>): boolean =>
  answer.kind === 'found' && answer.records.length === 1 && answer.records[0]?.exchange === '';
