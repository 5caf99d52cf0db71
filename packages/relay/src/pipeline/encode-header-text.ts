/** Encodes bytes beyond ASCII in the header as encoded words, unless the client asked for SMTPUTF8. RFC 5322 §2.2, RFC 6532. */
import { isAscii } from 'node:buffer';
import { asciiField, isAsciiField } from '@waybill/mail/header/ascii-header';
import type { HeaderField } from '@waybill/mail/headers';
import type { MimePart } from '@waybill/mail/mime-tree';
import { addNote } from '../content/edit-message.ts';
import type { Message, Note } from '../message.ts';
import type { Stage } from './stage.ts';

const STEP = 'encode-header-text';
/** The most bytes of one header that are encoded. The limit bounds the CPU time of a hostile header; ordinary headers are far smaller. */
const MAX_ENCODED_BYTES = 131_072;

/** The charset of the first text part, which most likely is also the charset of the header. */
function charsetOf(part: MimePart): string | undefined {
  if (part.contentType.startsWith('text/')) return part.params.get('charset');
  for (const child of part.children) {
    const charset = charsetOf(child);
    if (charset !== undefined) return charset;
  }
  return undefined;
}

const namesOf = (fields: readonly HeaderField[]): readonly string[] => [
  ...new Set(fields.map(({ name }) => name)),
];

function notesOf(encoded: readonly HeaderField[], left: readonly HeaderField[]): readonly Note[] {
  const notes: Note[] = [];
  if (encoded.length > 0) {
    notes.push({
      step: STEP,
      what: `${namesOf(encoded).join(', ')} encoded`,
      reason:
        'The field held bytes beyond ASCII, which need SMTPUTF8 as they are; in encoded words every receiver reads them.',
      detail: { fields: namesOf(encoded) },
    });
  }
  if (left.length > 0) {
    notes.push({
      step: STEP,
      what: `${namesOf(left).join(', ')} left with bytes beyond ASCII`,
      reason:
        'They are part of an address, of a form that has no encoding, or of more than 128 KiB of such fields; some receivers cannot read the field.',
      detail: { fields: namesOf(left) },
    });
  }
  return notes;
}

/** Tests the whole stored header first, because most headers are ASCII and need no further work. */
export const encodeHeaderText: Stage = (message) => {
  const { source, tree, envelope } = message;
  if (envelope.smtpUtf8 || isAscii(source.subarray(0, tree.bodyStart))) return message;
  const charset = charsetOf(tree);
  const encoded: HeaderField[] = [];
  const left: HeaderField[] = [];
  let bytesLeft = MAX_ENCODED_BYTES;
  const fields = message.fields.map((field) => {
    if (isAsciiField(field)) return field;
    bytesLeft -= field.raw.length;
    const fresh = bytesLeft < 0 ? undefined : asciiField(field, charset);
    (fresh ? encoded : left).push(field);
    return fresh ?? field;
  });
  const changed: Message = encoded.length === 0 ? message : { ...message, fields };
  return notesOf(encoded, left).reduce(addNote, changed);
};
