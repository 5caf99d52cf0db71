/** The look-ups of the domain check: the authoritative servers of a zone, and public resolvers beside them. */
import { getServers } from 'node:dns';
import { isIP, isIPv6 } from 'node:net';
import type { DnsReply, DnsType, DomainDns, NameServer, View, Zone } from '@waybill/relay/domains/domain-dns';
import { isPublicAddress } from '@waybill/relay/domains/private-address';
import { type DnsMessage, type DnsRecord, exchange, placeOf, type Question } from './exchange.ts';

export type DomainDnsSettings = {
  /** `host:port`. This server alone answers for all others. */
  readonly resolver?: string | undefined;
  /** `host:port` of each. */
  readonly publicResolvers: readonly string[];
  readonly timeoutMs?: number;
  /** The servers of the host, asked when no public resolver is reached. */
  readonly ownResolvers?: () => readonly string[];
  /** Port and addresses of authoritative servers; another one in tests only. */
  readonly authoritative?: { readonly port: number; readonly isAllowed: (ip: string) => boolean };
};

const TIMEOUT_MS = 2_500;
const DNS_PORT = 53;
/** More servers would not tell more about one zone. */
const MOST_NAME_SERVERS = 3;
/** A server that was not reached is not asked again for this time, so that one check does not wait for it many times. */
const SILENT_MS = 10_000;

