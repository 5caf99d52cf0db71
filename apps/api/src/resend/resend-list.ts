/** Lists as Resend pages them, in both directions. */
import type { ResendList, ResendListQuery } from '@waybill/contract/resend/list';
import { given } from '@waybill/relay/given';
import type { IdPrefix } from '@waybill/relay/id';
import { innerIdOrNone } from '../inner-id.ts';

/** The page of a store. One more row than `limit` is asked for: it means that there is another page. */
export const resendPage = (prefix: IdPrefix, { limit, after, before }: ResendListQuery) => ({
  limit: limit + 1,
  ...given({ after: innerIdOrNone(prefix, after), before: innerIdOrNone(prefix, before) }),
});

/** `rows` stand in the order away from the cursor; a list is always newest first. */
export function resendList<Row, View>(
  rows: readonly Row[],
  { query, view }: { readonly query: ResendListQuery; readonly view: (row: Row) => View },
): ResendList<View> {
  const page = rows.slice(0, query.limit);
  return {
    object: 'list',
    has_more: rows.length > query.limit,
    data: (query.before === undefined ? page : page.toReversed()).map(view),
  };
}
