/**
 * The bytes of a message on their way out of the database. As `bytea` they travel in hex: twice the size, written and read digit
 * by digit. Seven-bit ones travel as the text that they are.
 */
import { isAscii } from 'node:buffer';
import { INLINE_BYTES, inPieces, type Range, rangeSql } from '../connection/large-bytes.ts';
import { type Weekly, weekOf } from '../connection/weekly.ts';

/** 7bit data (RFC 2045 §2.7), as far as it matters here: PostgreSQL keeps it as text. */
export const isSevenBit = (bytes: Buffer): boolean => isAscii(bytes) && !bytes.includes(0);

const columnsOf = (bytes: string, condition: string): string =>
  `CASE WHEN ${condition} AND is_seven_bit THEN convert_from(${bytes}, 'UTF8') END AS content_text,
    CASE WHEN ${condition} AND NOT is_seven_bit THEN ${bytes} END AS content_bytes`;

/** Of the first two one is null; both are when the bytes are large. */
export const contentColumns = `${columnsOf('bytes', `octet_length(bytes) <= ${INLINE_BYTES}`)},
    octet_length(bytes) AS content_size`;

type Piece = { readonly content_text: string | null; readonly content_bytes: Buffer | null };

export type ContentRow = Piece & { readonly content_size: number };

const pieceSql = {
  name: 'content-piece',
  text: `SELECT ${columnsOf(rangeSql('bytes'), 'true')} FROM @message_content WHERE message_id = $1`,
};

const bytesIn = ({ content_text, content_bytes }: Piece): Buffer | undefined =>
  content_text === null ? (content_bytes ?? undefined) : Buffer.from(content_text, 'latin1');

/** How many did not come with the row. */
export const bytesToRead = (row: ContentRow): number =>
  row.content_text === null && row.content_bytes === null ? row.content_size : 0;

/** As they came with the row, or else piece by piece. */
export async function contentOf(weekly: Weekly, messageId: string, row: ContentRow): Promise<Buffer> {
  const read = async ({ start, size }: Range): Promise<Buffer | undefined> => {
    const { rows } = await weekly.run<Piece>(pieceSql, weekOf(messageId), [messageId, start, size]);
    return rows[0] && bytesIn(rows[0]);
  };
  return bytesIn(row) ?? inPieces(row.content_size, read);
}
