/** The words of the operator's pages. */
export const systemText = {
  title: 'System',
  lead: 'Whether everything works, as sentences.',
  allGood: 'Everything works.',
  notGood: 'Something needs you.',
  fix: 'What to do',
  queues: 'Queues',
  seeQueues: 'All queues',
} as const;

export const queuesText = {
  title: 'Queues',
  lead: 'Jobs that wait, by queue.',
  queue: 'Queue',
  waiting: 'Waiting',
  emptyTitle: 'No queue',
  emptyText: 'The queues of the installation appear here.',
} as const;

export const queueNames: Readonly<Record<string, string>> = {
  accepted: 'Accepted messages, to be prepared',
  delivery: 'Deliveries, to be attempted',
  report: 'Reports of other servers, to be read',
};

export const accountsText = {
  title: 'Accounts',
  lead: 'Everyone who sends through this installation.',
  label: 'accounts',
  one: 'account',
  name: 'Name',
  status: 'Status',
  mode: 'Delivery',
  created: 'Created',
  search: 'Name or id',
  add: 'Create an account',
  nameHint: 'Shown to its members.',
  added: (name: string): string => `${name} is created.`,
  emptyTitle: 'No account yet',
  emptyText: 'Create the first one. It gets a stream, and then domains and credentials.',
  nothingTitle: 'No account matches',
  nothingText: 'Remove a filter, or search for another name.',
  active: 'Active',
  suspended: 'Suspended',
  installation: 'as the installation',
  suspend: 'Suspend',
  suspendTitle: (name: string): string => `Suspend ${name}?`,
  suspendText: 'Nothing more is accepted from it, and its mail that waits is held until you resume it.',
  reason: 'Reason',
  reasonHint: 'Its members see it.',
  isSuspended: (name: string): string => `${name} is suspended.`,
  resume: 'Resume',
  isResumed: (name: string): string => `${name} sends again.`,
  settings: 'Settings',
  limits: 'Limits',
  limitsHint: 'Empty: no limit.',
  save: 'Save the limits',
  saved: 'The limits are saved.',
  id: 'Account',
  policy: 'Sender policy',
  suppressed: 'Suppressed recipients',
  smarthost: 'Smarthost',
  remove: 'Remove',
  removeTitle: (name: string): string => `Remove ${name}?`,
  removeText:
    'Its keys and credentials stop working, its domains and networks are free again, and mail that waits is cancelled. This cannot be undone.',
  removed: (name: string): string => `${name} is removed.`,
} as const;

export const limitNames = {
  per_second: 'Messages per second',
  per_hour: 'Messages per hour',
  per_day: 'Messages per day',
  per_month: 'Messages per month',
  max_message_bytes: 'Largest message (bytes)',
  max_recipients: 'Recipients of a message',
} as const;

export const discardsText = {
  title: 'Discards',
  lead: 'Messages that could be given to no account, with the evidence and every account that was considered.',
  label: 'discards',
  one: 'discard',
  reason: 'Why',
  stage: 'Where',
  when: 'When',
  evidence: 'Evidence',
  rejected: 'Accounts that were considered',
  none: 'None was considered.',
  show: 'Show',
  message: 'Message',
  emptyTitle: 'Nothing was discarded',
  emptyText: 'A message that no account owns ends here instead of disappearing.',
} as const;
