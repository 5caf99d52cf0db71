/** From a prepared message to the patch that is stored: header fields by their offsets, part edits by splices. */

import type { HeaderField } from '@waybill/mail/headers';
import { makePatch, type Patch, piecesOf, type Splice } from '@waybill/mail/patch';
import type { Message } from '../message.ts';
import { type BodyChanges, encodeEdits } from './body-changes.ts';

const LINE_END = Buffer.from('\r\n');

/** What the edits of a message change in its bytes. Without `write-edits` before, the edits are encoded on each call. */
export const bodyChangesOf = ({ bodyChanges, edits }: Message): BodyChanges =>
  bodyChanges ?? encodeEdits(edits);

/** The body as it will leave, without copying the source. */
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

/** Splices that make the source's header into `fields`. Kept fields stay where they are; their order must not have changed. */
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
 * A header that runs into something that is no field has no empty line behind it. We take what follows for the body, so the
 * receiver must as well, or our signature covers another message than it reads. RFC 5322 §2.1.
 */
function missingEmptyLine({ tree: { fields, bodyStart } }: Message): readonly Splice[] {
  const isMissing = headerEnd(fields) === bodyStart;
  return isMissing ? [{ start: bodyStart, end: bodyStart, insert: LINE_END }] : [];
}

/** Every byte that no splice names leaves as it came. */
export function patchOf(message: Message): Patch {
  return makePatch([
    ...headerSplices(message.tree.fields, message.fields),
    ...missingEmptyLine(message),
    ...bodyChangesOf(message).splices,
  ]);
}
