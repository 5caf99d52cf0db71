/** Networks as a person writes them, checked before anything is authenticated by them. docs/reliability.md S03. */

import { isPublicAddress } from '@waybill/io/dns/private-address';
import { containsIp, parseNetwork } from '@waybill/relay/domains/networks';
import { Refusal } from '@waybill/relay/refusal';
import { faultAt } from './request-fault.ts';

/** Wider than this, a network is a provider's, not an account's. RFC 6177: a site has a /48. */
const widest = { v4: 24, v6: 48 } as const;

/** RFC 6052: IPv4 behind a NAT64. An account writes the IPv4 network; in this spelling a /104 would be a /8. */
const nat64 = '64:ff9b::/96';

/** A wider network is more likely a mistyped prefix than a network of one owner: the request has to confirm it. */
const confirmedBelow = { v4: 8, v6: 16 } as const;

export function readNetwork(pointer: string, text: string): string {
  const network = parseNetwork(text);
  if (network === undefined) throw faultAt(pointer, 'is not a network like 198.51.100.0/24');
  return network.cidr;
}

/** A network that is to authenticate by address. All of IPv4 or IPv6 would make an open relay, confirmed or not. */
export function requireNarrow(cidr: string, isConfirmed: boolean): void {
  const [first = '', bits = '0'] = cidr.split('/');
  const isV6 = first.includes(':');
  if (Number(bits) === 0)
    throw faultAt('/cidr', `is every address of ${isV6 ? 'IPv6' : 'IPv4'}: that would be an open relay`);
  const least = isV6 ? confirmedBelow.v6 : confirmedBelow.v4;
  if (Number(bits) < least && !isConfirmed)
    throw faultAt('/confirm', `must be true, because ${cidr} is wider than /${least}`);
}

function faultOf(cidr: string): string | undefined {
  const [first = '', bits = '0'] = cidr.split('/');
  if (Number(bits) < (first.includes(':') ? widest.v6 : widest.v4))
    return `a network wider than /${widest.v4} (IPv4) or /${widest.v6} (IPv6) is registered by the operator only`;
  if (!isPublicAddress(first) || containsIp(nat64, first))
    return 'private, loopback, multicast and other special networks are registered by the operator only';
  return undefined;
}

/**
 * What authenticates by address must be the account's alone. Loopback and private addresses are whoever stands next to us,
 * and wide networks are whoever rents there: only the operator may register those.
 */
export function requireOwnNetwork(cidr: string): void {
  const detail = faultOf(cidr);
  if (detail !== undefined) throw new Refusal('forbidden', { detail });
}
