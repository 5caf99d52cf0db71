import type { IpNetworkRecord, NewIpNetwork } from '@waybill/relay/management/records';
import type { Database } from '../connection/database.ts';
import { orTaken } from '../connection/taken.ts';
import { type AccountId, asAccount, ownedBy, type Page, readAs } from '../connection/tenant.ts';
import type { IpNetwork as Row } from '../generated/client.ts';

/** PostgreSQL omits the length of a single address. */
const cidrOf = (network: string): string => {
  if (network.includes('/')) return network;
  return network.includes(':') ? `${network}/128` : `${network}/32`;
};

const recordOf = ({ network, accountId, ...row }: Row): IpNetworkRecord => ({
  ...row,
  accountId: accountId ?? undefined,
  cidr: cidrOf(network),
});

export const ipNetworks = (database: Database) => ({
  /**
   * `Taken`: another account has the network and not both share it, it is a trusted relay, or it overlaps with either. A trigger
   * checks this under a lock, so that one of two concurrent registrations is refused.
   */
  create: ({ cidr, mayOverlap = false, ...network }: NewIpNetwork): Promise<IpNetworkRecord> =>
    orTaken(
      asAccount(database, network.accountId, async (tx) => {
        if (mayOverlap) await tx.$queryRawUnsafe("SELECT set_config('waybill.may_overlap', 'on', true)");
        return recordOf(await tx.ipNetwork.create({ data: { ...network, network: cidr } }));
      }),
    ),

  /** Newest first. */
  async list(accountId: AccountId, { limit, after }: Page): Promise<readonly IpNetworkRecord[]> {
    const text = `
      SELECT id, account_id, network, shared, label, created_at FROM ip_network
      WHERE ${ownedBy(accountId)} AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;
    return (await readAs<Row>(database, accountId, { text, values: [accountId, after, limit] })).map(
      recordOf,
    );
  },

  /** Returns the removed row; `undefined`: there was none. */
  remove: (accountId: AccountId, id: string): Promise<IpNetworkRecord | undefined> =>
    asAccount(database, accountId, async (tx) => {
      const where = { accountId: accountId ?? null, id };
      const row = await tx.ipNetwork.findFirst({ where });
      return row !== null && (await tx.ipNetwork.deleteMany({ where })).count > 0 ? recordOf(row) : undefined;
    }),
});
