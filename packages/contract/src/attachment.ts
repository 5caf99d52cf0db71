/** A file of a JSON submission. */
import { z } from 'zod';
import { oneLine } from './text.ts';

const token = "[A-Za-z0-9!#$%&'*+\\-.^_`\\{\\|\\}~]";
const parameter = `[ \\t]*;[ \\t]*${token}+=(?:${token}+|"[ !#-\\[\\]-~]*")`;
/** `text/calendar; method=REQUEST; charset=utf-8`. RFC 2045 §5.1. */
const mediaType = new RegExp(`^${token}+/${token}+(?:${parameter})*[ \\t]*;?[ \\t]*$`);

/** Removes white space from base64, because most encoders wrap their lines. RFC 2045 §6.8. */
export const unwrapped = (base64: string): string => base64.replace(/[ \t\r\n]+/g, '');

const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/]*={0,2}$/.test(unwrapped(text));
/** Four characters encode three bytes. A text of another length is truncated. RFC 4648 §4. */
const isWhole = (text: string): boolean => !isBase64(text) || unwrapped(text).length % 4 === 0;

export const base64 = z
  .string()
  .max(70_000_000)
  .refine(isBase64, 'must be base64: letters, digits, + and /, with = at the end only')
  .refine(
    isWhole,
    'is no whole base64: its length without white space must be a multiple of 4, padded with =',
  );

export const attachment = z.strictObject({
  filename: oneLine(255).min(1),
  content: base64.describe('base64; line breaks and other white space in it mean nothing'),
  content_type: z
    .string()
    .max(500)
    .regex(mediaType, 'must be a media type such as text/calendar; method=REQUEST')
    .refine((text) => !/^multipart\//i.test(text), 'must not be multipart: attach each part as a file')
    .optional()
    .describe(
      'With parameters where they are needed. text/calendar with a method is an invitation: it is sent beside text and html, where mail programs look for it, and as a file',
    ),
  content_id: z
    .string()
    .regex(/^[!-;=?-~]{1,200}$/, 'must be printable ASCII without angle brackets')
    .optional()
    .describe('Embeds it: <img src="cid:…">'),
});

export type Attachment = z.output<typeof attachment>;
