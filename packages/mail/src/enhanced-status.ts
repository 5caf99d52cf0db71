/** Enhanced mail system status codes. RFC 3463; the meanings are those of the IANA registry that RFC 5248 opened. */

/** The class of an enhanced status: 2 success, 4 temporary, 5 permanent. RFC 3463 §2. */
export type StatusClass = 2 | 4 | 5;

/** An enhanced status in its parts. RFC 3463 §2. */
export type EnhancedStatus = {
  readonly class: StatusClass;
  /** Which part of the mail system. RFC 3463 §3. */
  readonly subject: number;
  readonly detail: number;
};

const isClass = (number: number): number is StatusClass => number === 2 || number === 4 || number === 5;

/** `5.1.1` and nothing around it. RFC 3463 §2: no leading zeros, at most three digits. */
export function parseStatus(text: string): EnhancedStatus | undefined {
  if (!/^[245](?:\.(?:0|[1-9]\d{0,2})){2}$/.test(text)) return undefined;
  const [statusClass = 0, subject = 0, detail = 0] = text.split('.').map(Number);
  return isClass(statusClass) ? { class: statusClass, subject, detail } : undefined;
}

/** The status as text, such as `5.1.1`. */
export const formatStatus = (status: EnhancedStatus): string =>
  `${status.class}.${status.subject}.${status.detail}`;

/** Whether the class is 5. RFC 3463 §2. */
export const isPermanent = (status: EnhancedStatus): boolean => status.class === 5;

const subjects = [
  'Other or undefined status',
  'Addressing status',
  'Mailbox status',
  'Mail system status',
  'Network and routing status',
  'Mail delivery protocol status',
  'Message content or media status',
  'Security or policy status',
] as const;

/** By subject, then detail: the registry at iana.org/assignments/smtp-enhanced-status-codes. */
const meanings: readonly (readonly string[])[] = [
  ['Other undefined status'],
  [
    'Other address status',
    'Bad destination mailbox address',
    'Bad destination system address',
    'Bad destination mailbox address syntax',
    'Destination mailbox address ambiguous',
    'Destination address valid',
    'Destination mailbox has moved, no forwarding address',
    "Bad sender's mailbox address syntax",
    "Bad sender's system address",
    'Message relayed to non-compliant mailer',
    'Recipient address has null MX',
  ],
  [
    'Other or undefined mailbox status',
    'Mailbox disabled, not accepting messages',
    'Mailbox full',
    'Message length exceeds administrative limit',
    'Mailing list expansion problem',
  ],
  [
    'Other or undefined mail system status',
    'Mail system full',
    'System not accepting network messages',
    'System not capable of selected features',
    'Message too big for system',
    'System incorrectly configured',
    'Requested priority was changed',
  ],
  [
    'Other or undefined network or routing status',
    'No answer from host',
    'Bad connection',
    'Directory server failure',
    'Unable to route',
    'Mail system congestion',
    'Routing loop detected',
    'Delivery time expired',
  ],
  [
    'Other or undefined protocol status',
    'Invalid command',
    'Syntax error',
    'Too many recipients',
    'Invalid command arguments',
    'Wrong protocol version',
    'Authentication exchange line is too long',
  ],
  [
    'Other or undefined media error',
    'Media not supported',
    'Conversion required and prohibited',
    'Conversion required but not supported',
    'Conversion with loss performed',
    'Conversion failed',
    'Message content not available',
    'Non-ASCII addresses not permitted for that sender/recipient',
    'UTF-8 string reply is required, but not permitted by the SMTP client',
    'UTF-8 header message cannot be transferred to one or more recipients',
  ],
  [
    'Other or undefined security status',
    'Delivery not authorized, message refused',
    'Mailing list expansion prohibited',
    'Security conversion required but not possible',
    'Security features not supported',
    'Cryptographic failure',
    'Cryptographic algorithm not supported',
    'Message integrity failure',
    'Authentication credentials invalid',
    'Authentication mechanism is too weak',
    'Encryption needed',
    'Encryption required for requested authentication mechanism',
    'A password transition is needed',
    'User account disabled',
    'Trust relationship required',
    'Priority level is too low',
    'Message is too big for the specified priority',
    'Mailbox owner has changed',
    'Domain owner has changed',
    'RRVS test cannot be completed',
    'No passing DKIM signature found',
    'No acceptable DKIM signature found',
    'No valid author-matched DKIM signature found',
    'SPF validation failed',
    'SPF validation error',
    'Reverse DNS validation failed',
    'Multiple authentication checks failed',
    'Sender address has null MX',
    'Mail flood detected',
    'ARC validation failure',
    'REQUIRETLS support required',
  ],
];

/** What the registry says of a code; the subject alone when it does not know the detail, `undefined` for an unknown subject. */
export const meaningOf = ({ subject, detail }: EnhancedStatus): string | undefined =>
  meanings[subject]?.[detail] ?? subjects[subject];
