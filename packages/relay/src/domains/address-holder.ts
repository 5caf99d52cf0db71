import { normalIp } from '@waybill/mail/addresses/ip-address';
import { parseNetwork } from './networks.ts';

/**
 * The key under which limits count an address: an IPv4 address itself, an IPv6 address as its /64. One host has at least a /64
 * (RFC 4291 §2.5.4) and could otherwise use a new address for each connection.
 */
export function holderOf(ip: string): string {
  const plain = normalIp(ip) ?? ip;
  return plain.includes(':') ? (parseNetwork(`${plain}/64`)?.cidr ?? plain) : plain;
}
