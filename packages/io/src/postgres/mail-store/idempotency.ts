import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';

export type IdempotencyScope = { readonly accountId: string; readonly route: string; readonly key: string };

export type IdempotencyState =
  | { readonly state: 'fresh' }
  | { readonly state: 'running' }
  /** The key was used with another body. */
  | { readonly state: 'conflict' }
  | { readonly state: 'done'; readonly status: number; readonly response: unknown };

/** In milliseconds. After that time without an answer the first process counts as dead. */
const ABANDONED_MS = 60_000;

const beginSql = `
  INSERT INTO idempotency_key AS old (account_id, route, key, body_hash, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (account_id, route, key) DO UPDATE SET body_hash = excluded.body_hash, status = NULL, response = NULL,
    created_at = excluded.created_at, expires_at = excluded.expires_at
  WHERE old.expires_at <= excluded.created_at
    OR (old.status IS NULL AND old.created_at <= $7 AND old.body_hash = excluded.body_hash)
  RETURNING true AS fresh`;

const one = 'account_id = $1 AND route = $2 AND key = $3';

type Row = { readonly body_hash: Buffer; readonly status: number | null; readonly response: unknown };

const stateOf = (row: Row, bodyHash: Buffer): IdempotencyState => {
  if (!row.body_hash.equals(bodyHash)) return { state: 'conflict' };
  if (row.status === null) return { state: 'running' };
  return { state: 'done', status: row.status, response: row.response };
};

export const idempotency = ({ pool }: Database) => ({
  async begin(
    asked: IdempotencyScope & { readonly bodyHash: Buffer; readonly now: Date; readonly expiresAt: Date },
  ): Promise<IdempotencyState> {
    const { accountId, route, key, bodyHash, now, expiresAt } = asked;
    const abandoned = new Date(now.getTime() - ABANDONED_MS);
    const begun = await pool.query(beginSql, [accountId, route, key, bodyHash, now, expiresAt, abandoned]);
    if (begun.rowCount) return { state: 'fresh' };
    const { rows } = await pool.query<Row>(
      `SELECT body_hash, status, response FROM idempotency_key WHERE ${one}`,
      [accountId, route, key],
    );
    // Deleted between the two statements, because the other request failed. The caller tries again.
    return rows[0] ? stateOf(rows[0], bodyHash) : { state: 'running' };
  },

  async finish(
    done: IdempotencyScope & { readonly status: number; readonly response: unknown },
  ): Promise<void> {
    await pool.query(
      `UPDATE idempotency_key SET status = $4, response = $5 WHERE ${one} AND status IS NULL`,
      [done.accountId, done.route, done.key, done.status, jsonText(done.response)],
    );
  },

  /** Deletes the key after a temporary failure, so that the next request starts again. */
  async forget({ accountId, route, key }: IdempotencyScope): Promise<void> {
    await pool.query(`DELETE FROM idempotency_key WHERE ${one} AND status IS NULL`, [accountId, route, key]);
  },

  /** For retention. Returns the number of deleted rows. */
  async removeExpired(now: Date): Promise<number> {
    return (await pool.query('DELETE FROM idempotency_key WHERE expires_at <= $1', [now])).rowCount ?? 0;
  },
});
