/** Text that becomes a header, an address or a label: one line, nothing that a parser somewhere could take for a new one. */
import { z } from 'zod';

/** Control characters (CR, LF and NUL among them) and the line and paragraph separators of Unicode. RELIABILITY S13. */
const oneLinePattern = /^[^\p{Cc}\u2028\u2029]*$/u;

const encodedWord = /=\?[^?\s]*\?([bq])\?([^?\s]*)\?=/giu;

function octetsOf(encoding: string, text: string): string {
  if (encoding.toLowerCase() === 'q')
    return text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  try {
    return atob(text);
  } catch {
    // Not base64: nobody decodes it.
    return '';
  }
}

/** A control character inside an encoded word, which some receivers act on after decoding. RFC 2047 §4, §5. */
const hidesControl = (text: string): boolean =>
  [...text.matchAll(encodedWord)].some(([, encoding = '', word = '']) =>
    [...octetsOf(encoding, word)].some((octet) => octet < ' ' || octet === '\x7f'),
  );

export const oneLine = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(oneLinePattern, 'must be one line without control characters')
    .refine((text) => !hidesControl(text), 'must not hide a control character in an encoded word');

/** A name that people gave to something. */
export const label = oneLine(200).min(1);

/** RFC 3339, UTC. */
export const time = z.iso.datetime({ offset: true }).describe('RFC 3339 time');
