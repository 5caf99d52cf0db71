import type { MemberRecord } from '@waybill/relay/people/records';
import type { MemberChange, PeopleStores } from '@waybill/relay/people/stores';
import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { readAs, transactAs } from '../connection/tenant.ts';

const memberSql = `
  SELECT u.id, u.email, u.name, m.role, u.totp_enabled_at, u.last_login_at, m.created_at
  FROM membership m JOIN app_user u ON u.id = m.user_id WHERE m.account_id = $1`;

type Row = { readonly user_id: string; readonly role: string };

/** Locks the owners, so that two owners who remove each other at once do not both succeed. */
const lockSql = `
  SELECT user_id, role FROM membership WHERE account_id = $1 AND (role = 'owner' OR user_id = $2) ORDER BY user_id FOR UPDATE`;

async function whenAnOwnerStays(
  client: pg.PoolClient,
  { accountId, userId }: { readonly accountId: string; readonly userId: string },
  change: () => Promise<unknown>,
): Promise<MemberChange> {
  const { rows } = await client.query<Row>(lockSql, [accountId, userId]);
  const row = rows.find((one) => one.user_id === userId);
  if (row === undefined) return 'missing';
  const others = rows.filter((one) => one.role === 'owner' && one.user_id !== userId);
  if (row.role === 'owner' && others.length === 0) return 'last_owner';
  await change();
  return 'changed';
}

export const members = (database: Database): PeopleStores['members'] => ({
  list: (accountId) =>
    readAs<MemberRecord>(database, accountId, {
      text: `${memberSql} ORDER BY m.created_at, u.id`,
      values: [accountId],
    }),
  async one(accountId, userId) {
    const query = { text: `${memberSql} AND m.user_id = $2`, values: [accountId, userId] };
    return (await readAs<MemberRecord>(database, accountId, query))[0];
  },
  async add(accountId, { userId, role, createdAt }) {
    const text = `
      INSERT INTO membership (account_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)
      ON CONFLICT (account_id, user_id) DO UPDATE SET role = excluded.role`;
    await readAs(database, accountId, { text, values: [accountId, userId, role, createdAt] });
  },
  change: (accountId, userId, role) =>
    transactAs(database, accountId, (client) => {
      const update = () =>
        client.query('UPDATE membership SET role = $3 WHERE account_id = $1 AND user_id = $2', [
          accountId,
          userId,
          role,
        ]);
      // To stay an owner needs no other owner.
      if (role !== 'owner') return whenAnOwnerStays(client, { accountId, userId }, update);
      return update().then(({ rowCount }) => (rowCount === 1 ? 'changed' : 'missing'));
    }),
  remove: (accountId, userId) =>
    transactAs(database, accountId, (client) =>
      whenAnOwnerStays(client, { accountId, userId }, () =>
        client.query('DELETE FROM membership WHERE account_id = $1 AND user_id = $2', [accountId, userId]),
      ),
    ),
});
