/** Recipients whose local part selects an outcome, each with the reply of a real host. docs/api.md §4. */
import { parseAddress } from '@waybill/mail/address';

export type Reply = { readonly code: number; readonly text: string };

export type Play = {
  /** Replies to RCPT TO, one for each attempt; later attempts get `always`. */
  readonly rcpt?: readonly Reply[];
  readonly always?: Reply;
  /** The reply to the final dot in place of 250. */
  readonly dot?: Reply;
  readonly delayMs?: number;
  /** Closes the connection: at DATA, or after the whole message was received. */
  readonly drop?: 'before_dot' | 'after_dot';
  /** Receives the whole message and never replies. */
  readonly silent?: true;
  /** Sends an abuse report for the message. RFC 5965. */
  readonly complains?: true;
};

const reply = (code: number, text: string): Reply => ({ code, text });

const temporary = reply(451, '4.3.0 Temporary local problem, please try later');
const noTls = reply(454, '4.7.0 TLS not available due to temporary reason');

export const plays = {
  delivered: {},
  suppressed: {},
  bounce: { always: reply(550, '5.1.1 The email account that you tried to reach does not exist') },
  softbounce: { rcpt: [temporary, temporary] },
  tempfail: { always: temporary },
  greylist: { rcpt: [reply(450, '4.7.1 Greylisted, please try again later')] },
  full: {
    rcpt: [reply(452, '4.2.2 The email account that you tried to reach is over quota')],
    always: reply(552, '5.2.2 Mailbox full: quota exceeded'),
  },
  spam: { dot: reply(550, '5.7.1 Message rejected: its content looks like spam') },
  tlsfail: { always: noTls },
  slow: { delayMs: 5_000 },
  blackhole: { silent: true },
  complaint: { complains: true },
  'drop-before-dot': { drop: 'before_dot' },
  'drop-after-dot': { drop: 'after_dot' },
} as const satisfies Readonly<Record<string, Play>>;

const magicDomain = 'sandbox.test';

const byName: ReadonlyMap<string, Play> = new Map(Object.entries(plays));

/** The behaviour for this recipient. A recipient that is not magic accepts every message. */
export function playOf(recipient: string): Play {
  const address = parseAddress(recipient);
  if (address?.domain !== magicDomain) return plays.delivered;
  const [name = ''] = address.local.toLowerCase().split('+');
  return byName.get(name) ?? plays.delivered;
}

/** The reply to attempt `nth` (from 0); `undefined`: the recipient is accepted. */
export const rcptReply = (play: Play, nth: number): Reply | undefined => play.rcpt?.[nth] ?? play.always;
