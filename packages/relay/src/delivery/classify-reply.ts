/** Classifies a reply or an enhanced status by outcome, category and party. RFC 5321 §4.2.1, RFC 3463. */
import type { EnhancedStatus } from '@waybill/mail/enhanced-status';
import { formatStatus, meaningOf } from '@waybill/mail/enhanced-status';
import type { Reply } from '@waybill/mail/reply';
import type { Phase } from '@waybill/mail/smtp-phase';
import { type BounceRule, bounceRules, type Meaning } from './bounce-rules.ts';
import type { Party } from './categories.ts';
import type { Classification, ReplyOutcome } from './outcome.ts';

type Answer = Pick<Reply, 'code' | 'status' | 'text'>;

/** Characters of a reply that the patterns read. The limit bounds the CPU time of a hostile reply. */
export const MAX_READ = 2000;

/** Category and party by subject and detail of the enhanced status. RFC 3463 §3, RFC 7372, RFC 7505, RFC 8601. */
const byStatus: Readonly<Record<string, Meaning>> = {
  '1.1': { category: 'bad_mailbox', party: 'recipient' },
  '1.2': { category: 'bad_domain', party: 'recipient' },
  '1.3': { category: 'bad_mailbox', party: 'recipient' },
  '1.6': { category: 'bad_mailbox', party: 'recipient' },
  '1.7': { category: 'bad_sender', party: 'sender_domain' },
  '1.8': { category: 'bad_sender', party: 'sender_domain' },
  '1.10': { category: 'bad_domain', party: 'recipient' },
  '2.1': { category: 'mailbox_disabled', party: 'recipient' },
  '2.2': { category: 'mailbox_full', party: 'recipient' },
  '2.3': { category: 'message_too_large', party: 'content' },
  '3.4': { category: 'message_too_large', party: 'content' },
  '5.3': { category: 'policy', party: 'policy' },
  '7.20': { category: 'authentication', party: 'sender_domain' },
  '7.21': { category: 'authentication', party: 'sender_domain' },
  '7.22': { category: 'authentication', party: 'sender_domain' },
  '7.23': { category: 'authentication', party: 'sender_domain' },
  '7.24': { category: 'authentication', party: 'sender_domain' },
  '7.25': { category: 'authentication', party: 'sender_ip' },
  '7.26': { category: 'authentication', party: 'sender_domain' },
  '7.27': { category: 'bad_sender', party: 'sender_domain' },
  '7.28': { category: 'rate_limited', party: 'sender_ip' },
};

const bySubject: readonly Meaning[] = [
  { category: 'other', party: 'policy' },
  { category: 'other', party: 'policy' },
  { category: 'other', party: 'policy' },
  { category: 'system', party: 'network' },
  { category: 'network', party: 'network' },
  { category: 'protocol', party: 'network' },
  { category: 'protocol', party: 'content' },
  { category: 'policy', party: 'policy' },
];

const other: Meaning = { category: 'other', party: 'policy' };

/** Category and party of an enhanced status, of a reply or of a failure that Waybill found without a reply. RFC 3463 §3. */
export const statusMeaning = ({ subject, detail }: EnhancedStatus): Meaning =>
  byStatus[`${subject}.${detail}`] ?? bySubject[subject] ?? other;

/** Category and party of a code without a known text and without a status. No code alone blames the recipient. RFC 5321 §4.2.3. */
const byCode = (code: number): Meaning => {
  if (code === 421 || code === 451) return { category: 'system', party: 'network' };
  if (code >= 500 && code <= 504) return { category: 'protocol', party: 'network' };
  return other;
};

/** Whether the client had sent RCPT TO when the reply came. An earlier reply is never about a recipient. */
export const namesRecipient = (phase: Phase): boolean =>
  phase === 'rcpt' || phase === 'data' || phase === 'dot';

const credible = (meaning: Meaning, phase: Phase): Meaning =>
  meaning.party === 'recipient' && !namesRecipient(phase) ? { category: 'policy', party: 'policy' } : meaning;

/** The text without its addresses, because the name of a mailbox (`virus@`) must not match a rule. */
export const wordsOf = (text: string): string =>
  text
    .slice(0, MAX_READ)
    .replace(/[^\s<>()"@]{1,64}@[^\s<>()"@]{1,255}/g, '@')
    .replace(/\s+/g, ' ');

/** The first of these rules that matches the text of a reply; `undefined`: none does. */
export const ruleAmong = <Rule extends BounceRule>(
  text: string,
  rules: readonly Rule[],
): Rule | undefined => {
  const words = wordsOf(text);
  return rules.find(({ pattern }) => pattern.test(words));
};

/** The same of all rules: those of the operator come first. */
export const ruleFor = (text: string, own: readonly BounceRule[] = []): BounceRule | undefined =>
  ruleAmong(text, own) ?? ruleAmong(text, bounceRules);

function outcomeOf(
  code: number,
  phase: Phase,
  rule: BounceRule | undefined,
): Exclude<ReplyOutcome, 'delivered'> {
  // The server rejects our login or TLS. The operator can repair that, so the delivery is tried again.
  if (code < 400 || code > 599 || phase === 'auth' || phase === 'starttls') return 'deferred';
  return rule?.outcome ?? (code < 500 ? 'deferred' : 'bounced');
}

const partyWords: Readonly<Record<Party, string>> = {
  recipient: 'about the recipient',
  sender_ip: 'about our address',
  sender_domain: 'about the sending domain',
  content: 'about the message',
  policy: 'a policy of the receiver',
  network: 'about the way there',
};

const firstLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200);

function reasonOf(
  reply: Answer,
  { category, party }: Meaning,
  outcome: Exclude<ReplyOutcome, 'delivered'>,
): string {
  const status = reply.status ? ` ${formatStatus(reply.status)}` : '';
  const meaning = reply.status && meaningOf(reply.status);
  const said = `They answered ${reply.code}${status}${meaning ? ` (${meaning})` : ''}: “${firstLine(reply.text)}”`;
  const end = outcome === 'bounced' ? 'that is final' : 'that may pass';
  return `${said}. We take it as ${category.replaceAll('_', ' ')}, ${partyWords[party]}; ${end}.`;
}

/**
 * The code selects the outcome; text and status select category and party. A reply without a known code is temporary.
 */
export function classifyReply(reply: Answer, phase: Phase, own: readonly BounceRule[] = []): Classification {
  const { code, status, text } = reply;
  if (code >= 200 && code <= 299 && phase === 'dot') {
    const reason = `They took the message: ${code} “${firstLine(text)}”.`;
    return { outcome: 'delivered', category: undefined, party: undefined, reason };
  }
  const rule = ruleFor(text, own);
  const meaning = credible(rule ?? (status && statusMeaning(status)) ?? byCode(code), phase);
  const outcome = outcomeOf(code, phase, rule);
  return {
    outcome,
    category: meaning.category,
    party: meaning.party,
    reason: reasonOf(reply, meaning, outcome),
  };
}
