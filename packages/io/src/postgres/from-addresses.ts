import type { Database } from './database.ts';
import { orTaken } from './taken.ts';
import { asAccount, below, newestFirst, type Page } from './tenant.ts';

export type FromAddressRecord = { readonly id: string; readonly address: string; readonly createdAt: Date };

const fields = { id: true, address: true, createdAt: true } as const;

export const fromAddresses = (database: Database) => ({
  /** `address` in normal form. */
  create: (accountId: string, row: FromAddressRecord): Promise<FromAddressRecord> =>
    orTaken(
      asAccount(database, accountId, (tx) =>
        tx.fromAddress.create({ data: { ...row, accountId }, select: fields }),
      ),
    ),

  list: (accountId: string, page: Page): Promise<readonly FromAddressRecord[]> =>
    asAccount(database, accountId, (tx) =>
      tx.fromAddress.findMany({ where: { accountId, ...below(page) }, ...newestFirst(page), select: fields }),
    ),

  remove: (accountId: string, id: string): Promise<boolean> =>
    asAccount(
      database,
      accountId,
      async (tx) => (await tx.fromAddress.deleteMany({ where: { accountId, id } })).count > 0,
    ),
});
