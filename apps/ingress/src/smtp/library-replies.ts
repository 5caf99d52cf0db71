/**
 * Enhanced status codes (RFC 3463, RFC 2034) for smtp-server's own replies. The table of the library has 5.1.1 for every 550 and puts a
 * second code before ours, so it is switched off.
 */
const byText: readonly (readonly [RegExp, string])[] = [
  [/^Server shutting down/, '4.3.2 Service is stopping, try again'],
  [/^Timeout/, '4.4.2 Timeout, closing connection'],
  [/You talk too soon$/, '4.7.0 You talk too soon'],
  [/^HTTP requests not allowed/, '4.7.0 This is SMTP'],
  [/^Error: too many un/, '4.7.0 Too many unrecognized commands'],
  [/Too many connected clients/, '4.7.0 Too many connections'],
  [/^Error: command not recognized/, '5.5.2 Command not recognized'],
  [/^Error: internal server error/, '4.3.0 Temporarily unavailable, try again'],
  [/^Error: send (LHLO|HELO\/EHLO) first/, '5.5.1 Send EHLO first'],
];

const byCode: Readonly<Record<number, string>> = {
  214: '2.0.0',
  220: '2.0.0',
  221: '2.0.0',
  235: '2.7.0',
  250: '2.0.0',
  252: '2.0.0',
  421: '4.3.0',
  451: '4.3.0',
  454: '4.7.0',
  500: '5.5.2',
  501: '5.5.4',
  502: '5.5.1',
  503: '5.5.1',
};

/** The text of a reply after its status. Greetings and the replies to HELO and EHLO have no status. RFC 2034 §4. */
export function withStatus(code: number, text: string, hasNone: boolean): string {
  if (hasNone || (code >= 300 && code < 400)) return text;
  const known = byText.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  const status = byCode[code] ?? `${Math.floor(code / 100)}.0.0`;
  return `${status} ${text.replace(/^Error: /, '')}`;
}
