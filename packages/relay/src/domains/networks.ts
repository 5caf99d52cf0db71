/** Networks that authenticate clients by address. Each network has one spelling, so that comparisons are exact. RFC 4632, RFC 4291. */
import { normalIp } from '@waybill/mail/addresses/ip-address';
import ipaddr from 'ipaddr.js';

/** A network in its one spelling. */
export type Network = {
  /** The first address and the prefix length: `10.0.0.0/8`, `2001:db8::/32`. */
  readonly cidr: string;
  readonly prefixLength: number;
};

const MAPPED_BITS = 96;

/** The IPv4 network of a mapped one: `::ffff:10.0.0.0/104` is `10.0.0.0/8`. `undefined`: it is wider than IPv4. RFC 4291 §2.5.5.2. */
function unmapped(ip: string, bits: number): Network | undefined {
  const plain = normalIp(ip);
  if (plain === undefined) return undefined;
  const wasMapped = ip.includes(':') && !plain.includes(':');
  return { cidr: plain, prefixLength: wasMapped ? bits - MAPPED_BITS : bits };
}

/** A network from `address/length` or a single address; bits after the prefix are cleared. `undefined`: the text is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [, ip = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const bits = length === undefined ? (ip.includes(':') ? 128 : 32) : Number(length);
  const plain = unmapped(ip, bits);
  if (plain === undefined) return undefined;
  const { cidr: address, prefixLength } = plain;
  const version = address.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4;
  const written = `${address}/${prefixLength}`;
  if (!version.isValidCIDR(written)) return undefined;
  const first = normalIp(version.networkAddressFromCIDR(written).toString());
  return first === undefined ? undefined : { cidr: `${first}/${prefixLength}`, prefixLength };
}

/** Whether the network contains the address. `false` when either cannot be parsed. */
export function containsIp(cidr: string, ip: string): boolean {
  const network = parseNetwork(cidr);
  const address = normalIp(ip);
  if (network === undefined || address === undefined) return false;
  const [first, bits] = ipaddr.parseCIDR(network.cidr);
  const parsed = ipaddr.parse(address);
  return parsed.kind() === first.kind() && parsed.match([first, bits]);
}

/** Whether any of the networks contains the address. */
export const isInNetworks = (networks: readonly string[], ip: string): boolean =>
  networks.some((cidr) => containsIp(cidr, ip));

const loopback = ['127.0.0.0/8', '::1/128'];

/** Whether an address, or the host of a URL, is this machine. RFC 1122 §3.2.1.3, RFC 4291 §2.5.3, RFC 6761 §6.3. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || isInNetworks(loopback, host.replace(/^\[(.*)\]$/, '$1'));

/** The networks sorted by prefix length, the most specific first; equal lengths keep their order. */
export const byPrefix = <T extends { readonly prefixLength: number }>(networks: readonly T[]): readonly T[] =>
  networks.toSorted((a, b) => b.prefixLength - a.prefixLength);
