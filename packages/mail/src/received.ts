/** The trace field that every SMTP server writes on top. RFC 5321 §4.4; keywords RFC 3848 and RFC 6531 §4.3. */
import { type Address, formatAddress, needsSmtpUtf8, parseDomain } from './address.ts';
import { addressLiteral, normalIp, parseAddressLiteral } from './addresses/ip-address.ts';
import { formatDate, parseDate } from './header/date.ts';
import type { HeaderField } from './headers.ts';

/** The session that a `Received:` field describes. RFC 5321 §4.4. */
export type Session = {
  readonly extended: boolean;
  readonly tls: boolean;
  readonly authenticated: boolean;
  readonly utf8: boolean;
};

/** `SMTP`, `ESMTPSA`, `UTF8SMTPA` … TLS, AUTH and SMTPUTF8 exist behind EHLO only, so each of them implies it. */
export function withKeyword({ extended, tls, authenticated, utf8 }: Session): string {
  const suffix = `${tls ? 'S' : ''}${authenticated ? 'A' : ''}`;
  if (utf8) return `UTF8SMTP${suffix}`;
  return extended || suffix !== '' ? `ESMTP${suffix}` : 'SMTP';
}

/** What a `Received:` field says. RFC 5321 §4.4. */
export type Hop = {
  /** What the client called itself: anything at all. */
  readonly heloName: string;
  readonly clientIp: string;
  /** From reverse DNS, which belongs to the client as well. */
  readonly clientName?: string;
  readonly byHost: string;
  /** A keyword of `withKeyword`, or `HTTP`. */
  readonly protocol: string;
  readonly id: string;
  readonly at: Date;
  /** Only when there is one recipient: the others must not learn of each other. RFC 5321 §7.6. */
  readonly forRecipient?: Address;
  readonly tls?: { readonly version: string; readonly cipher: string };
  /** Leaves out who the client was, for accounts that ask for it. */
  readonly hideClientIp?: boolean;
};

/** Replaces the name of the client. It cannot be registered. RFC 6761 §6.4. */
const HIDDEN = 'hidden.invalid';

/** Only letters that a host name has, so that no name can look like an address of ours or end the field. */
function safeName(text: string): string {
  const domain = parseDomain(text);
  if (domain !== undefined) return domain;
  const plain = text.slice(0, 255).replace(/[^A-Za-z0-9.-]/g, '-');
  return /[A-Za-z0-9]/.test(plain) ? plain : 'unknown';
}

const safeToken = (text: string): string => text.replace(/[^\w.-]/g, '-') || '-';

function fromClause({ heloName, clientIp, clientName, hideClientIp }: Hop): string {
  if (hideClientIp) return `from ${HIDDEN}`;
  const ip = normalIp(clientIp);
  if (ip === undefined) throw new Error('The client of a hop is an IP address');
  const name = clientName === undefined ? '' : `${safeName(clientName)} `;
  return `from ${safeName(heloName)} (${name}${addressLiteral(ip)})`;
}

/** RFC 8314 §4.3 registers the `tls` clause. It stands behind `for`, where §4.4 puts additional clauses. */
function lastClauses({ forRecipient, protocol, tls }: Hop): readonly string[] {
  const isWritable = forRecipient && (protocol.startsWith('UTF8') || !needsSmtpUtf8(forRecipient));
  return [
    ...(isWritable ? [`for <${formatAddress(forRecipient)}>`] : []),
    ...(tls ? [`tls ${safeToken(tls.cipher)} (${safeToken(tls.version)})`] : []),
  ];
}

/** The value for `makeField('Received', …)`, folded. */
export function formatReceived(hop: Hop): string {
  const by = `by ${safeName(hop.byHost)} with ${safeToken(hop.protocol)} id ${safeToken(hop.id)}`;
  const clauses = [fromClause(hop), by, ...lastClauses(hop)];
  return `${clauses.join('\r\n ')};\r\n ${formatDate(hop.at)}`;
}

/** What a `Received:` field that we wrote says. */
export type OwnHop = {
  /** `undefined` when it was hidden. */
  readonly clientIp: string | undefined;
  readonly byHost: string;
  readonly protocol: string;
  readonly id: string;
};

const NAME = '(?:[A-Za-z0-9.-]+|\\[[A-Za-z0-9:.]+\\])';
const TOKEN = '[\\w.-]+';
const ownFormat = new RegExp(
  `^from (?:${HIDDEN}|${NAME} \\((?:${NAME} )?(?<literal>\\[[A-Za-z0-9:.]+\\])\\))` +
    ` by (?<byHost>${NAME}) with (?<protocol>${TOKEN}) id (?<id>${TOKEN})` +
    `(?: for <.+>)?(?: tls ${TOKEN} \\(${TOKEN}\\))?; (?<date>[A-Za-z0-9 ,:+]+)$`,
);

/**
 * Reads a `Received:` value, unfolded by `fieldValue`, that `formatReceived` wrote; `undefined` for any other wording.
 * Who wrote it is the caller's to know: only the topmost field of a message that we stored ourselves is ours.
 */
export function parseReceived(value: string): OwnHop | undefined {
  const { literal, byHost = '', protocol = '', id = '', date = '' } = ownFormat.exec(value)?.groups ?? {};
  const at = parseDate(date);
  if (at === undefined || formatDate(at) !== date) return undefined;
  const clientIp = literal === undefined ? undefined : parseAddressLiteral(literal);
  if (literal !== undefined && (clientIp === undefined || addressLiteral(clientIp) !== literal))
    return undefined;
  return { clientIp, byHost, protocol, id };
}

/** How many hops a message has made: many mean a loop. RFC 5321 §6.3. */
export const countReceived = (fields: readonly HeaderField[]): number =>
  fields.filter((field) => field.key === 'received').length;
