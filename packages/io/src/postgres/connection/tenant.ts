import type pg from 'pg';
import type { Prisma } from '../generated/client.ts';
import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { fromRow } from './rows.ts';

/**
 * Queries inside one account. Every query names the account; role and setting make the database hide other rows from a query that
 * does not. `undefined`: the operator, with the rows of all accounts and those without an account.
 */
export type AccountId = string | undefined;

export type Page = { readonly limit: number; readonly after?: string };

/** With `before` the rows next above that id, the lowest first: in the order away from it. */
export type TwoWayPage = Page & { readonly before?: string };

const actSql = "SELECT set_config('role', 'waybill_api', true), set_config('waybill.account_id', $1, true)";

/** Runs queries of Prisma on management tables in a transaction of the account. */
export async function asAccount<T>(
  database: Database,
  accountId: AccountId,
  work: (tx: Prisma.TransactionClient) => Promise<T>,
): Promise<T> {
  if (accountId === undefined || !(await database.hasRowSecurity()))
    return (await database.prisma()).$transaction(work);
  return (await database.prisma()).$transaction(async (tx) => {
    await tx.$queryRawUnsafe(actSql, accountId);
    return work(tx);
  });
}

/** Runs SQL statements in one transaction of the account. */
export async function transactAs<T>(
  database: Database,
  accountId: AccountId,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const hasRole = accountId !== undefined && (await database.hasRowSecurity());
  return inTransaction(database, async (client) => {
    if (hasRole) await client.query(actSql, [accountId]);
    return work(client);
  });
}

/** `name`: of a prepared statement. Each connection plans it once, which over weekly partitions takes longer than running it. */
export type AccountQuery = {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
};

/** Runs one SQL statement in the account. The rows have the field names of the product. */
export async function readAs<Value extends object>(
  database: Database,
  accountId: AccountId,
  { values, ...statement }: AccountQuery,
): Promise<readonly Value[]> {
  const query = { ...statement, values: [...values] };
  if (accountId === undefined || !(await database.hasRowSecurity()))
    return (await database.pool.query(query)).rows.map(fromRow<Value>);
  return transactAs(database, accountId, async (client) =>
    (await client.query(query)).rows.map(fromRow<Value>),
  );
}

/** SQL: the rows of the account in `$1`, or of the operator when `$1` is NULL, in a form that uses an index on the account. */
export const ownedBy = (accountId: AccountId, column = 'account_id'): string =>
  accountId === undefined ? `(${column} IS NULL AND $1::uuid IS NULL)` : `${column} = $1::uuid`;

/** SQL: the rows of a page beyond the cursor `$2`, and their order. */
export const beyondCursor = ({ before }: TwoWayPage, column = 'id'): string =>
  before === undefined
    ? `($2::uuid IS NULL OR ${column} < $2) ORDER BY ${column} DESC`
    : `${column} > $2::uuid ORDER BY ${column}`;

/** The value of `$2`. */
export const cursorOf = ({ after, before }: TwoWayPage): string | undefined => before ?? after;

/** A page for Prisma: newest first, below the last id of the page before. */
export const newestFirst = ({ limit }: Page) => ({ take: limit, orderBy: { id: 'desc' as const } });
export const below = ({ after }: Page) => (after === undefined ? {} : { id: { lt: after } });

/** A change for Prisma: an absent setting stays unchanged, a setting with `undefined` is cleared. */
export const withNulls = <T extends object>(change: T): { [K in keyof T]: Exclude<T[K], undefined> | null } =>
  Object.fromEntries(Object.entries(change).map(([name, value]) => [name, value ?? null])) as {
    [K in keyof T]: Exclude<T[K], undefined> | null;
  };

/** Prisma needs bytes with their own memory. */
export const bytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(buffer);
