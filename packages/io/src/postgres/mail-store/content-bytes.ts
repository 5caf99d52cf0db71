/**
 * Reads the bytes of a message. `bytea` is sent as hex, with twice the size and conversion on both sides, so 7-bit bytes are sent
 * as text.
 */
import { isAscii } from 'node:buffer';
import { INLINE_BYTES, inPieces, type Range, rangeSql } from '../connection/large-bytes.ts';
import { fromRow } from '../connection/rows.ts';
import { type Weekly, weekOf } from '../connection/weekly.ts';

/** Whether PostgreSQL can store the bytes as text: ASCII without NUL, as in 7bit data. RFC 2045 §2.7. */
export const isSevenBit = (bytes: Buffer): boolean => isAscii(bytes) && !bytes.includes(0);

const columnsOf = (bytes: string, condition: string): string =>
  `CASE WHEN ${condition} AND is_seven_bit THEN convert_from(${bytes}, 'UTF8') END AS content_text,
    CASE WHEN ${condition} AND NOT is_seven_bit THEN ${bytes} END AS content_bytes`;

/** One of the first two columns is NULL; both are NULL when the bytes are large. */
export const contentColumns = `${columnsOf('bytes', `octet_length(bytes) <= ${INLINE_BYTES}`)},
    octet_length(bytes) AS content_size`;

type Piece = { readonly contentText: string | undefined; readonly contentBytes: Buffer | undefined };

export type ContentRow = Piece & { readonly contentSize: number };

const pieceSql = {
  name: 'content-piece',
  text: `SELECT ${columnsOf(rangeSql('bytes'), 'true')} FROM @message_content WHERE message_id = $1`,
};

const bytesIn = ({ contentText, contentBytes }: Piece): Buffer | undefined =>
  contentText === undefined ? contentBytes : Buffer.from(contentText, 'latin1');

/** The number of bytes that were not read with the row. */
export const bytesToRead = (row: ContentRow): number =>
  row.contentText === undefined && row.contentBytes === undefined ? row.contentSize : 0;

/** The bytes of the row, or the bytes read piece by piece. */
export async function contentOf(weekly: Weekly, messageId: string, row: ContentRow): Promise<Buffer> {
  const read = async ({ start, size }: Range): Promise<Buffer | undefined> => {
    const { rows } = await weekly.run(pieceSql, weekOf(messageId), [messageId, start, size]);
    return rows[0] && bytesIn(fromRow(rows[0]));
  };
  return bytesIn(row) ?? inPieces(row.contentSize, read);
}
