import type { Acting, LoginSessionRecord, OpenSession } from '@waybill/relay/people/records';
import { SESSION_IDLE_MS } from '@waybill/relay/people/start-session';
import type { PeopleStores } from '@waybill/relay/people/stores';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';

/** Saved at most this often, so that reading the dashboard writes little. */
const SEEN_MS = 60_000;

const columns = 'id, user_id, created_at, last_seen_at, expires_at, host(ip) AS ip, agent';

const createSql = `
  INSERT INTO login_session (id, user_id, token_hash, created_at, last_seen_at, expires_at, ip, agent)
  VALUES ($1, $2, $3, $4, $4, $5, $6, $7) RETURNING ${columns}`;

/** `$2`: now; `$3`: the earliest last use that still counts. */
const isLive = 'expires_at > $2 AND last_seen_at > $3';

const findSql = `
  SELECT s.id, s.user_id, s.created_at, s.last_seen_at, s.expires_at, host(s.ip) AS ip, s.agent,
    s.acting_account_id, s.acting_reason, s.acting_until, u.email, u.is_operator,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('accountId', m.account_id, 'role', m.role, 'isDeleting', a.deletes_at IS NOT NULL)), '[]')
      FROM membership m JOIN account a ON a.id = m.account_id AND a.deleted_at IS NULL WHERE m.user_id = u.id) AS accounts
  FROM login_session s JOIN app_user u ON u.id = s.user_id
  WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.last_seen_at > $3 AND u.disabled_at IS NULL`;

type FoundRow = LoginSessionRecord & {
  readonly email: string;
  readonly isOperator: boolean;
  readonly accounts: OpenSession['accounts'];
  readonly actingAccountId: string | undefined;
  readonly actingReason: string | undefined;
  readonly actingUntil: Date | undefined;
};

function actingOf({ actingAccountId, actingReason, actingUntil }: FoundRow, now: Date): Acting | undefined {
  if (actingAccountId === undefined || actingReason === undefined || actingUntil === undefined)
    return undefined;
  return actingUntil > now
    ? { accountId: actingAccountId, reason: actingReason, until: actingUntil }
    : undefined;
}

function openSessionOf(row: FoundRow, now: Date): OpenSession {
  const { id, userId, createdAt, lastSeenAt, expiresAt, ip, agent, email, isOperator, accounts } = row;
  return {
    session: { id, userId, createdAt, lastSeenAt, expiresAt, ip, agent },
    user: { id: userId, email, isOperator },
    accounts,
    acting: actingOf(row, now),
  };
}

const earliest = (now: Date): Date => new Date(now.getTime() - SESSION_IDLE_MS);

async function find(database: Database, tokenHash: Buffer, now: Date): Promise<OpenSession | undefined> {
  const { rows } = await database.pool.query(findSql, [tokenHash, now, earliest(now)]);
  if (rows[0] === undefined) return undefined;
  const row = fromRow<FoundRow>(rows[0]);
  if (now.getTime() - row.lastSeenAt.getTime() > SEEN_MS)
    await database.pool.query('UPDATE login_session SET last_seen_at = $2 WHERE id = $1', [row.id, now]);
  return openSessionOf(row, now);
}

export const loginSessions = (database: Database): PeopleStores['loginSessions'] => ({
  async create({ id, userId, tokenHash, createdAt, expiresAt, ip, agent }) {
    await database.pool.query(`DELETE FROM login_session WHERE user_id = $1 AND NOT (${isLive})`, [
      userId,
      createdAt,
      earliest(createdAt),
    ]);
    const values = [id, userId, tokenHash, createdAt, expiresAt, ip, agent];
    return fromRow<LoginSessionRecord>((await database.pool.query(createSql, values)).rows[0]);
  },
  find: (tokenHash, now) => find(database, tokenHash, now),
  async list(userId, now) {
    const text = `SELECT ${columns} FROM login_session WHERE user_id = $1 AND ${isLive} ORDER BY id DESC`;
    return (await database.pool.query(text, [userId, now, earliest(now)])).rows.map(
      fromRow<LoginSessionRecord>,
    );
  },
  async end(userId, id) {
    const text = 'DELETE FROM login_session WHERE user_id = $1 AND id = $2';
    return (await database.pool.query(text, [userId, id])).rowCount === 1;
  },
  async endAll(userId, except) {
    const text = 'DELETE FROM login_session WHERE user_id = $1 AND ($2::uuid IS NULL OR id <> $2)';
    return (await database.pool.query(text, [userId, except])).rowCount ?? 0;
  },
  async renew(id, tokenHash) {
    await database.pool.query('UPDATE login_session SET token_hash = $2 WHERE id = $1', [id, tokenHash]);
  },
  async act(id, acting) {
    await database.pool.query(
      'UPDATE login_session SET acting_account_id = $2, acting_reason = $3, acting_until = $4 WHERE id = $1',
      [id, acting?.accountId, acting?.reason, acting?.until],
    );
  },
});
