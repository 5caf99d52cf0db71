import { normalIp } from '@waybill/mail/addresses/ip-address';
import { parseNetwork } from '@waybill/relay/domains/networks';

/**
 * Whom an address is counted as, for limits: an IPv4 address itself, an IPv6 address as its /64, which is the least that one
 * host is given (RFC 4291 §2.5.4). Whoever has one could else come from another address each time.
 */
export function holderOf(ip: string): string {
  const plain = normalIp(ip) ?? ip;
  return plain.includes(':') ? (parseNetwork(`${plain}/64`)?.cidr ?? plain) : plain;
}
