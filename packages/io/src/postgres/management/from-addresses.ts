import type { FromAddressRecord } from '@waybill/relay/management/records';
import type { Database } from '../connection/database.ts';
import { orTaken } from '../connection/taken.ts';
import { asAccount, below, newestFirst, type Page } from '../connection/tenant.ts';
import type { FromAddress as Row } from '../generated/client.ts';

// The CHECK constraint of the table ensures the closed set.
const recordOf = ({ id, address, status, createdAt }: Row): FromAddressRecord => ({
  id,
  address,
  status: status as FromAddressRecord['status'],
  createdAt,
});

export const fromAddresses = (database: Database) => ({
  /** `address` is in normal form. Its first status is `unconfirmed`. */
  create: (accountId: string, row: Omit<FromAddressRecord, 'status'>): Promise<FromAddressRecord> =>
    orTaken(
      asAccount(database, accountId, async (tx) =>
        recordOf(await tx.fromAddress.create({ data: { ...row, accountId } })),
      ),
    ),

  list: (accountId: string, page: Page): Promise<readonly FromAddressRecord[]> =>
    asAccount(database, accountId, async (tx) =>
      (await tx.fromAddress.findMany({ where: { accountId, ...below(page) }, ...newestFirst(page) })).map(
        recordOf,
      ),
    ),

  one: (accountId: string, id: string): Promise<FromAddressRecord | undefined> =>
    asAccount(database, accountId, async (tx) => {
      const row = await tx.fromAddress.findFirst({ where: { accountId, id } });
      return row ? recordOf(row) : undefined;
    }),

  /** The operator vouches for the address. */
  vouch: (accountId: string, id: string, at: Date): Promise<FromAddressRecord | undefined> =>
    asAccount(database, accountId, async (tx) => {
      const data = { status: 'vouched', statusChangedAt: at };
      await tx.fromAddress.updateMany({ where: { accountId, id, NOT: { status: 'vouched' } }, data });
      const row = await tx.fromAddress.findFirst({ where: { accountId, id } });
      return row ? recordOf(row) : undefined;
    }),

  remove: (accountId: string, id: string): Promise<boolean> =>
    asAccount(
      database,
      accountId,
      async (tx) => (await tx.fromAddress.deleteMany({ where: { accountId, id } })).count > 0,
    ),
});
