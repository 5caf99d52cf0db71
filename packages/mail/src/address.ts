/** Mail addresses of the envelope. RFC 5321 §4.1.2, internationalised by RFC 6531 §3.3. */
import { domainToASCII } from 'node:url';
import { addressLiteral, parseAddressLiteral } from './addresses/ip-address.ts';

/** A mailbox address in its parts. RFC 5321 §4.1.2. */
export type Address = {
  /** Without the quotes it may have been written in. Case is kept: only the receiver knows what it means. §2.4. */
  readonly local: string;
  /** Lower-case A-labels, or an address literal in brackets. */
  readonly domain: string;
};

// §4.5.3.1, in bytes. A path is at most 256 with its angle brackets.
const MAX_LOCAL_BYTES = 64;
const MAX_DOMAIN_BYTES = 255;
const MAX_ADDRESS_BYTES = 254;
const MAX_LABEL_BYTES = 63;

// RFC 6531 §3.3 adds everything beyond ASCII. We leave out what no mailbox is made of and what could start a new line
// or hide one name in another: control characters, every kind of space, broken encoding.
const beyondAscii = '[[\\u{a0}-\\u{10ffff}]--[\\p{Z}\\p{Cs}\\ufffd]]';
const atom = `[A-Za-z0-9!#$%&'*+\\-\\/=?^_\`\\{\\|\\}~${beyondAscii}]+`;
const dotString = new RegExp(`^${atom}(?:\\.${atom})*$`, 'v');
// Mailboxes with dots at an end or side by side exist (docomo.ne.jp gave them out). §4.1.2 has them in quotation marks
// only; people and programs write them without. We read both and write quotation marks.
const looseDotString = new RegExp(`^\\.*${atom}(?:\\.+${atom})*\\.*$`, 'v');
const quotedString = new RegExp(`^"(?:[ !#-\\[\\]-~${beyondAscii}]|\\\\[ -~])*"$`, 'v');
const alphanumeric = `[A-Za-z0-9${beyondAscii}]`;
const label = new RegExp(`^${alphanumeric}(?:[A-Za-z0-9\\-${beyondAscii}]*${alphanumeric})?$`, 'v');

// What nearly every address is made of: the same rules without Unicode, at a tenth of the time.
const plainAtom = "[A-Za-z0-9!#$%&'*+\\-\\/=?^_`{|}~]+";
const plainLocal = new RegExp(`^${plainAtom}(?:\\.${plainAtom})*$`);
const plainDomain =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

const bytes = (text: string): number => Buffer.byteLength(text);
const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

/** A domain name as lower-case A-labels (RFC 5890 §2.3.2.1), an address literal in one spelling, or `undefined`. */
export function parseDomain(text: string): string | undefined {
  if (bytes(text) > MAX_DOMAIN_BYTES) return undefined;
  if (plainDomain.test(text)) return text.toLowerCase();
  if (text.startsWith('[')) {
    const ip = parseAddressLiteral(text);
    return ip === undefined ? undefined : addressLiteral(ip);
  }
  if (!text.split('.').every((one) => label.test(one))) return undefined;
  const ascii = isAscii(text) ? text.toLowerCase() : domainToASCII(text);
  return isHostName(ascii) ? ascii : undefined;
}

function isHostName(ascii: string): boolean {
  const labels = ascii.split('.');
  if (ascii.length > MAX_DOMAIN_BYTES) return false;
  // A name that ends in a number would be read as an IPv4 address by half of the world. RFC 3696 §2.
  if (/^\d*$/.test(labels.at(-1) ?? '')) return false;
  return labels.every((one) => one.length <= MAX_LABEL_BYTES && label.test(one));
}

/** As it goes on the wire. §4.1.2. */
const quotedIfNeeded = (local: string): string =>
  plainLocal.test(local) || dotString.test(local) ? local : `"${local.replace(/["\\]/g, '\\$&')}"`;

/** The limit holds for what we write, so that what is accepted can be sent. */
const isShort = (local: string): boolean => bytes(local) <= MAX_LOCAL_BYTES;

const parseLocal = (text: string): string | undefined => {
  if (text === '' || !isShort(text)) return undefined;
  if (plainLocal.test(text)) return text;
  if (looseDotString.test(text)) return isShort(quotedIfNeeded(text)) ? text : undefined;
  return quotedString.test(text) ? text.slice(1, -1).replace(/\\(.)/g, '$1') : undefined;
};

/** `local@domain` without angle brackets, comments or white space around it. */
export function parseAddress(text: string): Address | undefined {
  if (bytes(text) > MAX_ADDRESS_BYTES) return undefined;
  const at = text.lastIndexOf('@');
  const local = parseLocal(text.slice(0, Math.max(at, 0)));
  const domain = parseDomain(text.slice(at + 1));
  if (local === undefined || domain === undefined) return undefined;
  const address = { local, domain };
  // Quotation marks and A-labels may have made it longer.
  const isLong = local.length + domain.length > MAX_ADDRESS_BYTES / 2;
  return isLong && bytes(formatAddress(address)) > MAX_ADDRESS_BYTES ? undefined : address;
}

/**
 * The path of MAIL and RCPT, `<local@domain>`. A source route is dropped, as §4.1.1.3 and appendix C ask.
 * The null path `<>` is no address: use `isNullPath` first.
 */
export function parsePath(text: string): Address | undefined {
  if (!text.startsWith('<') || !text.endsWith('>')) return undefined;
  const path = text.slice(1, -1);
  const [route = ''] = /^@[^:"]*:/.exec(path) ?? [];
  const hosts = route === '' ? [] : route.slice(0, -1).split(',');
  if (!hosts.every((host) => host.startsWith('@') && parseDomain(host.slice(1)) !== undefined))
    return undefined;
  return parseAddress(path.slice(route.length));
}

/** The reverse path of a DSN. §4.5.5. */
export const isNullPath = (text: string): boolean => text === '<>';

/** As it goes on the wire: a local part that is no dot-string is quoted. §4.1.2. */
export const formatAddress = ({ local, domain }: Address): string => `${quotedIfNeeded(local)}@${domain}`;

/** The domain of an address as A-labels, or `undefined` when it is none. */
export const domainOf = (text: string): string | undefined => parseAddress(text)?.domain;

/** Whether it needs SMTPUTF8: the domain never does, as A-labels. RFC 6531 §3.1. */
export const needsSmtpUtf8 = (address: Address): boolean => !isAscii(address.local);

/**
 * One spelling per address, as a key for lookups: needless quotes gone, domain as A-labels, local part as it is.
 * Text that is no address comes back unchanged: a key that nothing matches.
 */
export function normalAddress(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? text : formatAddress(address);
}

/**
 * The key of suppressions, with the local part in lower case. RFC 5321 §2.4 allows two mailboxes that differ in case, but large
 * receivers have none, and sending to a person who unsubscribed in another spelling would be worse than to suppress both.
 */
export const foldedAddress = (text: string): string => normalAddress(text).normalize('NFC').toLowerCase();
