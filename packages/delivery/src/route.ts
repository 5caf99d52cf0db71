/** Where a delivery goes: to the sandbox, through a smart host, or to the recipient's MX. */
import { isPublicAddress } from '@waybill/io/dns/private-address';
import { type Answer, type Mx, type Resolver, saysNoMail } from '@waybill/io/dns/resolver';
import { domainOf } from '@waybill/mail/address';
import { normalIp, parseAddressLiteral } from '@waybill/mail/addresses/ip-address';
import type { Account, ClaimedDelivery, DeliveryMode } from '@waybill/relay/ports';
import type { Target } from '@waybill/smtp-client/target';
import type { TlsPolicy } from '@waybill/smtp-client/tls-policy';
import type { AttemptOutcome } from './attempt-outcome.ts';

export type RouteSettings = {
  readonly mode: DeliveryMode;
  readonly smarthostUrl: string | undefined;
  readonly sandbox: { readonly host: string; readonly port: number } | undefined;
  readonly mxPort: number;
  /** The name that EHLO says. */
  readonly ehloName: string;
  readonly allowPrivateDestinations: boolean;
  /** Addresses of this machine: mail to them would come back to us. */
  readonly ownAddresses: ReadonlySet<string>;
};

/** A host to try, by name: its addresses are looked up when its turn comes. */
export type Hop = Omit<Target, 'address'> & { readonly mayBePrivate: boolean };

export type Route =
  | { readonly mode: DeliveryMode; readonly hops: readonly Hop[] }
  | { readonly mode: DeliveryMode; readonly outcome: AttemptOutcome };

const unable = (outcome: 'bounced' | 'failed', status: string, text: string): AttemptOutcome => ({
  kind: 'unable',
  outcome,
  status,
  text,
});
const later = (text: string): AttemptOutcome => ({
  kind: 'broken',
  phase: 'dns',
  failure: 'unreachable',
  text,
});

/** The narrower wins: what the credential or account asks for, then the account's mode, then the installation's. */
const modeOf = (
  delivery: Pick<ClaimedDelivery, 'sandbox'>,
  account: Pick<Account, 'deliveryMode'> | undefined,
  settings: Pick<RouteSettings, 'mode'>,
): DeliveryMode => (delivery.sandbox ? 'sandbox' : (account?.deliveryMode ?? settings.mode));

/** Where sessions come from: no source address is chosen yet. */
const sourceOf = ({ ehloName }: RouteSettings) => ({ localAddress: undefined, ehloName });

function sandboxRoute(settings: RouteSettings, tls: TlsPolicy): Route {
  if (!settings.sandbox)
    return { mode: 'sandbox', outcome: later('the sandbox MX has no port (SANDBOX_PORT)') };
  const { host, port } = settings.sandbox;
  return { mode: 'sandbox', hops: [{ host, port, tls, mayBePrivate: true, ...sourceOf(settings) }] };
}

const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** `smtp://` takes TLS when it is offered, `smtps://` begins with it. Who has to log in needs TLS. */
function smarthostRoute(settings: RouteSettings, url: string | undefined, tls: TlsPolicy): Route {
  if (url === undefined)
    return { mode: 'smarthost', outcome: later('no smart host is configured (SMARTHOST_URL)') };
  const { protocol, hostname, port, username, password } = new URL(url);
  const implicit = protocol === 'smtps:';
  const auth = username
    ? { username: decodeURIComponent(username), password: decodeURIComponent(password) }
    : undefined;
  const hop: Hop = {
    host: bare(hostname),
    port: Number(port) || (implicit ? 465 : auth ? 587 : 25),
    tls: implicit ? { kind: 'implicit' } : tls,
    auth,
    mayBePrivate: true,
    ...sourceOf(settings),
  };
  return { mode: 'smarthost', hops: [hop] };
}

/** Random order among equals spreads the load. RFC 5321 §5.1. */
export function inOrder(records: readonly Mx[], random: () => number): readonly Mx[] {
  return records
    .map((record) => ({ record, draw: random() }))
    .toSorted((a, b) => a.record.preference - b.record.preference || a.draw - b.draw)
    .map(({ record }) => record);
}

type MxHosts = { readonly hosts: readonly string[] } | { readonly outcome: AttemptOutcome };