const withPort = (ip: string, port: number): string => (isIPv6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`);

const ownResolversOfHost = (): readonly string[] =>
  getServers().map((server) => (isIP(server) ? withPort(server, DNS_PORT) : server));

const normal = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** Records as text, by type. */
const written: Readonly<Record<DnsType, (data: unknown) => string>> = {
  TXT: (data) => [data].flat().map(String).join(''),
  MX: (data) => {
    const { preference, exchange: host } = data as { preference: number; exchange: string };
    return `${preference} ${normal(host)}`;
  },
  CNAME: (data) => normal(String(data)),
  A: String,
  AAAA: String,
};

type Soa = { readonly mname: string; readonly minimum: number };
const soaOf = ({ answers, authorities }: DnsMessage): DnsRecord | undefined =>
  [...answers, ...authorities].find(({ type }) => type === 'SOA');

/** RFC 2308 §5: the smaller of the TTL of the SOA record and its minimum. */
function negativeTtl(message: DnsMessage): number {
  const soa = soaOf(message);
  return soa === undefined ? 0 : Math.min(soa.ttl ?? 0, (soa.data as Soa).minimum);
}

/** A server that does not hold the zone answers with a referral or a failure. */
const isAnswer = ({ rcode, flag_aa }: DnsMessage, recursive: boolean): boolean =>
  (rcode === 'NOERROR' || rcode === 'NXDOMAIN') && (recursive || flag_aa);

function replyOf(message: DnsMessage, type: DnsType): DnsReply {
  const fitting = message.answers.filter((record) => record.type === type);
  if (fitting.length === 0) return { kind: 'none', ttlSeconds: negativeTtl(message) };
  return {
    kind: 'found',
    records: fitting.map(({ data }) => written[type](data)),
    ttlSeconds: Math.min(...fitting.map(({ ttl = 0 }) => ttl)),
  };
}

type Ask = (server: string, question: Question, recursive: boolean) => Promise<DnsMessage | undefined>;

/** Asks one server; one that was silent a moment ago is not waited for again. */
function openAsk(timeoutMs: number): Ask {
  const silentSince = new Map<string, number>();
  return async (server, question, recursive) => {
    const since = silentSince.get(server);
    if (since !== undefined && performance.now() - since < SILENT_MS) return undefined;
    const message = await exchange({ server, question, recursive, timeoutMs });
    if (message === undefined) silentSince.set(server, performance.now());
    else silentSince.delete(server);
    return message !== undefined && isAnswer(message, recursive) ? message : undefined;
  };
}

/** The first recursive server that answers. */
async function firstOf(
  servers: readonly string[],
  question: Question,
  ask: Ask,
): Promise<DnsMessage | undefined> {
  for (const server of servers) {
    const message = await ask(server, question, true);
    if (message !== undefined) return message;
  }
  return undefined;
}

const temporary: DnsReply = { kind: 'temporary' };

export function openDomainDns(settings: DomainDnsSettings): DomainDns {
  const ask = openAsk(settings.timeoutMs ?? TIMEOUT_MS);
  const { resolver, authoritative = { port: DNS_PORT, isAllowed: isPublicAddress } } = settings;
  const shown = resolver === undefined ? settings.publicResolvers : [resolver];
  const own = settings.ownResolvers ?? ownResolversOfHost;
  const recursive = (): readonly string[] => (resolver === undefined ? [...own(), ...shown] : shown);

  /** Its address is checked: a zone must not make us ask a host of a private network. */
  async function addressOf(name: string): Promise<readonly NameServer[]> {
    const message = await firstOf(recursive(), { name, type: 'A' }, ask);
    const ip = message?.answers.find(({ type }) => type === 'A')?.data;
    if (typeof ip !== 'string' || !authoritative.isAllowed(ip)) return [];
    return [{ name, address: withPort(ip, authoritative.port) }];
  }

  async function serversOf(zone: string): Promise<readonly NameServer[]> {
    if (resolver !== undefined) return [];
    const message = await firstOf(recursive(), { name: zone, type: 'NS' }, ask);
    const names = (message?.answers ?? [])
      .filter(({ type }) => type === 'NS')
      .map(({ data }) => normal(String(data)));
    const found = await Promise.all(names.toSorted().slice(0, MOST_NAME_SERVERS).map(addressOf));
    return found.flat();
  }

  async function zoneOf(domain: string): Promise<Zone> {
    const message = await firstOf(recursive(), { name: domain, type: 'SOA' }, ask);
    if (message === undefined) return { kind: 'unknown' };
    if (message.rcode === 'NXDOMAIN') return { kind: 'missing' };
    const soa = soaOf(message);
    if (soa === undefined) return { kind: 'unknown' };
    const name = normal(soa.name);
    return { kind: 'found', name, servers: await serversOf(name) };
  }

  /** An authoritative server does not follow a CNAME that leads out of its zone. */
  async function followed(message: DnsMessage, type: DnsType): Promise<DnsReply> {
    const reply = replyOf(message, type);
    const alias = message.answers.find((record) => record.type === 'CNAME');
    if (reply.kind === 'found' || alias === undefined || type === 'CNAME') return reply;
    const target = await firstOf(recursive(), { name: normal(String(alias.data)), type }, ask);
    return target === undefined ? temporary : replyOf(target, type);
  }

  const view = async (
    { name: server, address }: NameServer,
    { name, type }: { readonly name: string; readonly type: DnsType },
    isAuthoritative: boolean,
  ): Promise<View> => {
    const message = await ask(address, { name, type }, !isAuthoritative);
    return { server, isAuthoritative, reply: message ? await followed(message, type) : temporary };
  };

  const resolverNamed = (address: string): NameServer => ({ name: placeOf(address).host, address });

  return {
    zoneOf,
    async ask(name, type, zone) {
      const servers = zone?.kind === 'found' ? zone.servers : [];
      const views = await Promise.all([
        ...servers.map((server) => view(server, { name, type }, true)),
        ...shown.map((address) => view(resolverNamed(address), { name, type }, false)),
      ]);
      if (resolver !== undefined || views.some(({ reply }) => reply.kind !== 'temporary')) return views;
      const message = await firstOf(own(), { name, type }, ask);
      const reply = message === undefined ? temporary : await followed(message, type);
      return [...views, { server: 'the resolver of this host', isAuthoritative: false, reply }];
    },
  };
}
