/**
 * The octets of a message on their way out of the database. As `bytea` they travel in hex: twice the size, written and read digit
 * by digit. Seven-bit ones travel as the text that they are.
 */
import { isAscii } from 'node:buffer';

/** 7bit data (RFC 2045 §2.7), as far as it matters here: PostgreSQL keeps it as text. */
export const isSevenBit = (bytes: Buffer): boolean => isAscii(bytes) && !bytes.includes(0);

/** One of the two is null. */
export const contentColumns = `CASE WHEN is_seven_bit THEN convert_from(bytes, 'UTF8') END AS content_text,
    CASE WHEN NOT is_seven_bit THEN bytes END AS content_bytes`;

export type ContentRow = { readonly content_text: string | null; readonly content_bytes: Buffer | null };

export const octetsOf = ({ content_text, content_bytes }: ContentRow): Buffer =>
  content_bytes ?? Buffer.from(content_text ?? '', 'latin1');
