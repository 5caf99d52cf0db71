import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';

export type IdempotencyScope = { readonly accountId: string; readonly route: string; readonly key: string };

export type IdempotencyState =
  | { readonly state: 'fresh' }
  | { readonly state: 'running' }
  /** The same key with another body. */
  | { readonly state: 'conflict' }
  | { readonly state: 'done'; readonly status: number; readonly response: unknown };

/** After that long without an answer the process that began is taken for dead. */
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
    // Forgotten between the two statements: the other one failed, and the caller comes again.
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

  /** It failed in a way that may pass: the next one begins anew. */
  async forget({ accountId, route, key }: IdempotencyScope): Promise<void> {
    await pool.query(`DELETE FROM idempotency_key WHERE ${one} AND status IS NULL`, [accountId, route, key]);
  },

  /** For retention; how many went. */
  async removeExpired(now: Date): Promise<number> {
    return (await pool.query('DELETE FROM idempotency_key WHERE expires_at <= $1', [now])).rowCount ?? 0;
  },
});
