import { normalIp } from '@waybill/mail/addresses/ip-address';
import ipaddr from 'ipaddr.js';

/** Documentation and benchmarking networks, some of which ipaddr.js reports under other names. */
const neverPublic = [
  '0.0.0.0/8',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
  // IPv4-compatible addresses. RFC 4291 §2.5.5.1.
  '::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fec0::/10',
].map((cidr) => ipaddr.parseCIDR(cidr));

/** RFC 6052: an IPv4 address behind a NAT64; the IPv4 address decides. */
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

type Address = ReturnType<typeof ipaddr.parse>;

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return !neverPublic.some(
    ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
  );
}

/**
 * Whether mail or a webhook of an account may be sent to this address: a host on the public internet, not one of a private network. Only
 * canonical text is accepted. Octal, decimal, short and unknown forms are refused.
 */
export function isPublicAddress(ip: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(ip)) return isPublic(ipaddr.IPv4.parse(ip));
  if (!ipaddr.IPv6.isValid(ip) || ip.includes('%')) return false;
  const address = ipaddr.IPv6.parse(ip);
  if (address.isIPv4MappedAddress()) return isPublic(address.toIPv4Address());
  if (address.match(nat64)) return isPublic(new ipaddr.IPv4(address.toByteArray().slice(12)));
  return isPublic(address);
}

/** Whether mail may leave to an address: public, and not one of `own`, because mail to this machine would come back to us. */
export const outsideOf =
  (own: ReadonlySet<string>) =>
  (ip: string): boolean =>
    isPublicAddress(ip) && !own.has(normalIp(ip) ?? ip);
