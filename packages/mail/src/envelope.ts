/** The envelope of a submission: MAIL FROM and RCPT TO with their parameters. RFC 5321 §3.3, RFC 3461, RFC 6531. */

/** The BODY parameter of MAIL FROM. RFC 6152 §2. */
export type Body = '7bit' | '8bitmime';

/** MAIL FROM and RCPT TO of a message. RFC 5321 §2.3.1. */
export type Envelope = {
  /** `undefined` is the null reverse path `<>` that every DSN must carry. RFC 5321 §4.5.5. */
  readonly mailFrom: string | undefined;
  readonly rcptTo: readonly string[];
  /** The client asked for internationalised mail: the next hop must speak SMTPUTF8 too. RFC 6531 §3.4. */
  readonly smtpUtf8: boolean;
  /** BODY= of RFC 6152 §2; `7bit` when it was not given. */
  readonly body: Body;
  /** ENVID= of RFC 3461 §4.4, decoded. */
  readonly envId?: string;
  /** RET= of RFC 3461 §4.3: how much of the message a DSN returns. */
  readonly ret?: 'full' | 'hdrs';
  /** AUTH= of RFC 4954 §5, decoded; never an identity. `<>` says that the client does not know. */
  readonly authParam?: string;
};

/**
 * The text of an xtext (RFC 3461 §4): printable ASCII without `+` and `=`; every other byte is `+` and two upper-case hex digits.
 * `undefined` for an invalid xtext, and for control characters and broken UTF-8: the text is written to headers and logs.
 */
export function decodeXtext(xtext: string): string | undefined {
  if (!/^(?:[!-*,-<>-~]|\+[0-9A-F]{2})+$/.test(xtext)) return undefined;
  const bytes = xtext.replace(/\+(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return /[\p{Cc}\ufffd]/u.test(text) ? undefined : text;
}
