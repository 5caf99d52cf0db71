const MAX_HELO_BYTES = 255;

/** The name in EHLO. Nearly any text is taken, because the name proves nothing. RFC 5321 §4.1.4. `undefined`: too long, empty or with control characters. */
export function parseEhlo(line: string): string | undefined {
  const [, hostName] = /^EHLO +([^ ]+) *$/i.exec(line) ?? [];
  if (hostName === undefined || hostName.length > MAX_HELO_BYTES || /\p{Cc}/u.test(hostName))
    return undefined;
  return hostName.toLowerCase();
}

export type Offer = {
  readonly mechanisms: readonly string[];
  readonly startTls: boolean;
  readonly maxMessageBytes: number;
};

/** The extensions that the server supports. RFC 5321 §4.1.1.1. AUTH is listed only where it would be accepted, RFC 4954 §3. */
export const extensionsOf = ({ mechanisms, startTls, maxMessageBytes }: Offer): readonly string[] => [
  'PIPELINING',
  '8BITMIME',
  'SMTPUTF8',
  'ENHANCEDSTATUSCODES',
  ...(mechanisms.length > 0 ? [`AUTH ${mechanisms.join(' ')}`] : []),
  ...(startTls ? ['STARTTLS'] : []),
  `SIZE ${maxMessageBytes}`,
];
