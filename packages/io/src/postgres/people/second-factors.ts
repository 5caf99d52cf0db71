import type { PeopleStores } from '@waybill/relay/people/stores';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';

export function secondFactors(database: Database): PeopleStores['secondFactors'] {
  const hasChanged = async (text: string, values: unknown[]): Promise<boolean> =>
    (await database.pool.query(text, values)).rowCount === 1;
  return {
    begin: (userId, totpBox) =>
      hasChanged('UPDATE app_user SET totp_box = $2 WHERE id = $1 AND totp_enabled_at IS NULL', [
        userId,
        totpBox,
      ]),
    enable: (userId, at, step) =>
      hasChanged(
        'UPDATE app_user SET totp_enabled_at = $2, totp_last_step = $3 WHERE id = $1 AND totp_enabled_at IS NULL AND totp_box IS NOT NULL',
        [userId, at, step],
      ),
    disable: (userId) =>
      inTransaction(database, async (client) => {
        await client.query('DELETE FROM recovery_code WHERE user_id = $1', [userId]);
        const { rowCount } = await client.query(
          'UPDATE app_user SET totp_box = NULL, totp_enabled_at = NULL, totp_last_step = NULL WHERE id = $1 AND totp_enabled_at IS NOT NULL',
          [userId],
        );
        return rowCount === 1;
      }),
    // One of two concurrent uses of a code finds the step taken.
    useStep: (userId, step) =>
      hasChanged(
        'UPDATE app_user SET totp_last_step = $2 WHERE id = $1 AND totp_enabled_at IS NOT NULL AND (totp_last_step IS NULL OR totp_last_step < $2)',
        [userId, step],
      ),
    replaceCodes: (userId, hashes) =>
      inTransaction(database, async (client) => {
        await client.query('DELETE FROM recovery_code WHERE user_id = $1', [userId]);
        await client.query('INSERT INTO recovery_code (user_id, code_hash) SELECT $1, unnest($2::bytea[])', [
          userId,
          hashes,
        ]);
      }),
    useCode: (userId, hash) =>
      hasChanged('DELETE FROM recovery_code WHERE user_id = $1 AND code_hash = $2', [userId, hash]),
    async codesLeft(userId) {
      const { rows } = await database.pool.query<{ count: number }>(
        'SELECT count(*)::integer AS count FROM recovery_code WHERE user_id = $1',
        [userId],
      );
      return rows[0]?.count ?? 0;
    },
  };
}
