import type { PeopleStores } from '@waybill/relay/people/stores';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';

type Found = { readonly user_id: string };

const where = `
  WHERE l.token_hash = $1 AND l.purpose = $2 AND l.expires_at > $3
    AND EXISTS (SELECT FROM app_user u WHERE u.id = l.user_id AND u.disabled_at IS NULL)`;

/** A link needs no login, so a token is found by its hash alone. */
export const userLinks = (database: Database): PeopleStores['userLinks'] => ({
  create: ({ tokenHash, userId, purpose, createdAt, expiresAt }) =>
    inTransaction(database, async (client) => {
      await client.query('DELETE FROM user_link WHERE expires_at < $3 OR (user_id = $1 AND purpose = $2)', [
        userId,
        purpose,
        createdAt,
      ]);
      await client.query(
        'INSERT INTO user_link (token_hash, user_id, purpose, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)',
        [tokenHash, userId, purpose, createdAt, expiresAt],
      );
    }),
  async pending(tokenHash, purpose, now) {
    const text = `SELECT l.user_id FROM user_link l ${where}`;
    return (await database.pool.query<Found>(text, [tokenHash, purpose, now])).rows[0]?.user_id;
  },
  async use(tokenHash, purpose, now) {
    const text = `DELETE FROM user_link l ${where} RETURNING l.user_id`;
    return (await database.pool.query<Found>(text, [tokenHash, purpose, now])).rows[0]?.user_id;
  },
});
