/**
 * How large a header may be. RFC 5322 knows no limit; readers pay for each field and each line, so that a megabyte of tiny
 * fields costs them seconds. No honest message comes near any of these: 5,000 recipients in To, one to a line, pass.
 */
export const headerLimits = { bytes: 524_288, lines: 10_000, fields: 1_000 } as const;

/** What of a header is limited. */
export type HeaderMeasure = keyof typeof headerLimits;

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

const isFold = (byte: number | undefined): boolean => byte === SPACE || byte === TAB;

const hasEnded = (bytes: Buffer, at: number): boolean =>
  at >= bytes.length || bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF);

/** Byte offset behind the line, or behind everything when it does not end within the limit. */
const behindLine = (head: Buffer, at: number, bytes: Buffer): number => {
  const lf = head.indexOf(LF, at);
  return lf === -1 ? bytes.length : lf + 1;
};

/** Which limit the header is beyond. Looks at each line once, and at nothing behind the limit of bytes. */
export function headerExcess(bytes: Buffer): HeaderMeasure | undefined {
  const { bytes: maxBytes, lines, fields } = headerLimits;
  const head = bytes.subarray(0, maxBytes);
  let fieldCount = 0;
  let at = 0;
  for (let lineCount = 0; !hasEnded(bytes, at); lineCount += 1) {
    if (!isFold(head[at])) fieldCount += 1;
    if (fieldCount > fields) return 'fields';
    if (lineCount === lines) return 'lines';
    at = behindLine(head, at, bytes);
  }
  return at > maxBytes ? 'bytes' : undefined;
}
