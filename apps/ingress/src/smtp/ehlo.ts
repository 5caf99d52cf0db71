const MAX_HELO_BYTES = 255;

/** What the client calls itself: nearly anything, for nobody believes it. RFC 5321 §4.1.4. `undefined`: not even that. */
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

/** What is carried to the other end, and nothing else. RFC 5321 §4.1.1.1; RFC 4954 §3: AUTH only where it would be taken. */
export const extensionsOf = ({ mechanisms, startTls, maxMessageBytes }: Offer): readonly string[] => [
  'PIPELINING',
  '8BITMIME',
  'SMTPUTF8',
  'ENHANCEDSTATUSCODES',
  ...(mechanisms.length > 0 ? [`AUTH ${mechanisms.join(' ')}`] : []),
  ...(startTls ? ['STARTTLS'] : []),
  `SIZE ${maxMessageBytes}`,
];
