import type { Database } from '@waybill/io/postgres/connection/database';
import { readerLags } from '@waybill/io/postgres/outbox/reader-lags';

/** Events that the reader has not read, also those that an open transaction holds back. */
export async function unreadOf(
  database: Pick<Database, 'pool'>,
  { name }: { readonly name: string },
): Promise<number> {
  const [lag] = await readerLags(database, [name]);
  return lag?.events ?? 0;
}
