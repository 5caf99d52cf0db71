/**
 * A line without a colon ends the header, and receivers show the fields after it as text. A repair would change the bytes that
 * the client signed, so the line stays and the trace gets a note. RFC 5322 §2.2.
 */
import type { HeaderField } from '@waybill/mail/headers';
import { addNote } from '../content/edit-message.ts';
import type { Message } from '../message.ts';
import { WAYBILL_HEADER } from '../waybill-header.ts';
import type { Stage } from './stage.ts';

/** Names that are certainly meant as fields. Other names may be content and get no note. */
const known =
  /^(?:from|sender|reply-to|to|cc|subject|date|message-id|in-reply-to|references|mime-version|content-(?:type|transfer-encoding|disposition)|list-unsubscribe):/gim;
const MAX_READ_BYTES = 4_096;

const endOf = ({ start = 0, raw }: HeaderField): number => start + raw.length;

const linesIn = (bytes: Buffer): number => bytes.toString('latin1').split('\n').length - 1;

/** Names of fields between that line and the next empty line. */
function namesBehind({ source, tree }: Message): readonly string[] {
  const text = source.toString('latin1', tree.bodyStart, tree.bodyStart + MAX_READ_BYTES);
  const [block = ''] = text.split(/\r?\n\r?\n/);
  return Array.from(block.matchAll(known), ([name]) => name.slice(0, -1));
}

export const noteHeaderEnd: Stage = (message) => {
  const { source, tree } = message;
  const last = tree.fields.at(-1);
  // After an empty line the body begins later than the last field ends.
  if (tree.bodyStart >= source.length || tree.bodyStart !== (last ? endOf(last) : 0)) return message;
  const ours = tree.fields.find(({ key }) => key === WAYBILL_HEADER.toLowerCase());
  const line = linesIn(source.subarray(ours ? endOf(ours) : 0, tree.bodyStart)) + 1;
  const fields = namesBehind(message);
  const lost = fields.length === 0 ? '' : ` ${fields.join(', ')} now stand in the body.`;
  return addNote(message, {
    step: 'note-header-end',
    what: 'header ended at a line that is no field',
    reason: `Line ${line} of the header has no colon, so receivers read it and the rest as text.${lost}`,
    detail: { line, fieldsInBody: fields },
  });
};
