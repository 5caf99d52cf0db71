/** A whole list as a file, read in slices by its keyset and sent as it is read. */
import { Readable } from 'node:stream';
import { csvLine } from '@waybill/relay/csv/write-csv';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const exportFormats = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const types: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

export const exportTypes = ['text/csv', 'application/x-ndjson'] as const;

/** Rows in a query. */
export const EXPORT_SLICE = 500;

export type ExportSlice = {
  readonly items: readonly object[];
  /** Where the next slice begins; `undefined`: this was the last one. */
  readonly next: string | undefined;
};

export type Exported = {
  /** The name of the file, without its ending. */
  readonly name: string;
  readonly format: ExportFormat;
  /** The fields of an item, in their order. */
  readonly columns: readonly string[];
  slice(after: string | undefined): Promise<ExportSlice>;
};

/** `?format=` first, then `Accept`; `undefined`: a page in JSON. */
export function formatOf(
  { format }: { readonly format?: ExportFormat | 'json' | undefined },
  { headers }: Pick<FastifyRequest, 'headers'>,
): ExportFormat | undefined {
  if (format !== undefined) return format === 'json' ? undefined : format;
  const accept = headers.accept ?? '';
  return exportFormats[exportTypes.findIndex((type) => accept.includes(type))];
}

async function* textOf({ format, columns, slice }: Exported, first: ExportSlice): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(columns);
  const lineOf = (item: object): string =>
    format === 'csv'
      ? csvLine(columns.map((column) => (item as Record<string, unknown>)[column]))
      : `${JSON.stringify(item)}\n`;
  let read = first;
  for (;;) {
    if (read.items.length > 0) yield read.items.map(lineOf).join('');
    if (read.next === undefined) return;
    read = await slice(read.next);
  }
}

/**
 * The first slice is read before the answer begins, so that a refusal is one. An error later cuts the connection, so that a client does
 * not take a part for the whole.
 */
export async function exportList(reply: FastifyReply, exported: Exported): Promise<FastifyReply> {
  const first = await exported.slice(undefined);
  return reply
    .header('content-type', types[exported.format])
    .header('content-disposition', `attachment; filename="${exported.name}.${exported.format}"`)
    .send(Readable.from(textOf(exported, first)));
}
