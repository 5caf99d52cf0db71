/** Text that becomes a header, an address or a label: one line, without characters that a parser may read as a line end. */
import { z } from 'zod';

/** Control characters (CR, LF and NUL among them) and the line and paragraph separators of Unicode. docs/reliability.md S13. */
const oneLinePattern = /^[^\p{Cc}\u2028\u2029]*$/u;

const encodedWord = /=\?[^?\s]*\?([bq])\?([^?\s]*)\?=/giu;

function bytesOf(encoding: string, text: string): string {
  if (encoding.toLowerCase() === 'q')
    return text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  try {
    return atob(text);
  } catch {
    // The text is not base64, so no receiver decodes it.
    return '';
  }
}

/** Whether an encoded word hides a control character, which some receivers interpret after decoding. RFC 2047 §4, §5. */
const hidesControl = (text: string): boolean =>
  [...text.matchAll(encodedWord)].some(([, encoding = '', word = '']) =>
    [...bytesOf(encoding, word)].some((byte) => byte < ' ' || byte === '\x7f'),
  );

export const oneLine = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(oneLinePattern, 'must be one line without control characters')
    .refine((text) => !hidesControl(text), 'must not hide a control character in an encoded word');

/** A label that a person chose. */
export const label = oneLine(200).min(1);

const anyTime = z.iso.datetime({ offset: true });

/** The last time with a year of four digits. */
const lastMoment = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const isInRange = (text: string): boolean => {
  const at = Date.parse(text);
  return at >= 0 && at <= lastMoment;
};

/** RFC 3339, in UTC between the years 1970 and 9999: an id holds no earlier time, and RFC 3339 no later one. */
export const time = anyTime
  .refine(isInRange, 'must be between the years 1970 and 9999')
  .describe('RFC 3339 time');

/** In a query a plus sign that was not encoded arrives as a space. */
const withPlus = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/ (?=\d\d:\d\d$)/, '+') : value;

/** A bound of a list: any time. */
export const queryTime = z.preprocess(withPlus, anyTime).describe('RFC 3339 time');
/** A bound of a computation with days, which PostgreSQL makes in years from 1970 on. */
export const countedTime = z.preprocess(withPlus, time).describe('RFC 3339 time');
