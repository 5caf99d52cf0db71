import type { ResendList } from '@waybill/contract/resend/list';

/** `rows` were asked for with one more than `limit`: a row there means that there is another page. */
export const resendList = <Row, View>(
  rows: readonly Row[],
  { limit, view }: { readonly limit: number; readonly view: (row: Row) => View },
): ResendList<View> => ({
  object: 'list',
  has_more: rows.length > limit,
  data: rows.slice(0, limit).map(view),
});
