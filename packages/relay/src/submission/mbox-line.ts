/** `From ada@acme.test Mon Feb 8 …`: the line that parts messages in an mbox file. Not a field of the message. RFC 4155. */
import type { Note } from '../message.ts';

const LF = 0x0a;
/** A colon behind the blanks would make it a `From` field of the obsolete form. RFC 5322 §4.5. */
const form = /^>?From [^ \t:\r\n]/;

/** Programs that pipe a mailbox into SMTP leave it on top, where it would turn the whole header into text. */
export function withoutMboxLine(bytes: Buffer): { readonly bytes: Buffer; readonly notes: readonly Note[] } {
  const end = bytes.indexOf(LF);
  if (end === -1 || !form.test(bytes.toString('latin1', 0, 10))) return { bytes, notes: [] };
  const reason = 'The first line parts messages in a mailbox file and is no header field.';
  return {
    bytes: bytes.subarray(end + 1),
    notes: [{ step: 'mbox-line', what: 'mbox line removed', reason }],
  };
}
