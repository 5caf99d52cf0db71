/** The words of the page of an account's settings. */
import { count } from './number.ts';

type UsedLimit = {
  readonly used: number;
  readonly limit: number;
  readonly what: string;
  readonly window: string;
};

export const settingsText = {
  title: 'Settings',
  lead: 'How this account accepts and sends mail, what it may send, and what it keeps of recipients.',
  account: 'Account',
  name: 'Name',
  opens: 'Count opens',
  clicks: 'Count clicks',
  trackingHint: 'A stream or a message may track less than this, and never more.',
  suppressed: 'Messages to suppressed recipients',
  lineEndings: 'A bare CR or LF in a message over SMTP',
  hideIp: 'Leave the address of the client out of the Received header',
  policy: 'Senders',
  save: 'Save the settings',
  saved: 'The settings are saved.',
  streamsHint: 'Expiry, retention and tracking of one kind of mail are settings of its stream.',
  toStreams: 'Go to the streams',
  limits: 'Limits and usage',
  limitsHint: 'The operator sets the limits of the account. All limits hold together.',
  noLimits: 'No limit is set for this account.',
  month: 'This month',
  used: (messages: string, recipients: string, size: string): string =>
    `${messages} to ${recipients}, ${size}`,
  ofLimit: ({ used, limit, what, window }: UsedLimit): string =>
    `${count(used)} of ${count(limit)} ${what} per ${window}`,
  share: (share: string): string => `${share} used`,
  resets: 'starts again',
  largest: 'Largest message',
  bounceLimit: 'Suspended above a bounce rate of',
  complaintLimit: 'Suspended above a complaint rate of',
  rateHint: 'of the last 24 hours, over at least 200 deliveries',
  neverSuspended: 'never',
  notices: 'Notices',
  noticesLabel: 'Mail me notices of my accounts: limits, failing webhooks, broken domains, suspension',
  noticesSaved: 'Your notices are changed.',
  recipient: 'What is kept of a recipient',
  recipientHint: 'For a person who asks what you know of them, or who wants to be forgotten.',
  address: 'Address of the recipient',
  see: 'See everything',
  erase: 'Erase',
  eraseTitle: (address: string): string => `Erase ${address}?`,
  eraseText:
    'The address is taken out of messages, deliveries, events, conversations, reports, webhooks and the audit log, and mail that waits is cancelled. The content of messages to it is deleted. It stays suppressed by a keyed hash, so that nothing is sent to it again. This cannot be undone.',
  erased: 'The recipient is erased.',
  erasures: 'Erasures',
  erasure: 'erasure',
  requested: 'Requested',
  by: 'By',
  status: 'Status',
  report: 'Report',
  show: 'Show',
  reportTitle: 'What was erased',
  key: 'Keyed hash',
  completed: 'Completed',
  noErasureTitle: 'Nothing was erased',
  noErasureText: 'Each erasure stays here with its report. None holds the address.',
} as const;

export const suppressedModes = {
  refuse: 'are refused, with the reason',
  report: 'are accepted, and reported as suppressed',
} as const;

export const lineEndingModes = {
  refuse: 'is refused',
  repair: 'becomes CRLF',
} as const;

export const policyModes = {
  strict: 'strict: verified domains and confirmed addresses only',
  lenient: 'lenient: the operator answers for them',
} as const;

export const countedWords = { recipients: 'recipients', new_recipients: 'new recipients' } as const;
export const erasureStatus = { pending: 'On its way', completed: 'Completed' } as const;

export const reportNames = {
  messages: 'Messages',
  contents: 'Contents deleted',
  deliveries: 'Deliveries',
  attempts: 'Conversations',
  events: 'Events',
  reports: 'Reports of other servers',
  sandbox_messages: 'Sandbox messages',
  discards: 'Discards',
  webhook_deliveries: 'Requests to webhooks',
  audit_entries: 'Entries of the audit log',
  audit_entries_kept: 'Entries of the audit log that stay',
  waiting: 'Messages on their way to others',
} as const;
