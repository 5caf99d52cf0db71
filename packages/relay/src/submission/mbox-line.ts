/** Removes `From ada@acme.test Mon Feb 8 …`, the line that separates messages in an mbox file and is no header field. RFC 4155. */
import type { Note } from '../message.ts';

const LF = 0x0a;
/** A colon after the blanks would make it a `From` field of the obsolete form. RFC 5322 §4.5. */
const form = /^>?From [^ \t:\r\n]/;

/** Removes the line from the top of the message, where it would end the header. Programs that send a mailbox file leave it there. */
export function withoutMboxLine(bytes: Buffer): { readonly bytes: Buffer; readonly notes: readonly Note[] } {
  const end = bytes.indexOf(LF);
  if (end === -1 || !form.test(bytes.toString('latin1', 0, 10))) return { bytes, notes: [] };
  const reason = 'The first line parts messages in a mailbox file and is no header field.';
  return {
    bytes: bytes.subarray(end + 1),
    notes: [{ step: 'mbox-line', what: 'mbox line removed', reason }],
  };
}
