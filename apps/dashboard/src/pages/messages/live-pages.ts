/** How the newest page of a list, read again, joins the pages that are shown. Ids sort by time, newest first. */
import type { List } from '@waybill/contract/list';

export type Row = { readonly id: string };
export type Pages<T> = readonly List<T>[];

/** With more rows than this, the pages begin anew, so that a list that is open for days stays small. */
const MAX_ROWS = 400;

const rowsOf = <T>(pages: Pages<T>): readonly T[] => pages.flatMap(({ data }) => data);

const newestOf = <T extends Row>(pages: Pages<T>): string => rowsOf(pages)[0]?.id ?? '';

/** The rows of the newest page that are above all that are shown. */
export const rowsAbove = <T extends Row>(pages: Pages<T>, fresh: List<T>): readonly T[] =>
  fresh.data.filter(({ id }) => id > newestOf(pages));

/** Rows that are shown already, as they are now. None comes and none goes, so that nothing moves under the reader. */
export function withStates<T extends Row>(pages: Pages<T>, fresh: readonly T[]): Pages<T> {
  const known = new Map(fresh.map((row) => [row.id, row]));
  return pages.map((page) => ({ ...page, data: page.data.map((row) => known.get(row.id) ?? row) }));
}

/** The newest rows on top of the older ones that were read before. */
export function withNewest<T extends Row>(pages: Pages<T>, fresh: List<T>): Pages<T> {
  const oldest = fresh.data.at(-1)?.id;
  const [first, ...others] = pages;
  if (first === undefined || oldest === undefined || !fresh.has_more) return [fresh];
  // Rows between the two may be unread.
  const isGap = newestOf(pages) < oldest;
  if (isGap || rowsOf(pages).length > MAX_ROWS) return [fresh];
  const below = (page: List<T>): T[] => page.data.filter(({ id }) => id < oldest);
  return [
    { ...first, data: [...fresh.data, ...below(first)] },
    ...others.map((page) => ({ ...page, data: below(page) })),
  ];
}