function hostsOf(domain: string, answer: Answer<Mx>, random: () => number): MxHosts {
  if (answer.kind === 'temporary')
    return { outcome: later(`the MX of ${domain} could not be looked up: ${answer.reason}`) };
  if (answer.kind === 'none') {
    // §5.1: a domain without MX is its own MX, when it has an address.
    if (answer.why === 'no_data') return { hosts: [domain] };
    return { outcome: unable('bounced', '5.1.2', `the domain ${domain} does not exist`) };
  }
  if (saysNoMail(answer))
    return { outcome: unable('bounced', '5.1.10', `the domain ${domain} takes no mail (null MX, RFC 7505)`) };
  const hosts = inOrder(answer.records, random).map(({ exchange }) => exchange);
  return { hosts: hosts.filter((host) => host !== '') };
}

export type RouteDependencies = {
  readonly settings: RouteSettings;
  readonly resolver: Resolver;
  readonly random: () => number;
};

async function mxRoute(dependencies: RouteDependencies, recipient: string, tls: TlsPolicy): Promise<Route> {
  const domain = domainOf(recipient);
  if (domain === undefined)
    return { mode: 'mx', outcome: unable('bounced', '5.1.3', 'the recipient is no mail address') };
  const literal = parseAddressLiteral(domain);
  const found: MxHosts = literal
    ? { hosts: [literal] }
    : hostsOf(domain, await dependencies.resolver.mx(domain), dependencies.random);
  if ('outcome' in found) return { mode: 'mx', outcome: found.outcome };
  const { mxPort, allowPrivateDestinations } = dependencies.settings;
  const hops = found.hosts.map((host) => ({
    host,
    port: mxPort,
    tls,
    mayBePrivate: allowPrivateDestinations,
    ...sourceOf(dependencies.settings),
  }));
  return { mode: 'mx', hops };
}

export async function route(
  dependencies: RouteDependencies,
  delivery: Pick<ClaimedDelivery, 'sandbox' | 'recipient' | 'requireTls'>,
  account: Pick<Account, 'deliveryMode' | 'smarthostUrl'> | undefined,
): Promise<Route> {
  const tls: TlsPolicy = { kind: delivery.requireTls ? 'required' : 'opportunistic' };
  const mode = modeOf(delivery, account, dependencies.settings);
  if (mode === 'sandbox') return sandboxRoute(dependencies.settings, tls);
  if (mode === 'smarthost')
    return smarthostRoute(
      dependencies.settings,
      account?.smarthostUrl ?? dependencies.settings.smarthostUrl,
      tls,
    );
  return mxRoute(dependencies, delivery.recipient, tls);
}

export type Found = { readonly ips: readonly string[] } | { readonly outcome: AttemptOutcome };

/** The addresses of a hop that mail may go to, IPv4 and IPv6 as DNS gave them. */
export async function addressesOf(
  dependencies: Pick<RouteDependencies, 'resolver' | 'settings'>,
  hop: Hop,
): Promise<Found> {
  const literal = normalIp(hop.host);
  // A name that every machine has in /etc/hosts and no name server has to know.
  const known = hop.host === 'localhost' && hop.mayBePrivate ? '127.0.0.1' : literal;
  const answer = known ? undefined : await dependencies.resolver.addresses(hop.host);
  if (answer?.kind === 'temporary')
    return { outcome: later(`the address of ${hop.host} could not be looked up: ${answer.reason}`) };
  if (answer?.kind === 'none')
    return { outcome: unable('bounced', '5.1.2', `the host ${hop.host} has no address`) };
  const ips = known ? [known] : (answer?.records ?? []).map(({ address }) => address);
  const allowed = ips.filter((ip) => hop.mayBePrivate || isOutside(ip, dependencies.settings));
  if (allowed.length > 0) return { ips: allowed };
  const text = `${hop.host} has only addresses that mail must not go to (${ips.join(', ')}): private, loopback or our own`;
  return { outcome: unable('bounced', '5.4.4', text) };
}

const isOutside = (ip: string, settings: RouteSettings): boolean =>
  isPublicAddress(ip) && !settings.ownAddresses.has(normalIp(ip) ?? ip);
