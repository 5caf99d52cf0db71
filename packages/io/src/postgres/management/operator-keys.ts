/** Revokes keys of the operator. They belong to no account, and one valid key must remain. */
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';

export type RevokedOperatorKey = 'revoked' | 'missing' | 'last';

type OperatorKey = { readonly id: string; readonly works: boolean };

const lockSql = `
  SELECT id, expires_at IS NULL OR expires_at > $1 AS works FROM api_key
  WHERE account_id IS NULL AND kind = 'admin' AND revoked_at IS NULL ORDER BY id FOR UPDATE`;

/** Locks every valid key, so that two concurrent revocations run one after the other. */
export const revokeOperatorKey = (database: Database, id: string, at: Date): Promise<RevokedOperatorKey> =>
  inTransaction(database, async (client) => {
    const { rows: keys } = await client.query<OperatorKey>(lockSql, [at]);
    const key = keys.find((one) => one.id === id);
    if (key === undefined) return 'missing';
    // An expired key may always be revoked.
    if (key.works && !keys.some((one) => one.id !== id && one.works)) return 'last';
    await client.query('UPDATE api_key SET revoked_at = $2 WHERE id = $1', [id, at]);
    return 'revoked';
  });
