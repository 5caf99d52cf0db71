/** Revoking keys of the operator: they belong to no account, and one that works must be left. */
import type { Database } from '../connection/database.ts';
import { asAccount } from '../connection/tenant.ts';

export type RevokedOperatorKey = 'revoked' | 'missing' | 'last';

type Held = { readonly id: string; readonly works: boolean };

/** Locks every key that could be the last one, so that two revocations at the same time come one after the other. */
export const revokeOperatorKey = (database: Database, id: string, at: Date): Promise<RevokedOperatorKey> =>
  asAccount(database, undefined, async (tx) => {
    const keys = await tx.$queryRaw<Held[]>`
      SELECT id::text, expires_at IS NULL OR expires_at > ${at} AS works FROM api_key
      WHERE account_id IS NULL AND kind = 'admin' AND revoked_at IS NULL ORDER BY id FOR UPDATE`;
    const key = keys.find((one) => one.id === id);
    if (key === undefined) return 'missing';
    // A key that has expired opens nothing; revoking it takes nothing away.
    if (key.works && !keys.some((one) => one.id !== id && one.works)) return 'last';
    await tx.apiKey.update({ where: { id }, data: { revokedAt: at } });
    return 'revoked';
  });
