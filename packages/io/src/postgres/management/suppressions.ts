import type { Suppression } from '@waybill/relay/account';
import type { NewSuppression, SuppressionRecord } from '@waybill/relay/management/records';
import type { Database } from '../connection/database.ts';
import { asAccount, below, newestFirst, type Page } from '../connection/tenant.ts';
import type { Prisma, Suppression as Row } from '../generated/client.ts';

const recordOf = (row: Row): SuppressionRecord => ({
  id: row.id,
  address: row.address,
  reason: row.reason as Suppression['reason'],
  streamId: row.streamId ?? undefined,
  evidence: row.evidence as Record<string, unknown>,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt ?? undefined,
});

export const suppressions = (database: Database) => ({
  /** Returns the ids of new entries. An existing suppression stays unchanged; an expired one is replaced. */
  create: (accountId: string, entries: readonly NewSuppression[]): Promise<readonly string[]> =>
    asAccount(database, accountId, async (tx) => {
      const addresses = entries.map((entry) => entry.address);
      await tx.suppression.deleteMany({
        where: { accountId, address: { in: addresses }, expiresAt: { lte: new Date() } },
      });
      const data = entries.map(({ evidence = {}, ...entry }) => ({
        ...entry,
        accountId,
        evidence: evidence as Prisma.InputJsonObject,
      }));
      const made = await tx.suppression.createManyAndReturn({
        data,
        skipDuplicates: true,
        select: { id: true },
      });
      return made.map(({ id }) => id);
    }),

  list: (
    accountId: string,
    page: Page & Partial<Pick<Suppression, 'reason' | 'address' | 'streamId'>>,
  ): Promise<readonly SuppressionRecord[]> =>
    asAccount(database, accountId, async (tx) =>
      (
        await tx.suppression.findMany({
          where: {
            accountId,
            ...(page.reason === undefined ? {} : { reason: page.reason }),
            ...(page.address === undefined ? {} : { address: page.address }),
            ...(page.streamId === undefined ? {} : { streamId: page.streamId }),
            ...below(page),
          },
          ...newestFirst(page),
        })
      ).map(recordOf),
    ),

  /** All suppressions of one address: of the account and of its streams. */
  ofAddress: (accountId: string, address: string): Promise<readonly SuppressionRecord[]> =>
    asAccount(database, accountId, async (tx) =>
      (await tx.suppression.findMany({ where: { accountId, address }, orderBy: { id: 'desc' } })).map(
        recordOf,
      ),
    ),

  /** Returns the number of deleted rows. */
  remove: (accountId: string, address: string): Promise<number> =>
    asAccount(
      database,
      accountId,
      async (tx) => (await tx.suppression.deleteMany({ where: { accountId, address } })).count,
    ),
});
