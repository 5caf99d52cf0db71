/** The words of what needs attention. */
import type { AttentionView } from '../api/views.ts';
import { plural } from './number.ts';

type Group = AttentionView['groups'][number];
type Concern = AttentionView['concerns'][number];

export const attentionText = {
  title: 'Needs attention',
  lead: 'What did not arrive or waits, by the server that said so, the reason and the domain. Of the last seven days, as it stands now.',
  concerns: 'In the way of mail now',
  groups: 'Mail in trouble',
  deliveries: (count: number): string => plural(count, 'delivery', 'deliveries'),
  to: 'to',
  at: (provider: string): string => `at ${provider}`,
  noServer: 'no server was reached',
  since: 'Since',
  example: 'Example',
  reply: 'Reply',
  did: 'What Waybill did',
  advice: 'What to do',
  others: (count: number): string =>
    `${plural(count, 'further delivery', 'further deliveries')} in smaller groups.`,
  emptyTitle: 'Nothing needs attention',
  emptyText: 'Mail of the last seven days arrived, or is on its way.',
  all: 'All that needs attention',
} as const;

/** The button of a group. */
export const actionText: Readonly<Record<Group['action'], string>> = {
  wait: 'See what waits',
  remove_addresses: 'See the addresses',
  ask_recipients: 'See the addresses',
  check_sender_domain: 'Check the domains',
  ask_for_delisting: 'See the replies',
  send_wanted_mail: 'See who is suppressed',
  change_content: 'See the messages',
  send_slower: 'See the messages',
  read_reply: 'See the replies',
  release_or_cancel: 'Release or cancel',
  check_arrival: 'See the recipients',
};

export const concernText: Readonly<Record<Concern['kind'], string>> = {
  account_suspended: 'The account is suspended',
  domain_degraded: 'A domain lost its DNS records',
  webhook_disabled: 'A webhook is disabled',
  webhook_failing: 'A webhook fails',
  credential_locked: 'A credential is locked',
  messages_not_prepared: 'Messages cannot be prepared',
  limit_near: 'A limit is nearly used up',
};
