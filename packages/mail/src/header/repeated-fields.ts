/** Fields that may stand once and stand more often. RFC 5322 §3.6, RFC 2045 §3. */
import { fieldValue, type HeaderField } from '../headers.ts';

/** `From` and `Bcc` are not among them: who may send is asked of the one, and the other never leaves. */
const single: ReadonlySet<string> = new Set([
  'date',
  'sender',
  'reply-to',
  'to',
  'cc',
  'message-id',
  'in-reply-to',
  'references',
  'subject',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]);

/** Fields that occur more often than RFC 5322 §3.6 allows. */
export type RepeatedFields = {
  /** Say what the first field of their name says: they may go. */
  readonly identical: readonly HeaderField[];
  /** The first that says something else; only the sender knows which one is meant. */
  readonly differing: HeaderField | undefined;
};

const comparable = (field: HeaderField): string => fieldValue(field).replace(/[ \t]+/g, ' ');

/** Finds fields that occur more often than RFC 5322 §3.6 allows. */
export function repeatedFields(fields: readonly HeaderField[]): RepeatedFields {
  const first = new Map<string, HeaderField>();
  const identical: HeaderField[] = [];
  let differing: HeaderField | undefined;
  for (const field of fields.filter(({ key }) => single.has(key))) {
    const known = first.get(field.key);
    if (!known) first.set(field.key, field);
    else if (comparable(known) === comparable(field)) identical.push(field);
    else differing ??= field;
  }
  return { identical, differing };
}
