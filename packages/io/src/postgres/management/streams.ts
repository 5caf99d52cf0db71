import type { Stream } from '@waybill/relay/account';
import type { OwnLimits } from '@waybill/relay/limits/sending-limits';
import type {
  NewStream,
  StreamRecord,
  StreamRemoval,
  StreamSettings,
} from '@waybill/relay/management/records';
import type { Database } from '../connection/database.ts';
import { orTaken } from '../connection/taken.ts';
import { asAccount } from '../connection/tenant.ts';
import type { Prisma, Stream as Row } from '../generated/client.ts';

const recordOf = ({ archivedAt: _, ...row }: Row): StreamRecord => ({
  ...row,
  trackClicks: row.trackClicks as Stream['trackClicks'],
  unknownPolicy: row.unknownPolicy as Stream['unknownPolicy'],
  limits: row.limits as OwnLimits,
});

/** Streams that were not removed. */
const live = { archivedAt: null } as const;

type Tx = Prisma.TransactionClient;

/** Makes room for another default: an account has one (`stream_one_default`). */
const clearDefault = (tx: Tx, accountId: string, { isDefault }: StreamSettings): Promise<unknown> =>
  isDefault
    ? tx.stream.updateMany({ where: { accountId, isDefault }, data: { isDefault: false } })
    : Promise.resolve();

async function remove(
  tx: Tx,
  { accountId, id }: { readonly accountId: string; readonly id: string },
  { at, moveTo }: { readonly at: Date; readonly moveTo: string | undefined },
): Promise<StreamRemoval> {
  const gone = await tx.stream.updateMany({
    where: { accountId, id, isDefault: false, ...live },
    data: { archivedAt: at },
  });
  if (gone.count === 0)
    return (await tx.stream.count({ where: { accountId, id, ...live } })) > 0 ? 'default' : 'missing';
  const naming = { accountId, streamId: id, revokedAt: null };
  if (moveTo !== undefined) await tx.smtpCredential.updateMany({ where: naming, data: { streamId: moveTo } });
  const inUse = await tx.smtpCredential.count({ where: naming });
  if (inUse === 0) return 'removed';
  await tx.stream.updateMany({ where: { accountId, id }, data: { archivedAt: null } });
  return { inUse };
}

export const streams = (database: Database) => ({
  create: (accountId: string, stream: NewStream): Promise<StreamRecord> =>
    orTaken(
      asAccount(database, accountId, async (tx) => {
        await clearDefault(tx, accountId, stream);
        return recordOf(await tx.stream.create({ data: { ...stream, accountId } }));
      }),
    ),

  /** All streams of the account, without pages, as an account has few. The default one is first. */
  list: (accountId: string): Promise<readonly StreamRecord[]> =>
    asAccount(database, accountId, async (tx) =>
      (
        await tx.stream.findMany({
          where: { accountId, ...live },
          orderBy: [{ isDefault: 'desc' }, { id: 'asc' }],
        })
      ).map(recordOf),
    ),

  one: (accountId: string, id: string): Promise<StreamRecord | undefined> =>
    asAccount(database, accountId, async (tx) => {
      const row = await tx.stream.findFirst({ where: { accountId, id, ...live } });
      return row ? recordOf(row) : undefined;
    }),

  change: (accountId: string, id: string, settings: StreamSettings): Promise<StreamRecord | undefined> =>
    orTaken(
      asAccount(database, accountId, async (tx) => {
        const one = { where: { accountId, id, ...live } };
        if ((await tx.stream.count(one)) === 0) return undefined;
        await clearDefault(tx, accountId, settings);
        await tx.stream.updateMany({ ...one, data: settings });
        const row = await tx.stream.findFirst(one);
        return row ? recordOf(row) : undefined;
      }),
    ),

  remove: (
    accountId: string,
    id: string,
    how: { readonly at: Date; readonly moveTo: string | undefined },
  ): Promise<StreamRemoval> => asAccount(database, accountId, (tx) => remove(tx, { accountId, id }, how)),
});
