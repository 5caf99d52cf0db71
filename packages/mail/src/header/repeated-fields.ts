/** Fields that may stand once and stand more often. RFC 5322 §3.6, RFC 2045 §3. */
import { fieldValue, type HeaderField } from '../headers.ts';

/** `From` and `Bcc` are not among them: who may send is asked of the one, and the other never leaves. */
const single = [
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
] as const;

/** One bit for each name: a header without repetition, which is nearly every one, costs no more than a look at its names. */
const bits: ReadonlyMap<string, number> = new Map(single.map((key, index) => [key, 1 << index]));

export type RepeatedFields = {
  /** Say what the first field of their name says: they may go. */
  readonly identical: readonly HeaderField[];
  /** The first that says something else; only the sender knows which one is meant. */
  readonly differing: HeaderField | undefined;
};

const none: RepeatedFields = { identical: [], differing: undefined };

const comparable = (field: HeaderField): string => fieldValue(field).replace(/[ \t]+/g, ' ');

function hasRepetition(fields: readonly HeaderField[]): boolean {
  let seen = 0;
  for (const { key } of fields) {
    const bit = bits.get(key) ?? 0;
    if ((seen & bit) !== 0) return true;
    seen |= bit;
  }
  return false;
}

export function repeatedFields(fields: readonly HeaderField[]): RepeatedFields {
  if (!hasRepetition(fields)) return none;
  const first = new Map<string, HeaderField>();
  const identical: HeaderField[] = [];
  let differing: HeaderField | undefined;
  for (const field of fields.filter(({ key }) => bits.has(key))) {
    const known = first.get(field.key);
    if (!known) first.set(field.key, field);
    else if (comparable(known) === comparable(field)) identical.push(field);
    else differing ??= field;
  }
  return { identical, differing };
}
