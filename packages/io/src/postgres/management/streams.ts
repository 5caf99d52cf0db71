import type { Stream } from '@waybill/relay/account';
import type { OwnLimits } from '@waybill/relay/limits/sending-limits';
import type { NewStream, StreamRecord, StreamSettings } from '@waybill/relay/management/records';
import type { Database } from '../connection/database.ts';
import { orTaken } from '../connection/taken.ts';
import { asAccount } from '../connection/tenant.ts';
import type { Stream as Row } from '../generated/client.ts';

const recordOf = (row: Row): StreamRecord => ({
  ...row,
  trackClicks: row.trackClicks as Stream['trackClicks'],
  unknownPolicy: row.unknownPolicy as Stream['unknownPolicy'],
  limits: row.limits as OwnLimits,
});

export const streams = (database: Database) => ({
  create: (accountId: string, stream: NewStream): Promise<StreamRecord> =>
    orTaken(
      asAccount(database, accountId, async (tx) =>
        recordOf(await tx.stream.create({ data: { ...stream, accountId } })),
      ),
    ),

  /** All streams of the account, without pages, as an account has few. The default one is first. */
  list: (accountId: string): Promise<readonly StreamRecord[]> =>
    asAccount(database, accountId, async (tx) =>
      (
        await tx.stream.findMany({ where: { accountId }, orderBy: [{ isDefault: 'desc' }, { id: 'asc' }] })
      ).map(recordOf),
    ),

  one: (accountId: string, id: string): Promise<StreamRecord | undefined> =>
    asAccount(database, accountId, async (tx) => {
      const row = await tx.stream.findFirst({ where: { accountId, id } });
      return row ? recordOf(row) : undefined;
    }),

  change: (accountId: string, id: string, settings: StreamSettings): Promise<StreamRecord | undefined> =>
    orTaken(
      asAccount(database, accountId, async (tx) => {
        await tx.stream.updateMany({ where: { accountId, id }, data: settings });
        const row = await tx.stream.findFirst({ where: { accountId, id } });
        return row ? recordOf(row) : undefined;
      }),
    ),
});
