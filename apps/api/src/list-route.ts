/** Declares a list: keyset pages by an opaque cursor, newest first. docs/api.md §1. */
import { type List, listOf, listQuery } from '@waybill/contract/list';
import { given } from '@waybill/relay/given';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { App, Dependencies } from './dependencies.ts';
import { EXPORT_SLICE, type ExportSlice, exportList, formatOf } from './exporting/export-list.ts';
import { route, type Words } from './route.ts';

type Page = { readonly limit: number; readonly after?: string };
type Query = z.ZodType<z.output<typeof listQuery>>;
type Rows<Row> =
  | readonly Row[]
  /** Rows below `searchedTo` were not searched yet. */
  | { readonly rows: readonly Row[]; readonly searchedTo: string | undefined };

export type Listed<Q extends Query, Item extends z.ZodType, Row> = Words & {
  readonly url: string;
  readonly params?: z.ZodType;
  /** The name of the list in its cursors. Clients keep cursors, so it stays. */
  readonly cursor: string;
  /** A list that grows at its end: it has a cursor whenever it has a row. */
  readonly isTail?: boolean;
  /** What a cursor after the row names; its id unless said otherwise. */
  readonly keyOf?: (row: Row) => string;
  readonly query: Q;
  readonly item: Item;
  /** `page.limit` is one more than is shown: a row there means that there is another page. */
  rows(page: Page, request: FastifyRequest<{ Querystring: z.output<Q> }>): Promise<Rows<Row>>;
  view(row: Row, request: FastifyRequest): z.output<Item>;
};

export function listRoute<Q extends Query, Item extends z.ZodType, Row extends { readonly id: string }>(
  app: App,
  { cursors }: Pick<Dependencies, 'cursors'>,
  { url, params, cursor, isTail, keyOf, query, item, rows: load, view, ...words }: Listed<Q, Item, Row>,
): void {
  route(app, {
    ...words,
    method: 'GET',
    url,
    ...given({ params }),
    query,
    answer: listOf(item),
    exports: true,
    run: async (request, reply) => {
      const asked = request.query as z.output<typeof listQuery>;
      const { limit, after } = asked;
      const format = formatOf(asked, request);
      if (format !== undefined) {
        const slice = sliceOf({ load, view }, request as never);
        return exportList(reply, { name: nameOf(url), format, columns: columnsOf(item), slice }) as never;
      }
      const page = { limit: limit + 1, ...given({ after: cursors.read(cursor, after) }) };
      const loaded = await load(page, request as never);
      const { rows, searchedTo } = 'rows' in loaded ? loaded : { rows: loaded, searchedTo: undefined };
      const shape = { limit, searchedTo, keyOf, view: (row: Row) => view(row, request as never) };
      return cursors[isTail ? 'tail' : 'page'](cursor, rows, shape);
    },
  });
}

type Loading<Row, Item> = {
  load(page: Page, request: never): Promise<Rows<Row>>;
  view(row: Row, request: never): Item;
};

/** The next rows of the list for a file. */
const sliceOf =
  <Row extends { readonly id: string }, Item>({ load, view }: Loading<Row, Item>, request: never) =>
  async (after: string | undefined): Promise<ExportSlice> => {
    const loaded = await load({ limit: EXPORT_SLICE, ...given({ after }) }, request);
    const { rows, searchedTo } = 'rows' in loaded ? loaded : { rows: loaded, searchedTo: undefined };
    const next = rows.length < EXPORT_SLICE ? searchedTo : rows.at(-1)?.id;
    return { items: rows.map((row) => view(row, request) as object), next };
  };

/** `/v1/sandbox/messages` → `sandbox-messages`. */
const nameOf = (url: string): string => url.replace('/v1/', '').replaceAll('/', '-');

const columnsOf = (item: z.ZodType): readonly string[] => Object.keys((item as z.ZodObject).shape);

/** A list that has one page, because it is short. */
export const wholeList = <T>(data: readonly T[]): List<T> => ({
  object: 'list',
  data: [...data],
  has_more: false,
  next_cursor: null,
});

export type WholeListed<Item extends z.ZodType> = Words & {
  readonly url: string;
  readonly item: Item;
  rows(request: FastifyRequest): Promise<readonly z.output<Item>[]>;
};

const wholeListQuery = listQuery.pick({ format: true }).extend({
  limit: listQuery.shape.limit
    .unwrap()
    .optional()
    .describe('As in every list. This one is short, and always whole'),
});

/** A list that is always answered whole, or as a file. */
export const wholeListRoute = <Item extends z.ZodType>(
  app: App,
  { url, item, rows, ...words }: WholeListed<Item>,
): void =>
  route(app, {
    ...words,
    method: 'GET',
    url,
    query: wholeListQuery,
    answer: listOf(item),
    exports: true,
    run: async (request, reply) => {
      const format = formatOf(request.query, request);
      if (format === undefined) return wholeList(await rows(request as never)) as never;
      const slice = async (): Promise<ExportSlice> => ({
        items: (await rows(request as never)) as readonly object[],
        next: undefined,
      });
      return exportList(reply, { name: nameOf(url), format, columns: columnsOf(item), slice }) as never;
    },
  });
