import type { EmailChange } from '@waybill/relay/people/records';
import type { PeopleStores } from '@waybill/relay/people/stores';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';
import { fromRow } from '../connection/rows.ts';
import { orTaken, Taken } from '../connection/taken.ts';

type Found = { readonly user_id: string };

const where = `
  WHERE l.token_hash = $1 AND l.purpose = $2 AND l.expires_at > $3
    AND EXISTS (SELECT FROM app_user u WHERE u.id = l.user_id AND u.disabled_at IS NULL)`;

/** Other links were mailed to the address before, or were asked for with it. */
const applySql = `
  WITH used AS (SELECT l.user_id, l.email FROM user_link l ${where}),
    ended AS (DELETE FROM user_link USING used WHERE user_link.user_id = used.user_id)
  UPDATE app_user SET email = used.email FROM used WHERE app_user.id = used.user_id`;

/** A link needs no login, so a token is found by its hash alone. */
export const userLinks = (database: Database): PeopleStores['userLinks'] => ({
  create: ({ tokenHash, userId, purpose, email, createdAt, expiresAt }) =>
    inTransaction(database, async (client) => {
      await client.query('DELETE FROM user_link WHERE expires_at < $3 OR (user_id = $1 AND purpose = $2)', [
        userId,
        purpose,
        createdAt,
      ]);
      await client.query(
        'INSERT INTO user_link (token_hash, user_id, purpose, created_at, expires_at, email) VALUES ($1, $2, $3, $4, $5, $6)',
        [tokenHash, userId, purpose, createdAt, expiresAt, email],
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
  async pendingEmail(tokenHash, now) {
    const text = `SELECT l.user_id, l.email FROM user_link l ${where}`;
    const { rows } = await database.pool.query(text, [tokenHash, 'email', now]);
    return rows[0] && fromRow<EmailChange>(rows[0]);
  },
  async applyEmail(tokenHash, now) {
    try {
      return (await orTaken(database.pool.query(applySql, [tokenHash, 'email', now]))).rowCount === 1;
    } catch (error) {
      if (error instanceof Taken) return false;
      throw error;
    }
  },
  async end(userId, purpose) {
    await database.pool.query('DELETE FROM user_link WHERE user_id = $1 AND purpose = $2', [userId, purpose]);
  },
});
