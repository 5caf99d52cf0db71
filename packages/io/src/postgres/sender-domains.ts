import type { SecretBox } from '../secrets/secret-box.ts';
import type { Database } from './database.ts';
import type { DkimKey as KeyRow, Prisma, SenderDomain as Row } from './generated/client.ts';
import { sealText, secretContexts } from './secret-context.ts';
import { orTaken } from './taken.ts';
import { type AccountId, asAccount, below, newestFirst, octets, type Page } from './tenant.ts';

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
  /** `undefined` when the domain is not this account's. */
  addKey: (
    accountId: AccountId,
    domainId: string,
    key: NewDkimKey,
  ): Promise<SenderDomainRecord | undefined> =>
    orTaken(
      asAccount(database, accountId, async (tx) => {
        if (!(await findOne(tx, accountId, domainId))) return undefined;
        await tx.dkimKey.create({ data: { ...keyColumns(key), senderDomainId: domainId } });
        return findOne(tx, accountId, domainId);
      }),
    ),

  setKeyState: (
    accountId: AccountId,
    keyId: string,
    to: { readonly state: KeyState; readonly at: Date },
  ): Promise<boolean> =>
    asAccount(database, accountId, async (tx) => {
      const { count } = await tx.dkimKey.updateMany({
        where: { id: keyId, domain: { accountId: accountId ?? null } },
        data: { state: to.state, retiredAt: to.state === 'retired' ? to.at : null },
      });
      return count > 0;
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
    privateKeyBox: octets(sealText(box, privateKeyPem, secretContexts.dkimPrivateKey(key.id))),
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
        readonly at: Date;
      },
    ): Promise<SenderDomainRecord | undefined> =>
      orTaken(
        asAccount(database, accountId, async (tx) => {
          const where = { accountId: accountId ?? null, id };
          const data = { checks: jsonOf(checked.checks), status: checked.status, checkedAt: checked.at };
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
