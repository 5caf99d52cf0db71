/** The closed sets by which replies are classified. Contracts use them, so this file imports nothing. */

export const parties = ['recipient', 'sender_ip', 'sender_domain', 'content', 'policy', 'network'] as const;
/** The party that caused a failure. Only `recipient` may lead to a suppression. */
export type Party = (typeof parties)[number];

/** The categories of replies, for filters and statistics. */
export const categories = [
  'bad_mailbox',
  'mailbox_disabled',
  'mailbox_full',
  'bad_domain',
  'bad_sender',
  'authentication',
  'ip_reputation',
  'domain_reputation',
  'rate_limited',
  'greylisted',
  'spam_content',
  'malware',
  'message_too_large',
  'relay_denied',
  'policy',
  'protocol',
  'system',
  'network',
  'other',
] as const;
export type Category = (typeof categories)[number];

/** What a rule may say in place of the code of a reply. */
export const ruleOutcomes = ['deferred', 'bounced'] as const;
export type RuleOutcome = (typeof ruleOutcomes)[number];
