import { asRefusal, type Refusal, type RefusalCode, refusalRow } from '@waybill/relay/refusal';

/** The only place where an error becomes an SMTP reply. `text` begins with the enhanced status code. */
export type Reply = { readonly code: number; readonly text: string };

export type ReplyFacts = {
  /** Base of `/problems/<code>`, without a trailing slash. */
  readonly publicUrl: string;
  /** In its public form. The log line has the same id. */
  readonly requestId: string;
};

/** These texts are the RFC's (4954 §6, 3207 §4) or older than Waybill, and clients look for them: they stand first, alone. */
const wordedByOthers: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'relay_denied',
  'authentication_required',
  'authentication_failed',
  'authentication_unavailable',
  'authentication_malformed',
  'authentication_cancelled',
  'authentication_mechanism_unknown',
  'authentication_mechanism_too_weak',
  'encryption_required',
  'starttls_required',
  'bad_sequence',
]);

// RFC 5321 §4.5.3.1.5: a reply line has at most 512 bytes, code and CRLF included.
const MAX_TEXT_BYTES = 512 - '250 '.length - '\r\n'.length;

/** One line of printable ASCII (RFC 5321 §4.2; UTF-8 would need RFC 6531), cut to `maxBytes`. */
export const printable = (text: string, maxBytes: number): string =>
  text
    .replace(/[^ -~]+/g, (run) => (/^[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+$/u.test(run) ? ' ' : '?'))
    .trim()
    .slice(0, Math.max(0, maxBytes));

const wording = (refusal: Refusal): string => {
  const { text } = refusalRow(refusal.code);
  if (!wordedByOthers.has(refusal.code)) return `${refusal.code}: ${refusal.detail ?? text}`;
  return refusal.detail === undefined ? text : `${text}: ${refusal.detail}`;
};

/** A refusal has its own reply. Any other error is `451 4.3.0`, and its text is not sent. ARCHITECTURE §1, laws 4 and 5. */
export function replyOf(error: unknown, facts: ReplyFacts): Reply {
  const refusal = asRefusal(error);
  const { smtp, status } = refusalRow(refusal.code);
  const where = `${facts.publicUrl}/problems/${refusal.code} ${facts.requestId}`;
  const maxBytes = MAX_TEXT_BYTES - status.length - Buffer.byteLength(where) - 2;
  return { code: smtp, text: `${status} ${printable(wording(refusal), maxBytes)} ${where}` };
}

/** The final reply with the ids of the accepted messages. Ids that do not fit into the line are counted. docs/api.md §3. */
export function acceptedReply(messageId: string, deliveryIds: readonly string[]): Reply {
  const head = `2.0.0 queued as ${messageId} (`;
  const tail = `, +${deliveryIds.length} more)`;
  let listed = '';
  let count = 0;
  for (const id of deliveryIds) {
    const longer = count === 0 ? id : `${listed}, ${id}`;
    if (head.length + longer.length + tail.length > MAX_TEXT_BYTES) break;
    listed = longer;
    count += 1;
  }
  const left = deliveryIds.length - count;
  return { code: 250, text: `${head}${listed}${left > 0 ? `, +${left} more` : ''})` };
}
