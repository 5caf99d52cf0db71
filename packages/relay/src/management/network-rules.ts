/** Parses and checks networks that authenticate clients by address. docs/reliability.md S03. */

import { containsIp, parseNetwork } from '../domains/networks.ts';
import { isPublicAddress } from '../domains/private-address.ts';
import { Refusal } from '../refusal.ts';
import { faultAt } from './request-fault.ts';

/** A wider network belongs to a provider and not to an account. RFC 6177: a site has a /48. */
const widest = { v4: 24, v6: 48 } as const;

/** RFC 6052: IPv4 behind a NAT64. An account must write the IPv4 network itself: in this form a /104 would be a /8. */
const nat64 = '64:ff9b::/96';

/** A wider network is probably a mistyped prefix, so the request must confirm it. */
const confirmedBelow = { v4: 8, v6: 16 } as const;

export function readNetwork(pointer: string, text: string): string {
  const network = parseNetwork(text);
  if (network === undefined) throw faultAt(pointer, 'is not a network like 198.51.100.0/24');
  return network.cidr;
}

/** A network that authenticates by address. All of IPv4 or IPv6 would make an open relay and is always refused. */
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
 * A network that authenticates by address must belong to one account. Loopback and private addresses belong to any neighbour, and
 * wide networks to any customer of the provider: only the operator may register those.
 */
export function requireOwnNetwork(cidr: string): void {
  const detail = faultOf(cidr);
  if (detail !== undefined) throw new Refusal('forbidden', { detail });
}
