import type { KeySwitch } from '@waybill/relay/domains/verify-domain';
import type { SecretBox } from '../../secrets/secret-box.ts';
import type { Database } from '../connection/database.ts';
import { orTaken } from '../connection/taken.ts';
import { type AccountId, asAccount, below, bytes, newestFirst, type Page } from '../connection/tenant.ts';
import { sealText, secretContexts } from '../directory/secret-context.ts';
import type { DkimKey as KeyRow, Prisma, SenderDomain as Row } from '../generated/client.ts';

export type KeyState = 'published' | 'active' | 'retired';

export type DkimKeyRecord = {
  readonly id: string;
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  /** base64 as in `p=`. The private half is only ever opened by the directory. */
  readonly publicKey: string;
  readonly state: KeyState;
  readonly createdAt: Date;
  readonly retiredAt: Date | undefined;
};

export type SenderDomainRecord = {
  readonly id: string;
  /** `undefined`: the installation's own. */
  readonly accountId: string | undefined;
  readonly domain: string;
  readonly status: 'pending' | 'verified' | 'degraded';
  /** Of `bounce.<domain>`. */
  readonly returnPathStatus: 'pending' | 'verified' | 'degraded';
  /** As `saveChecks` was given them. */
  readonly checks: readonly unknown[];
  readonly createdAt: Date;
  readonly checkedAt: Date | undefined;
  readonly verifiedAt: Date | undefined;
  readonly keys: readonly DkimKeyRecord[];
};

export type NewDkimKey = Omit<DkimKeyRecord, 'retiredAt'> & { readonly privateKeyPem: string };

export type NewSenderDomain = {
  readonly id: string;
  readonly accountId?: string;
  /** A-labels, lower case. */
  readonly domain: string;
  readonly createdAt: Date;
  readonly keys: readonly NewDkimKey[];
};

type WithKeys = Row & { readonly keys: readonly KeyRow[] };

const keyOf = (row: KeyRow): DkimKeyRecord => ({
  id: row.id,
  selector: row.selector,
  algorithm: row.algorithm as DkimKeyRecord['algorithm'],
  publicKey: row.publicKey,
  state: row.state as KeyState,
  createdAt: row.createdAt,
  retiredAt: row.retiredAt ?? undefined,
});

const recordOf = (row: WithKeys): SenderDomainRecord => ({
  id: row.id,
  accountId: row.accountId ?? undefined,
  domain: row.domain,
  status: row.status as SenderDomainRecord['status'],
  returnPathStatus: row.returnPathStatus as SenderDomainRecord['returnPathStatus'],
  checks: Array.isArray(row.checks) ? row.checks : [],
  createdAt: row.createdAt,
  checkedAt: row.checkedAt ?? undefined,
  verifiedAt: row.verifiedAt ?? undefined,
  keys: row.keys.map(keyOf),
});

const keys = { keys: { orderBy: { id: 'asc' as const } } };

/** JSON as it will lie there: dates as text, absent values absent. */
const jsonOf = (value: unknown): Prisma.InputJsonValue =>
  JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;

const findOne = async (tx: Prisma.TransactionClient, accountId: AccountId, id: string) => {
  const row = await tx.senderDomain.findFirst({ where: { accountId: accountId ?? null, id }, include: keys });
  return row ? recordOf(row) : undefined;
};

/** The key with its private half sealed, as columns. */
type KeyColumns = (
  key: NewDkimKey,
) => Omit<DkimKeyRecord, 'retiredAt'> & { readonly privateKeyBox: Uint8Array<ArrayBuffer> };

