/** What the value of a header field is made of, as far as it matters for rewriting it. RFC 5322 §3.6, RFC 2045, RFC 2369. */

/**
 * `text`: words for people, RFC 5322 §2.2.1. `addresses`: display names beside addresses or identifiers. `parameters`:
 * RFC 2231. `urls`: RFC 2369. `ids`: RFC 5322 §3.6.4. `words`: phrases between commas. `other`: structured in its own way.
 */
export type HeaderKind = 'text' | 'addresses' | 'parameters' | 'urls' | 'ids' | 'words' | 'other';

const addresses = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'resent-from',
  'resent-sender',
  'resent-reply-to',
  'resent-to',
  'resent-cc',
  'resent-bcc',
  'disposition-notification-to',
  'return-receipt-to',
  'errors-to',
  'apparently-to',
  'mail-followup-to',
  'mail-reply-to',
  'list-id',
] as const;
const urls = [
  'list-unsubscribe',
  'list-subscribe',
  'list-help',
  'list-post',
  'list-owner',
  'list-archive',
] as const;
const other = [
  'received',
  'return-path',
  'date',
  'resent-date',
  'mime-version',
  'content-transfer-encoding',
  'content-id',
  'content-location',
  'dkim-signature',
  'domainkey-signature',
  'authentication-results',
  'received-spf',
  'list-unsubscribe-post',
  'feedback-id',
] as const;

const kinds: ReadonlyMap<string, HeaderKind> = new Map<string, HeaderKind>([
  ...addresses.map((key) => [key, 'addresses'] as const),
  ...urls.map((key) => [key, 'urls'] as const),
  ...other.map((key) => [key, 'other'] as const),
  ['content-type', 'parameters'],
  ['content-disposition', 'parameters'],
  ['message-id', 'ids'],
  ['resent-message-id', 'ids'],
  ['in-reply-to', 'ids'],
  ['references', 'ids'],
  ['keywords', 'words'],
]);

/** By the lower-cased name. RFC 5322 §3.6.8: a field that no standard names is text. */
export const headerKind = (key: string): HeaderKind =>
  kinds.get(key) ?? (key.startsWith('arc-') ? 'other' : 'text');
