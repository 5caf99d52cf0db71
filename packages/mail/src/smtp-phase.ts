/** Where in an SMTP conversation a reply came. `dot` is the reply to the message itself. RFC 5321 §3.1, §3.3. */
export const phases = [
  'connect',
  'banner',
  'ehlo',
  'starttls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'dot',
] as const;
/** The step of an SMTP session in which something happened. */
export type Phase = (typeof phases)[number];
