import type { InvitationRecord } from '@waybill/relay/people/records';
import type { PeopleStores } from '@waybill/relay/people/stores';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';
import { fromRow } from '../connection/rows.ts';
import { readAs, transactAs } from '../connection/tenant.ts';

const columns = 'id, account_id, email, role, invited_by, created_at, expires_at';
const insertSql = `
  INSERT INTO invitation (account_id, id, email, role, invited_by, token_hash, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

const listSql = `
  SELECT ${columns} FROM invitation
  WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`;

/** A member who was invited to a stronger role gets it; one with a stronger role keeps it. */
const joinSql = `
  INSERT INTO membership (account_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (account_id, user_id) DO UPDATE SET role = excluded.role
  WHERE array_position(ARRAY['viewer', 'developer', 'admin', 'owner'], membership.role)
      < array_position(ARRAY['viewer', 'developer', 'admin', 'owner'], excluded.role)`;

const ofAccount = (database: Database) =>
  ({
    create: ({ accountId, id, email, role, invitedBy, tokenHash, createdAt, expiresAt }) =>
      transactAs(database, accountId, async (client) => {
        await client.query(
          'UPDATE invitation SET ended_at = $3 WHERE account_id = $1 AND email = $2 AND ended_at IS NULL',
          [accountId, email, createdAt],
        );
        const values = [accountId, id, email, role, invitedBy, tokenHash, createdAt, expiresAt];
        await client.query(insertSql, values);
      }),
    async countSince(accountId, since) {
      const text =
        'SELECT count(*)::integer AS count FROM invitation WHERE account_id = $1 AND created_at > $2';
      const rows = await readAs<{ count: number }>(database, accountId, { text, values: [accountId, since] });
      return rows[0]?.count ?? 0;
    },
    list: (accountId, { now, after, limit }) =>
      readAs<InvitationRecord>(database, accountId, {
        text: listSql,
        values: [accountId, now, after, limit],
      }),
    async one(accountId, id, now) {
      const text = `SELECT ${columns} FROM invitation WHERE account_id = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $3`;
      return (await readAs<InvitationRecord>(database, accountId, { text, values: [accountId, id, now] }))[0];
    },
    async revoke(accountId, id, at) {
      const text =
        'UPDATE invitation SET ended_at = $3 WHERE account_id = $1 AND id = $2 AND ended_at IS NULL RETURNING id';
      return (await readAs(database, accountId, { text, values: [accountId, id, at] })).length === 1;
    },
  }) satisfies Partial<PeopleStores['invitations']>;

export const invitations = (database: Database): PeopleStores['invitations'] => ({
  ...ofAccount(database),

  /** The holder of the token needs no account, so the token alone finds the invitation. */
  async byToken(tokenHash, now) {
    const { rows } = await database.pool.query(
      `SELECT ${columns} FROM invitation i WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2
         AND EXISTS (SELECT FROM account a WHERE a.id = i.account_id AND a.deleted_at IS NULL)`,
      [tokenHash, now],
    );
    return rows[0] && fromRow<InvitationRecord>(rows[0]);
  },
  accept: ({ id, accountId, role }, userId, at) =>
    inTransaction(database, async (client) => {
      const { rowCount } = await client.query(
        'UPDATE invitation SET ended_at = $3 WHERE account_id = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $3',
        [accountId, id, at],
      );
      if (rowCount !== 1) return false;
      await client.query(joinSql, [accountId, userId, role, at]);
      return true;
    }),
});
