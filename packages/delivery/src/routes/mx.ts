/** To the MX hosts of the recipient's domain. RFC 5321 §5.1. */
import { domainOf } from '@waybill/mail/address';
import { parseAddressLiteral } from '@waybill/mail/addresses/ip-address';
import { type DnsAnswer, type DnsLookup, type Mx, saysNoMail } from '@waybill/relay/delivery/dns-lookup';
import type { SmtpOutcome } from '@waybill/smtp-client/smtp-outcome';
import type { TlsPolicy } from '@waybill/smtp-client/tls-policy';
import { notYet, type Route, sourceOf, unable } from './hop.ts';

/** By preference; random order among equals spreads the load. RFC 5321 §5.1. */
export function inOrder(records: readonly Mx[], random: () => number): readonly Mx[] {
  return records
    .map((record) => ({ record, draw: random() }))
    .toSorted((a, b) => a.record.preference - b.record.preference || a.draw - b.draw)
    .map(({ record }) => record);
}

type MxHosts = { readonly hosts: readonly string[] } | { readonly outcome: SmtpOutcome };

function hostsOf(domain: string, answer: DnsAnswer<Mx>, random: () => number): MxHosts {
  if (answer.kind === 'temporary')
    return { outcome: notYet(`the MX of ${domain} could not be looked up: ${answer.reason}`) };
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

export type MxDependencies = {
  readonly resolver: DnsLookup;
  readonly random: () => number;
  readonly settings: {
    readonly mxPort: number;
    readonly ehloName: string;
    readonly allowPrivateDestinations: boolean;
  };
};

export async function mxRoute(
  { resolver, random, settings }: MxDependencies,
  recipient: string,
  tls: TlsPolicy,
): Promise<Route> {
  const domain = domainOf(recipient);
  if (domain === undefined)
    return { outcome: unable('bounced', '5.1.3', 'the recipient is no mail address') };
  const literal = parseAddressLiteral(domain);
  const found = literal ? { hosts: [literal] } : hostsOf(domain, await resolver.mx(domain), random);
  if ('outcome' in found) return found;
  const { mxPort: port, allowPrivateDestinations: mayBePrivate } = settings;
  return { hops: found.hosts.map((host) => ({ host, port, tls, mayBePrivate, ...sourceOf(settings) })) };
}
