/** The same request for a terminal. The key comes from a variable, so that no secret is copied. */
import { type Query, urlOf } from './request.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const curlOf = (origin: string, path: string, query: Query = {}): string =>
  `curl -s ${quoted(`${origin}${urlOf(path, query)}`)} -H "Authorization: Bearer $WAYBILL_API_KEY"`;
