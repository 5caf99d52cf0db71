import type { LoginOriginKind } from '@waybill/relay/people/records';
import type { PeopleStores } from '@waybill/relay/people/stores';
import type { Database } from '../connection/database.ts';

/** What was not seen for half a year is new again. */
const KNOWN = "interval '180 days'";

const forgetSql = `DELETE FROM login_origin WHERE user_id = $1 AND last_seen_at < $2::timestamptz - ${KNOWN}`;

/** `xmax` is 0 in a row that was inserted. A kind of which nothing was known is not new: there is nothing to compare with. */
const noteSql = `
  WITH noted AS (
    INSERT INTO login_origin (user_id, kind, value, last_seen_at)
    VALUES ($1, 'network', waybill_network_of($3::inet)::text, $2), ($1, 'agent', $4, $2)
    ON CONFLICT (user_id, kind, value) DO UPDATE SET last_seen_at = greatest(login_origin.last_seen_at, excluded.last_seen_at)
    RETURNING kind, xmax = 0 AS is_new
  )
  SELECT kind FROM noted n
  WHERE is_new AND EXISTS (SELECT FROM login_origin known WHERE known.user_id = $1 AND known.kind = n.kind)
  ORDER BY kind DESC`;

export const loginOrigins = ({ pool }: Pick<Database, 'pool'>): PeopleStores['loginOrigins'] => ({
  async note(userId, { ip, agentFamily, at }) {
    await pool.query(forgetSql, [userId, at]);
    const { rows } = await pool.query<{ kind: LoginOriginKind }>(noteSql, [userId, at, ip, agentFamily]);
    return rows.map(({ kind }) => kind);
  },
});
