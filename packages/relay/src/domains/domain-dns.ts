/** What the check of a domain needs of DNS: the zone, and the answers of several servers to one question. */

/** The types of records that the check asks for. */
export type DnsType = 'TXT' | 'MX' | 'CNAME' | 'A' | 'AAAA';

/** The answer of one server. Records as text: joined strings, `10 host`, a host, an address. `temporary`: it was not reached. */
export type DnsReply =
  | { readonly kind: 'found'; readonly records: readonly string[]; readonly ttlSeconds: number }
  /** How long resolvers keep "there is none". RFC 2308 §5. */
  | { readonly kind: 'none'; readonly ttlSeconds: number }
  | { readonly kind: 'temporary' };

/** A server and its answer. */
export type View = {
  readonly server: string;
  readonly isAuthoritative: boolean;
  readonly reply: DnsReply;
};

/** The zone of a name. `missing`: DNS says that the name does not exist. `unknown`: no answer. */
export type Zone =
  | { readonly kind: 'found'; readonly name: string; readonly servers: readonly NameServer[] }
  | { readonly kind: 'missing' | 'unknown' };

/** An authoritative server. `address` is `host:port`. */
export type NameServer = { readonly name: string; readonly address: string };

/** The look-ups of the check. Nothing is cached: a person who asks for a check has just changed a record. */
export type DomainDns = {
  zoneOf(domain: string): Promise<Zone>;
  /** Asks the authoritative servers of the zone, when one is given, and the public resolvers. */
  ask(name: string, type: DnsType, zone?: Zone): Promise<readonly View[]>;
};

/** The records of an answer; `undefined`: the server was not reached. */
export const recordsOfReply = (reply: DnsReply): readonly string[] | undefined => {
  if (reply.kind === 'temporary') return undefined;
  return reply.kind === 'found' ? reply.records : [];
};

/** The views that count: those of the authoritative servers, or where none was reached, all that answered. */
export function referenceOf(views: readonly View[]): readonly View[] {
  const answered = views.filter(({ reply }) => reply.kind !== 'temporary');
  const authoritative = answered.filter(({ isAuthoritative }) => isAuthoritative);
  return authoritative.length > 0 ? authoritative : answered;
}

/** The records of the first view that counts; `undefined`: no server was reached. */
export const firstAnswer = (views: readonly View[]): readonly string[] | undefined => {
  const [first] = referenceOf(views);
  return first && recordsOfReply(first.reply);
};

/** The name as a DNS panel of the zone takes it: `@` is the zone itself. `undefined`: the name is not in the zone. */
export function hostInZone(name: string, zone: string | undefined): string | undefined {
  if (zone === undefined) return undefined;
  if (name === zone) return '@';
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : undefined;
}
