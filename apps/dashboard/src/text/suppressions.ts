/** The words of the suppression list. */
export const suppressionsText = {
  title: 'Suppressions',
  lead: 'Addresses this account does not send to, with the evidence.',
  label: 'suppressions',
  one: 'suppression',
  address: 'Address',
  reason: 'Reason',
  evidence: 'Evidence',
  created: 'Since',
  expires: 'Until',
  add: 'Suppress addresses',
  addTitle: 'Suppress addresses',
  addresses: 'Addresses',
  addressesHint: 'One in each line, at most 1,000.',
  note: 'Note',
  noteHint: 'Shown as evidence.',
  addSubmit: (count: number): string => (count > 1 ? `Suppress ${count} addresses` : 'Suppress'),
  added: (count: number): string =>
    count === 1 ? 'One address is suppressed.' : `${count} addresses are suppressed.`,
  release: 'Release',
  releaseTitle: (address: string): string => `Release ${address}?`,
  releaseText:
    'The account can send to it again. If it bounced because the mailbox does not exist, it will bounce again.',
  released: (address: string): string => `${address} is released.`,
  emptyTitle: 'No address is suppressed',
  emptyText:
    'An address comes here by itself when its server says that the mailbox does not exist, when its owner reports a message as spam, or when the owner unsubscribes.',
  nothingTitle: 'No suppression matches',
  nothingText: 'Remove a filter, or search for another address.',
} as const;

export const suppressionReason = {
  hard_bounce: 'Hard bounce',
  complaint: 'Complaint',
  unsubscribe: 'Unsubscribed',
  manual: 'By hand',
} as const;
