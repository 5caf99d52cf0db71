/** Networks as a person writes them, checked before anything is authenticated by them. RELIABILITY S03. */

import { isPublicAddress } from '@waybill/io/dns/private-address';
import { parseNetwork } from '@waybill/relay/networks';
import { Refusal } from '@waybill/relay/refusal';
import { faultAt } from './request-fault.ts';

/** Wider than this, a network is a provider's, not an account's. */
const widest = { v4: 16, v6: 32 } as const;

export function readNetwork(pointer: string, text: string): string {
  const network = parseNetwork(text);
  if (network === undefined) throw faultAt(pointer, 'is not a network like 198.51.100.0/24');
  return network.cidr;
}

/**
 * What authenticates by address must be the account's alone. Loopback and private addresses are whoever stands next to us,
 * and wide networks are whoever rents there: only the operator may register those.
 */
export function requireOwnNetwork(cidr: string): void {
  const [first = '', bits = '0'] = cidr.split('/');
  const isWide = Number(bits) < (first.includes(':') ? widest.v6 : widest.v4);
  if (!isWide && isPublicAddress(first)) return;
  throw new Refusal('forbidden', {
    detail: 'private, loopback and very wide networks are registered by the operator only',
  });
}
