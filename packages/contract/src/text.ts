/** Text that becomes a header, an address or a label: one line, nothing that a parser somewhere could take for a new one. */
import { z } from 'zod';

/** Control characters (CR, LF and NUL among them) and the line and paragraph separators of Unicode. RELIABILITY S13. */
const oneLinePattern = /^[^\p{Cc}\u2028\u2029]*$/u;

/** CR and LF of an encoded word, which some receivers turn into real ones after decoding. RFC 2047 §4.2. */
const encodedBreak = /=\?[^?\s]*\?q\?[^?\s]*=0[0ad]/iu;

export const oneLine = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(oneLinePattern, 'must be one line without control characters')
    .refine((text) => !encodedBreak.test(text), 'must not hide a line break in an encoded word');

/** A name that people gave to something. */
export const label = oneLine(200).min(1);

/** RFC 3339, UTC. */
export const time = z.iso.datetime({ offset: true }).describe('RFC 3339 time');
