/** Cursors are opaque and authenticated: a made-up cursor, or a cursor of another list, is refused. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { List } from '@waybill/contract/list';
import { idBytes, idOfBytes } from '@waybill/relay/id';
import { faultAt } from '@waybill/relay/management/request-fault';

const idSize = 16;
const macSize = 8;

export type Cursors = {
  /** The cursor of a list that goes on below an id. */
  write(list: string, id: string): string;
  /** The id in a cursor of that list; `undefined` without a cursor. */
  read(list: string, cursor: string | undefined): string | undefined;
  /** The cursor that names this id or place. */
  at(list: string, key: string): string;
  /** The query asked for one row more than `limit`; its presence means that there is another page. */
  page<Row extends { readonly id: string }, View>(
    list: string,
    rows: readonly Row[],
    shape: Shape<Row, View>,
  ): List<View>;
  /** For a list that grows at its end: there is a cursor whenever there is a row. */
  tail<Row extends { readonly id: string }, View>(
    list: string,
    rows: readonly Row[],
    shape: Shape<Row, View>,
  ): List<View>;
};

type Shape<Row, View> = {
  readonly limit: number;
  readonly view: (row: Row) => View;
  /** Rows below this id were not searched yet: there is another page even when this one is not full. */
  readonly searchedTo?: string | undefined;
  /** What a cursor after the row names, where that is not its id: 16 bytes in the form of a UUID. */
  readonly keyOf?: ((row: Row) => string) | undefined;
};

export function openCursors(key: Buffer): Cursors {
  const macOf = (list: string, id: Buffer): Buffer =>
    createHmac('sha256', key).update(`cursor:${list}:`).update(id).digest().subarray(0, macSize);
  const write = (list: string, id: string): string => {
    const bytes = idBytes(id);
    return Buffer.concat([bytes, macOf(list, bytes)]).toString('base64url');
  };
  const cut = <Row extends { readonly id: string }, View>(
    list: string,
    rows: readonly Row[],
    {
      limit,
      view,
      searchedTo,
      isTail,
      keyOf = ({ id }) => id,
    }: Shape<Row, View> & { readonly isTail: boolean },
  ): List<View> => {
    const shown = rows.slice(0, limit);
    const isFull = rows.length > limit;
    const hasMore = isFull || searchedTo !== undefined;
    const end = shown.at(-1);
    const last = isFull || isTail ? end && keyOf(end) : searchedTo;
    const cursor = last === undefined ? null : write(list, last);
    return { object: 'list', data: shown.map(view), has_more: hasMore, next_cursor: cursor };
  };
  return {
    write,
    read(list, cursor) {
      if (cursor === undefined) return undefined;
      const bytes = Buffer.from(cursor, 'base64url');
      const id = bytes.subarray(0, idSize);
      const mac = bytes.subarray(idSize);
      if (mac.length !== macSize || !timingSafeEqual(mac, macOf(list, id)))
        throw faultAt('/after', 'is not a cursor of this list');
      return idOfBytes(id);
    },
    at: write,
    page: (list, rows, shape) => cut(list, rows, { ...shape, isTail: false }),
    tail: (list, rows, shape) => cut(list, rows, { ...shape, isTail: true }),
  };
}
