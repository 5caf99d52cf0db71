/** Suppressions in a CSV file: a header that names the columns, or addresses alone. */
import { foldedAddress, parseAddress } from '@waybill/mail/address';
import { type CsvRow, readCsv } from '../csv/read-csv.ts';
import { given } from '../given.ts';
import { parsePublicId } from '../id.ts';
import type { StreamRecord } from './records.ts';
import type { AskedSuppression } from './suppressions.ts';

/** A row of the file, or what is wrong with it. */
export type SuppressionRow = { readonly line: number } & (
  | { readonly asked: AskedSuppression }
  | { readonly fault: string }
);

const columns = ['address', 'reason', 'stream', 'note', 'expires_at'] as const;
type Column = (typeof columns)[number];

/** Names that other products give to the same columns. */
const otherNames: Readonly<Record<string, Column>> = {
  email: 'address',
  recipient: 'address',
  stream_id: 'stream',
};

const reasons = ['hard_bounce', 'complaint', 'unsubscribe', 'manual'] as const;

type Places = Partial<Record<Column, number>>;

const columnOf = (cell: string): Column | undefined => {
  const name = cell.trim().toLowerCase();
  return columns.find((column) => column === name) ?? otherNames[name];
};

/** `undefined`: the first row is no header. */
function placesOf({ cells }: CsvRow): Places | undefined {
  const named = cells.map((cell, index) => [columnOf(cell), index] as const);
  const places = Object.fromEntries(named.filter(([column]) => column !== undefined)) as Places;
  return places.address === undefined ? undefined : places;
}

type Fields = Partial<Record<Column, string>>;

class Fault extends Error {}

function addressIn({ address = '' }: Fields): string {
  if (address.length > 254 || parseAddress(address) === undefined)
    throw new Fault(`${JSON.stringify(address.slice(0, 100))} is not a mail address`);
  return foldedAddress(address);
}

function reasonIn({ reason = 'manual' }: Fields): AskedSuppression['reason'] {
  const found = reasons.find((one) => one === reason.toLowerCase());
  if (found === undefined) throw new Fault(`the reason must be one of ${reasons.join(', ')}`);
  return found;
}

function streamIn({ stream }: Fields, streams: readonly StreamRecord[]): string | undefined {
  if (stream === undefined) return undefined;
  const id = parsePublicId('str', stream);
  const found = streams.find((one) => one.id === id || one.name === stream);
  if (found === undefined) throw new Fault('the stream is no stream of this account');
  return found.id;
}

function expiryIn({ expires_at: text }: Fields): Date | undefined {
  if (text === undefined) return undefined;
  const at = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at.getTime()))
    throw new Fault('expires_at must be a date such as 2027-01-31T12:00:00Z');
  return at;
}

function noteIn({ note }: Fields): string | undefined {
  if (note !== undefined && (note.length > 500 || /[\p{Cc}\u2028\u2029]/u.test(note)))
    throw new Fault('the note must be one line of at most 500 characters');
  return note;
}

const askedOf = (fields: Fields, streams: readonly StreamRecord[]): AskedSuppression => ({
  address: addressIn(fields),
  reason: reasonIn(fields),
  ...given({ streamId: streamIn(fields, streams), expiresAt: expiryIn(fields), note: noteIn(fields) }),
});

function rowOf({ line, cells }: CsvRow, places: Places, streams: readonly StreamRecord[]): SuppressionRow {
  const fields: Fields = {};
  for (const [column, place] of Object.entries(places)) {
    const text = cells[place]?.trim();
    if (text !== undefined && text !== '') fields[column as Column] = text;
  }
  try {
    return { line, asked: askedOf(fields, streams) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { line, fault: error.message };
  }
}

export function* suppressionRows(text: string, streams: readonly StreamRecord[]): Generator<SuppressionRow> {
  let places: Places | undefined;
  for (const row of readCsv(text)) {
    if (places === undefined) {
      const header = placesOf(row);
      places = header ?? { address: 0 };
      if (header !== undefined) continue;
    }
    yield rowOf(row, places, streams);
  }
}