const keyChanges = (database: Database, keyColumns: KeyColumns) => ({
  /**
   * The keys of a rotation. `undefined` when the domain is not this account's; `waiting` when keys of the rotation before
   * are still to be seen in DNS. The row of the domain is locked, so that two rotations at once are one.
   */
  addKeys: (
    accountId: AccountId,
    domainId: string,
    made: readonly NewDkimKey[],
  ): Promise<SenderDomainRecord | 'waiting' | undefined> =>
    orTaken(
      asAccount(database, accountId, async (tx) => {
        await tx.$queryRaw`SELECT id FROM sender_domain WHERE id = ${domainId}::uuid FOR UPDATE`;
        const row = await findOne(tx, accountId, domainId);
        if (row?.keys.some(({ state }) => state === 'published')) return 'waiting';
        if (row === undefined) return undefined;
        for (const key of made)
          await tx.dkimKey.create({ data: { ...keyColumns(key), senderDomainId: domainId } });
        return findOne(tx, accountId, domainId);
      }),
    ),

  /** How many keys changed. A key that was retired before keeps its date, from which its record's time in DNS counts. */
  switchKeys: (
    accountId: AccountId,
    domainId: string,
    { activate, retire, at }: KeySwitch,
  ): Promise<number> =>
    asAccount(database, accountId, async (tx) => {
      const domain = { id: domainId, accountId: accountId ?? null };
      const activated = await tx.dkimKey.updateMany({
        where: { id: { in: [...activate] }, state: 'published', domain },
        data: { state: 'active', retiredAt: null },
      });
      const retired = await tx.dkimKey.updateMany({
        where: { id: { in: [...retire] }, state: 'active', domain },
        data: { state: 'retired', retiredAt: at },
      });
      return activated.count + retired.count;
    }),
});

const recheckable = (database: Database) => ({
  /** Of every account and the installation, for re-checks. */
  all: async (page: Page): Promise<readonly SenderDomainRecord[]> =>
    (
      await (
        await database.prisma()
      ).senderDomain.findMany({
        where: below(page),
        ...newestFirst(page),
        include: keys,
      })
    ).map(recordOf),
});

export const senderDomains = (database: Database, box: SecretBox) => {
  const keyColumns: KeyColumns = ({ privateKeyPem, ...key }: NewDkimKey) => ({
    ...key,
    privateKeyBox: bytes(sealText(box, privateKeyPem, secretContexts.dkimPrivateKey(key.id))),
  });
  return {
    create: ({ keys: made, ...domain }: NewSenderDomain): Promise<SenderDomainRecord> =>
      orTaken(
        asAccount(database, domain.accountId, async (tx) =>
          recordOf(
            await tx.senderDomain.create({
              data: { ...domain, keys: { create: made.map(keyColumns) } },
              include: keys,
            }),
          ),
        ),
      ),

    list: (accountId: AccountId, page: Page): Promise<readonly SenderDomainRecord[]> =>
      asAccount(database, accountId, async (tx) =>
        (
          await tx.senderDomain.findMany({
            where: { accountId: accountId ?? null, ...below(page) },
            ...newestFirst(page),
            include: keys,
          })
        ).map(recordOf),
      ),

    one: (accountId: AccountId, id: string): Promise<SenderDomainRecord | undefined> =>
      asAccount(database, accountId, (tx) => findOne(tx, accountId, id)),

    /** `Taken` when another account has verified the domain meanwhile: there is one owner. */
    saveChecks: (
      accountId: AccountId,
      id: string,
      checked: {
        readonly checks: readonly unknown[];
        readonly status: SenderDomainRecord['status'];
        /** Absent: it stays as it is. */
        readonly returnPathStatus?: SenderDomainRecord['returnPathStatus'];
        readonly at: Date;
      },
    ): Promise<SenderDomainRecord | undefined> =>
      orTaken(
        asAccount(database, accountId, async (tx) => {
          const where = { accountId: accountId ?? null, id };
          const { checks, at: checkedAt, ...statuses } = checked;
          const data = { ...statuses, checks: jsonOf(checks), checkedAt };
          await tx.senderDomain.updateMany({ where, data });
          if (checked.status === 'verified')
            await tx.senderDomain.updateMany({
              where: { ...where, verifiedAt: null },
              data: { verifiedAt: checked.at },
            });
          return findOne(tx, accountId, id);
        }),
      ),

    ...keyChanges(database, keyColumns),

    remove: (accountId: AccountId, id: string): Promise<boolean> =>
      asAccount(
        database,
        accountId,
        async (tx) =>
          (await tx.senderDomain.deleteMany({ where: { accountId: accountId ?? null, id } })).count > 0,
      ),

    ...recheckable(database),
  };
};
