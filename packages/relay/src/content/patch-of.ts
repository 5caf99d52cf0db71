/** Makes the stored patch of a prepared message: header fields by their offsets, part edits as splices. */

import type { HeaderField } from '@waybill/mail/headers';
import { makePatch, type Patch, piecesOf, type Splice } from '@waybill/mail/patch';
import type { Message } from '../message.ts';
import { type BodyChanges, encodeEdits } from './body-changes.ts';

const LINE_END = Buffer.from('\r\n');

/** The encoded edits of a message. `write-edits` saves them in the message; before it, each call encodes them. */
export const bodyChangesOf = ({ bodyChanges, edits }: Message): BodyChanges =>
  bodyChanges ?? encodeEdits(edits);

/** The body of the outgoing message in pieces, without a copy of the source. */
export function bodyPiecesOf(message: Message): readonly Buffer[] {
  const { bodyStart } = message.tree;
  const moved = bodyChangesOf(message).splices.map(({ start, end, insert }) => ({
    start: start - bodyStart,
    end: end - bodyStart,
    insert,
  }));
  return piecesOf(message.source.subarray(bodyStart), moved);
}

const endOf = (field: HeaderField): number => (field.start ?? 0) + field.raw.length;

const headerEnd = (fields: readonly HeaderField[]): number => {
  const last = fields.at(-1);
  return last ? endOf(last) : 0;
};

/** Splices that turn the header of the source into `fields`. The fields that stay must be in their original order. */
function headerSplices(original: readonly HeaderField[], fields: readonly HeaderField[]): readonly Splice[] {
  const kept = new Set(fields.map(({ start }) => start));
  const splices: Splice[] = original
    .filter(({ start }) => !kept.has(start))
    .map((field) => ({ start: field.start ?? 0, end: endOf(field), insert: Buffer.alloc(0) }));
  let waiting: Buffer[] = [];
  const insertAt = (start: number): void => {
    if (waiting.length > 0) splices.push({ start, end: start, insert: Buffer.concat(waiting) });
    waiting = [];
  };
  for (const { start, raw } of fields) {
    if (start === undefined) waiting.push(raw);
    else insertAt(start);
  }
  insertAt(headerEnd(original));
  return splices;
}

/**
 * A line that is no field ends the header without an empty line. Waybill reads the rest as the body. The splice adds the empty
 * line, so that the receiver reads the same body as the signature covers. RFC 5322 §2.1.
 */
function missingEmptyLine({ tree: { fields, bodyStart } }: Message): readonly Splice[] {
  const isMissing = headerEnd(fields) === bodyStart;
  return isMissing ? [{ start: bodyStart, end: bodyStart, insert: LINE_END }] : [];
}

/** The patch of a message. Every byte outside its splices is sent as it was received. */
export function patchOf(message: Message): Patch {
  return makePatch([
    ...headerSplices(message.tree.fields, message.fields),
    ...missingEmptyLine(message),
    ...bodyChangesOf(message).splices,
  ]);
}
