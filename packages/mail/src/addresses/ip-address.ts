/** IP addresses as text: one spelling each, so that they can be compared and looked up. RFC 5952. */
import { URL } from 'node:url';

const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${byte}(?:\\.${byte}){3}$`);

const ipv4OfMapped = (ipv6: string): string | undefined => {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(ipv6) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bits = Number.parseInt(high, 16) * 0x10000 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
};

/**
 * The address in its one spelling, or `undefined` for anything else (a host name, a zone, `127.1`, octal).
 * An IPv4-mapped IPv6 address is the IPv4 address: a dual-stack socket must not make a second client of it. RFC 4291 §2.5.5.2.
 */
export function normalIp(text: string): string | undefined {
  if (ipv4.test(text)) return text;
  if (!/^[0-9a-f:.]{2,45}$/i.test(text) || !text.includes(':')) return undefined;
  if (!URL.canParse(`http://[${text}]`)) return undefined;
  const ipv6 = new URL(`http://[${text}]`).hostname.slice(1, -1);
  return ipv4OfMapped(ipv6) ?? ipv6;
}

/** The address literal of RFC 5321 §4.1.3: `[192.0.2.1]`, `[IPv6:2001:db8::1]`. */
export const addressLiteral = (ip: string): string => (ip.includes(':') ? `[IPv6:${ip}]` : `[${ip}]`);

/** The IP address inside an address literal, or `undefined`. */
export function parseAddressLiteral(text: string): string | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  const inner = text.slice(1, -1);
  const ipv6 = /^ipv6:(.*:.*)$/i.exec(inner)?.[1];
  return ipv6 === undefined && inner.includes(':') ? undefined : normalIp(ipv6 ?? inner);
}
