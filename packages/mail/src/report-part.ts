/** The machine-readable part of a multipart/report, and its groups of fields. RFC 6522. */

import { decodeBody } from './body/transfer-encoding.ts';
import { type HeaderField, parseHeaders } from './headers.ts';
import { type MimePart, parseMimeTree } from './mime-tree.ts';

const MAX_BLOCKS = 1000;

function findPart(part: MimePart, types: ReadonlySet<string>): MimePart | undefined {
  if (types.has(part.contentType)) return part;
  for (const child of part.children) {
    const found = findPart(child, types);
    if (found) return found;
  }
  return undefined;
}

/** Groups of fields with empty lines between them. RFC 3464 §2.1. */
function blocksOf(bytes: Buffer): readonly (readonly HeaderField[])[] {
  const blocks: (readonly HeaderField[])[] = [];
  let at = 0;
  while (at < bytes.length && blocks.length < MAX_BLOCKS) {
    const { fields, bodyStart } = parseHeaders(bytes, at);
    if (fields.length > 0) blocks.push(fields);
    // A line that is no field ends what can be read.
    if (bodyStart <= at) break;
    at = bodyStart;
  }
  return blocks;
}

/** The groups of fields in the first part of one of these content types, or `undefined` when there is none. */
export function reportBlocks(
  source: Buffer,
  types: ReadonlySet<string>,
): readonly (readonly HeaderField[])[] | undefined {
  const part = findPart(parseMimeTree(source), types);
  const bytes = part && decodeBody(source, part)?.bytes;
  return bytes && blocksOf(bytes);
}
