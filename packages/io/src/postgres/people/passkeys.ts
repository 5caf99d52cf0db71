import type { PasskeyRecord, PasskeyStore } from '@waybill/relay/people/passkeys';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';
import { orTaken } from '../connection/taken.ts';

type Row = Omit<PasskeyRecord, 'counter'> & { readonly counter: string };

const recordOf = (row: object): PasskeyRecord => {
  const { counter, ...rest } = fromRow<Row>(row);
  return { ...rest, counter: Number(counter) };
};

/** WebAuthn §7.2 step 22: a counter that is not 0 must grow. */
const useSql = `
  UPDATE passkey SET counter = $2, last_used_at = $3
  WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0))`;

export const passkeys = ({ pool }: Pick<Database, 'pool'>): PasskeyStore => ({
  async list(userId) {
    return (await pool.query('SELECT * FROM passkey WHERE user_id = $1 ORDER BY id', [userId])).rows.map(
      recordOf,
    );
  },
  async byCredential(credentialId) {
    const { rows } = await pool.query('SELECT * FROM passkey WHERE credential_id = $1', [credentialId]);
    return rows[0] && recordOf(rows[0]);
  },
  async create({ id, userId, credentialId, publicKey, counter, transports, name, createdAt }) {
    const text = `
      INSERT INTO passkey (id, user_id, credential_id, public_key, counter, transports, name, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
    const values = [id, userId, credentialId, publicKey, counter, transports, name, createdAt];
    await orTaken(pool.query(text, values));
  },
  noteUse: async (id, counter, at) => (await pool.query(useSql, [id, counter, at])).rowCount === 1,
  async remove(userId, id) {
    const text = 'DELETE FROM passkey WHERE user_id = $1 AND id = $2';
    return (await pool.query(text, [userId, id])).rowCount === 1;
  },
  async saveChallenge(challenge, userId, expiresAt) {
    await pool.query('DELETE FROM passkey_challenge WHERE expires_at < now()');
    const text = 'INSERT INTO passkey_challenge (challenge, user_id, expires_at) VALUES ($1, $2, $3)';
    await pool.query(text, [challenge, userId, expiresAt]);
  },
  async useChallenge(challenge, userId, now) {
    const text = `
      DELETE FROM passkey_challenge WHERE challenge = $1 AND user_id IS NOT DISTINCT FROM $2::uuid AND expires_at > $3`;
    return (await pool.query(text, [challenge, userId, now])).rowCount === 1;
  },
});
