/** The words of the suppression list. */
import { count, plural } from './number.ts';

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
  import: 'Import',
  importTitle: 'Import addresses from a CSV file',
  importFile: (name: string): string => `Import ${name}`,
  file: 'File',
  fileHint:
    'One address in each line, or columns with names in the first line: address, reason, stream, note, expires_at. At most 20 MB. A preview comes first.',
  readingRows: (rows: number): string => `The file is read… ${count(rows)} rows until now`,
  wouldCreate: 'Would be suppressed',
  didCreate: 'Suppressed now',
  known: 'Suppressed before, or twice in the file',
  malformed: 'Rows that cannot be read',
  firstRows: 'First rows, as they are understood',
  faults: 'First rows that cannot be read',
  line: (line: number): string => `Line ${line}`,
  importSubmit: (rows: number): string => `Suppress ${plural(rows, 'address', 'addresses')}`,
  release: 'Release',
  notSent: 'Not sent to it because of this',
  notSentNone: 'No message was stopped by this, as far as they are stored.',
  notSentHint: 'Releasing does not send them. Open one and send it again where it is still wanted.',
  noSubject: '(no subject)',
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
