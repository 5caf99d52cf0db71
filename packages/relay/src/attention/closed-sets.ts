/** The closed sets of what needs attention. Contracts use them, so this file imports nothing. */

/** Statuses in which a delivery needs attention. A suppressed or cancelled one is as the account wanted it. */
export const attentionStatuses = ['bounced', 'failed', 'deferred', 'held', 'unknown', 'complained'] as const;
export type AttentionStatus = (typeof attentionStatuses)[number];

/** The one thing that a person can do. */
export const attentionActions = [
  'wait',
  'remove_addresses',
  'ask_recipients',
  'check_sender_domain',
  'ask_for_delisting',
  'send_wanted_mail',
  'change_content',
  'send_slower',
  'read_reply',
  'release_or_cancel',
  'check_arrival',
] as const;
export type AttentionAction = (typeof attentionActions)[number];

/** What stands between an account and its mail, beside the mail itself. */
export const concernKinds = [
  'account_suspended',
  'domain_degraded',
  'webhook_disabled',
  'webhook_failing',
  'credential_locked',
  'messages_not_prepared',
  'limit_near',
] as const;
export type ConcernKind = (typeof concernKinds)[number];
