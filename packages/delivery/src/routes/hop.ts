/** A host to try, and what a route comes to when there is none. */
import { normalIp } from '@waybill/mail/addresses/ip-address';
import type { DnsLookup } from '@waybill/relay/delivery/dns-lookup';
import type { SmtpOutcome } from '@waybill/smtp-client/smtp-outcome';
import type { Target } from '@waybill/smtp-client/target';

/** A host to try, by name: its addresses are looked up when its turn comes. */
export type Hop = Omit<Target, 'address'> & {
  /** Whether its addresses may be private, loopback or our own. */
  readonly mayBePrivate: boolean;
};

/** The hosts in the order in which to try them, or the outcome of the attempt when there are none. */
export type Route = { readonly hops: readonly Hop[] } | { readonly outcome: SmtpOutcome };

/** Where sessions come from: the operating system chooses the source address. */
export const sourceOf = ({ ehloName }: { readonly ehloName: string }) => ({
  localAddress: undefined,
  ehloName,
});

/** The outcome when DNS or a setting says that no host takes this mail; `status` is the enhanced status. RFC 3463. */
export const unable = (outcome: 'bounced' | 'failed', status: string, text: string): SmtpOutcome => ({
  kind: 'unable',
  outcome,
  status,
  text,
});

/** The outcome when it is not known where to go; a later attempt may know it. */
export const notYet = (text: string): SmtpOutcome => ({
  kind: 'broken',
  phase: 'dns',
  failure: 'unreachable',
  text,
});

export type AddressDependencies = {
  readonly resolver: DnsLookup;
  /** Whether an address is on the public internet and not of this machine. */
  readonly isOutside: (ip: string) => boolean;
};

/** The addresses of a hop that mail may go to, IPv4 and IPv6 in the order of DNS, or the outcome when there are none. */
export async function addressesOf(
  { resolver, isOutside }: AddressDependencies,
  hop: Hop,
): Promise<{ readonly ips: readonly string[] } | { readonly outcome: SmtpOutcome }> {
  // A name that every machine has in /etc/hosts and no name server has to know.
  const known = hop.host === 'localhost' && hop.mayBePrivate ? '127.0.0.1' : normalIp(hop.host);
  const answer = known ? undefined : await resolver.addresses(hop.host);
  if (answer?.kind === 'temporary')
    return { outcome: notYet(`the address of ${hop.host} could not be looked up: ${answer.reason}`) };
  if (answer?.kind === 'none')
    return { outcome: unable('bounced', '5.1.2', `the host ${hop.host} has no address`) };
  const ips = known ? [known] : (answer?.records ?? []).map(({ address }) => address);
  const allowed = ips.filter((ip) => hop.mayBePrivate || isOutside(ip));
  if (allowed.length > 0) return { ips: allowed };
  const text = `${hop.host} has only addresses that mail must not go to (${ips.join(', ')}): private, loopback or our own`;
  return { outcome: unable('bounced', '5.4.4', text) };
}
