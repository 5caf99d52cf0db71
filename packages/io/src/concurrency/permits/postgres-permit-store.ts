import type { Database } from '../../postgres/connection/database.ts';
import { PERMIT_LIFETIME_MS, type PermitGrant, type PermitStore, WANTED_MS } from './permit-store.ts';

type Row = {
  readonly held: number;
  readonly expires_in_ms: number;
  readonly is_wanted: boolean;
  readonly sharers: number;
  readonly tokens: number;
  readonly tokens_expire_in_ms: number;
};

const claimSql = {
  name: 'claim permits',
  text: 'SELECT * FROM waybill_claim_permits($1, $2::jsonb, $3, $4) ORDER BY place',
};

const grantOf = (row: Row): PermitGrant => ({
  held: row.held,
  expiresInMs: row.expires_in_ms,
  isWanted: row.is_wanted,
  sharers: row.sharers,
  tokens: row.tokens,
  tokensExpireInMs: row.tokens_expire_in_ms,
});

/** Exact under concurrency: the function `waybill_claim_permits` locks each key until its commit. */
export function postgresPermitStore({ pool }: Pick<Database, 'pool'>): PermitStore {
  // What dead processes left of keys that no process uses any more.
  const removeExpired = "DELETE FROM permit_holding WHERE expires_at < now() - interval '1 minute'";
  let isFirst = true;
  return {
    async claim(holder, claims) {
      if (isFirst) await pool.query(removeExpired);
      isFirst = false;
      const rows = claims.map(({ key, limit, hold, isWaiting, perSecond, tokens }) => ({
        key,
        most: limit,
        hold,
        is_waiting: isWaiting,
        per_second: perSecond,
        wanted_tokens: tokens,
      }));
      const values = [holder, JSON.stringify(rows), PERMIT_LIFETIME_MS, WANTED_MS];
      return (await pool.query<Row>({ ...claimSql, values })).rows.map(grantOf);
    },
    async close() {
      // The pool belongs to the process.
    },
  };
}
