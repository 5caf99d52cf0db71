import type { ApiKeyKind } from '../../secrets/generated-secret.ts';
import type { Database } from '../connection/database.ts';
import { type AccountId, asAccount, below, bytes, newestFirst, type Page } from '../connection/tenant.ts';
import type { ApiKey as Row } from '../generated/client.ts';
import { revokeOperatorKey } from './operator-keys.ts';
import { type Revocation, revocationColumns } from './revocation.ts';

export type ApiKeyRecord = {
  readonly id: string;
  /** `undefined`: the operator's. */
  readonly accountId: string | undefined;
  readonly kind: ApiKeyKind;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
  readonly lastUsedIp: string | undefined;
};

export type NewApiKey = {
  readonly id: string;
  readonly accountId?: string;
  readonly kind: ApiKeyKind;
  readonly name: string;
  readonly secretHash: Buffer;
  readonly scopes: readonly string[];
  readonly expiresAt?: Date;
  readonly createdAt: Date;
};

const recordOf = (row: Row): ApiKeyRecord => ({
  id: row.id,
  accountId: row.accountId ?? undefined,
  kind: row.kind as ApiKeyKind,
  name: row.name,
  scopes: row.scopes,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt ?? undefined,
  lastUsedAt: row.lastUsedAt ?? undefined,
  lastUsedIp: row.lastUsedIp ?? undefined,
});

export const apiKeys = (database: Database) => ({
  create: (key: NewApiKey): Promise<ApiKeyRecord> =>
    asAccount(database, key.accountId, async (tx) =>
      recordOf(
        await tx.apiKey.create({
          data: { ...key, secretHash: bytes(key.secretHash), scopes: [...key.scopes] },
        }),
      ),
    ),

  /** Those that are not revoked. `undefined`: the operator's. */
  list: (accountId: AccountId, page: Page): Promise<readonly ApiKeyRecord[]> =>
    asAccount(database, accountId, async (tx) =>
      (
        await tx.apiKey.findMany({
          where: { accountId: accountId ?? null, revokedAt: null, ...below(page) },
          ...newestFirst(page),
        })
      ).map(recordOf),
    ),

  one: (accountId: AccountId, id: string): Promise<ApiKeyRecord | undefined> =>
    asAccount(database, accountId, async (tx) => {
      const row = await tx.apiKey.findFirst({ where: { accountId: accountId ?? null, id, revokedAt: null } });
      return row ? recordOf(row) : undefined;
    }),

  revoke: (accountId: AccountId, id: string, revocation: Revocation): Promise<boolean> =>
    asAccount(database, accountId, async (tx) => {
      const where = { accountId: accountId ?? null, id, revokedAt: null };
      return (await tx.apiKey.updateMany({ where, data: revocationColumns(revocation) })).count > 0;
    }),

  /** A key of the operator; the last one that works stays. */
  revokeOperators: (id: string, at: Date) => revokeOperatorKey(database, id, at),

  /** For authentication: live keys of live accounts only. The caller compares the hash in constant time. */
  async byId(id: string, now: Date): Promise<(ApiKeyRecord & { readonly secretHash: Buffer }) | undefined> {
    const row = await (await database.prisma()).apiKey.findFirst({
      where: {
        id,
        revokedAt: null,
        AND: [
          { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
          { OR: [{ accountId: null }, { account: { deletedAt: null } }] },
        ],
      },
    });
    return row ? { ...recordOf(row), secretHash: Buffer.from(row.secretHash) } : undefined;
  },
});
