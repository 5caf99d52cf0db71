/** What Waybill did about a trouble, and the one thing that a person can do. */
import type { Category } from '../delivery/categories.ts';
import type { AttentionGroup } from './attention-key.ts';
import type { AttentionAction, AttentionStatus } from './closed-sets.ts';

const doneBy: Readonly<Record<AttentionStatus, string>> = {
  bounced:
    'The mail ended as bounced. An address that the reply proves to be gone is suppressed, so that later mail to it is not attempted.',
  failed: 'Waybill tried until the mail expired, then gave up.',
  deferred: 'Waybill tries again by itself, at growing intervals, until the mail expires.',
  held: 'Waybill keeps the mail and does not send it.',
  unknown:
    'The whole mail was sent and the last reply did not come. The stream decides whether it is sent again.',
  complained: 'The address is suppressed, so that later mail to it is not attempted.',
};

const byCategory: Readonly<Record<Category, AttentionAction>> = {
  bad_mailbox: 'remove_addresses',
  mailbox_disabled: 'remove_addresses',
  bad_domain: 'remove_addresses',
  mailbox_full: 'ask_recipients',
  bad_sender: 'check_sender_domain',
  authentication: 'check_sender_domain',
  ip_reputation: 'ask_for_delisting',
  domain_reputation: 'send_wanted_mail',
  rate_limited: 'send_slower',
  greylisted: 'wait',
  spam_content: 'change_content',
  malware: 'change_content',
  message_too_large: 'change_content',
  relay_denied: 'read_reply',
  policy: 'read_reply',
  protocol: 'read_reply',
  system: 'wait',
  network: 'wait',
  other: 'read_reply',
};

const byStatus: Readonly<Partial<Record<AttentionStatus, AttentionAction>>> = {
  held: 'release_or_cancel',
  unknown: 'check_arrival',
  complained: 'send_wanted_mail',
};

const advices: Readonly<Record<AttentionAction, string>> = {
  wait: 'Wait: it usually passes. Look again when it lasts longer than a day.',
  remove_addresses: 'Remove these addresses from your list, or correct them.',
  ask_recipients: 'Ask the recipients another way to make room, then send again.',
  check_sender_domain: 'Check the DNS records of the sender domain: SPF, DKIM and DMARC.',
  ask_for_delisting:
    'Ask the operator of this installation to look at the reputation of its sending address; the reply names the list.',
  send_wanted_mail: 'Send only to people who asked for it, and make it easy to unsubscribe.',
  change_content: 'Change what the mail contains: its links, its attachments or its size.',
  send_slower: 'Spread the mail over more time: this provider limits how much it takes.',
  read_reply: 'Read the reply: it says what the server does not accept.',
  release_or_cancel: 'Release the mail or cancel it.',
  check_arrival: 'Ask a recipient whether it arrived before you send it again.',
};

/** A server that is away until the mail expires will not be back by waiting. */
const actionOf = ({ status, category }: Pick<AttentionGroup, 'status' | 'category'>): AttentionAction => {
  const action = byStatus[status] ?? byCategory[category as Category] ?? 'read_reply';
  return action === 'wait' && status !== 'deferred' ? 'read_reply' : action;
};

export type Advice = {
  readonly done: string;
  readonly action: AttentionAction;
  readonly advice: string;
};

export function adviceFor(group: Pick<AttentionGroup, 'status' | 'category'>): Advice {
  const action = actionOf(group);
  return { done: doneBy[group.status], action, advice: advices[action] };
}
