/** The words of the page of streams. */
export const streamsText = {
  title: 'Streams',
  lead: 'Mail of one kind, with its own tracking, expiry and retention. A message names its stream, or gets the default one.',
  label: 'streams',
  one: 'stream',
  name: 'Name',
  nameHint: 'Lower-case letters, digits, - and _.',
  default: 'default',
  tracking: 'Tracking',
  opens: 'Count opens',
  clicks: 'Count clicks',
  unsubscribe: 'List-Unsubscribe',
  unsubscribeLabel: 'Add List-Unsubscribe to every message',
  expiry: 'Given up after',
  expiryLabel: 'Give up after (minutes)',
  retention: 'Kept for',
  days: (count: number): string => `${count} days`,
  hours: (minutes: number): string => (minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`),
  unknown: 'Unanswered final dot',
  add: 'Create a stream',
  edit: 'Edit',
  editTitle: (name: string): string => `Edit ${name}`,
  save: 'Save',
  saved: 'The stream is saved.',
  created: 'The stream is created.',
  makeDefault: 'Make default',
  isDefault: (name: string): string => `Mail that names no stream goes by ${name}.`,
  remove: 'Remove',
  removeTitle: (name: string): string => `Remove ${name}?`,
  removeText:
    'Its mail stays, with its retention. Mail that is not prepared yet goes by the default stream. This cannot be undone.',
  moveTo: 'Its SMTP credentials go to',
  noMove: 'none: it has no credentials',
  removed: (name: string): string => `${name} is removed.`,
  emptyTitle: 'No stream yet',
  emptyText: 'Create one for each kind of mail, such as receipts and newsletters.',
} as const;

export const clickModes = {
  none: 'no clicks',
  html: 'clicks in HTML',
  text: 'clicks in text',
  all: 'clicks in HTML and text',
} as const;

export const unknownPolicies = {
  prefer_delivery: 'send again: it may arrive twice',
  prefer_no_duplicate: 'stop: it may not arrive',
} as const;

export const retentionText = {
  metadata_days: 'Keep messages in lists for (days)',
  events_days: 'Keep events and conversations for (days)',
  bytes_days: 'Keep the content for (days)',
} as const;
