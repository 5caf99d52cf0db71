import type { Account } from '@waybill/relay/account';
import { PLATFORM_ACCOUNT_ID } from '@waybill/relay/domains/sender-standing';
import type { SecretBox } from '../../secrets/secret-box.ts';
import type { Database } from '../connection/database.ts';
import { asAccount, bytes, type Page, withNulls } from '../connection/tenant.ts';
import { openText, sealText, secretContexts } from '../directory/secret-context.ts';
import type { Account as Row } from '../generated/client.ts';
import { likeText } from '../reading/message-filter.ts';

export type AccountRecord = Account & {
  readonly suspendedReason: string | undefined;
  readonly createdAt: Date;
};

/** An absent setting stays as it is; one that is there with `undefined` is cleared. */
export type AccountSettings = {
  readonly name?: string;
  readonly senderPolicy?: Account['senderPolicy'];
  readonly suppressedRecipients?: Account['suppressedRecipients'];
  readonly bareLineEndings?: Account['bareLineEndings'];
  readonly trackOpens?: boolean;
  readonly trackClicks?: Account['trackClicks'];
  readonly hideClientIp?: boolean;
  readonly deliveryMode?: Account['deliveryMode'];
  readonly smarthostUrl?: string | undefined;
  readonly maxMessageBytes?: number | undefined;
  readonly maxRecipients?: number | undefined;
  readonly limitPerSecond?: number | undefined;
  readonly limitPerHour?: number | undefined;
  readonly limitPerDay?: number | undefined;
  readonly limitPerMonth?: number | undefined;
};

export type NewAccount = AccountSettings & {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** The account's first stream, `transactional`. */
  readonly streamId: string;
};

const limitsOf = (row: Row): Account['limits'] => ({
  ...(row.limitPerSecond === null ? {} : { perSecond: row.limitPerSecond }),
  ...(row.limitPerHour === null ? {} : { perHour: row.limitPerHour }),
  ...(row.limitPerDay === null ? {} : { perDay: row.limitPerDay }),
  ...(row.limitPerMonth === null ? {} : { perMonth: row.limitPerMonth }),
});

// The CHECK constraints of the first migration vouch for the closed sets.
const recordOf = (row: Row, box: SecretBox): AccountRecord => ({
  id: row.id,
  name: row.name,
  status: row.status as Account['status'],
  suspendedReason: row.suspendedReason ?? undefined,
  senderPolicy: row.senderPolicy as Account['senderPolicy'],
  suppressedRecipients: row.suppressedRecipients as Account['suppressedRecipients'],
  bareLineEndings: row.bareLineEndings as Account['bareLineEndings'],
  trackOpens: row.trackOpens,
  trackClicks: row.trackClicks as Account['trackClicks'],
  hideClientIp: row.hideClientIp,
  deliveryMode: (row.deliveryMode as Account['deliveryMode'] | null) ?? undefined,
  smarthostUrl: openText(box, row.smarthostUrlBox, secretContexts.smarthostUrl(row.id)),
  maxMessageBytes: row.maxMessageBytes ?? undefined,
  maxRecipients: row.maxRecipients ?? undefined,
  limits: limitsOf(row),
  createdAt: row.createdAt,
});

function columnsOf(id: string, settings: AccountSettings, box: SecretBox) {
  const { smarthostUrl, ...plain } = settings;
  const {
    name,
    senderPolicy,
    suppressedRecipients,
    bareLineEndings,
    trackOpens,
    trackClicks,
    hideClientIp,
    ...clearable
  } = plain;
  const fixed = {
    name,
    senderPolicy,
    suppressedRecipients,
    bareLineEndings,
    trackOpens,
    trackClicks,
    hideClientIp,
  };
  const sealed =
    smarthostUrl === undefined ? null : bytes(sealText(box, smarthostUrl, secretContexts.smarthostUrl(id)));
  return {
    ...(Object.fromEntries(Object.entries(fixed).filter(([, value]) => value !== undefined)) as typeof fixed),
    ...withNulls(clearable),
    ...('smarthostUrl' in settings ? { smarthostUrlBox: sealed } : {}),
  };
}

/** The platform's own account is none of these: it cannot be listed, read, changed or acted for. */
const tenants = { deletedAt: null, NOT: { id: PLATFORM_ACCOUNT_ID } } as const;

export type AccountsQuery = Page & {
  /** A part of the name, in any case and any normal form of Unicode. */
  readonly q?: string;
  readonly status?: Account['status'];
  readonly id?: string;
};

const listSql = `
  SELECT id FROM account
  WHERE deleted_at IS NULL AND id <> '${PLATFORM_ACCOUNT_ID}' AND ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR status = $2)
    AND ($3::uuid IS NULL OR id = $3)
    AND ($4::text IS NULL OR waybill_search_key(name) LIKE waybill_search_key($4))
  ORDER BY id DESC LIMIT $5`;

export const accounts = (database: Database, box: SecretBox) => ({
  /** With its default stream. */
  create: ({ id, streamId, createdAt, name, ...settings }: NewAccount): Promise<AccountRecord> =>
    asAccount(database, undefined, async (tx) => {
      const row = await tx.account.create({
        data: { ...(columnsOf(id, settings, box) as object), id, name, createdAt },
      });
      await tx.stream.create({
        data: { id: streamId, accountId: id, name: 'transactional', isDefault: true, createdAt },
      });
      return recordOf(row, box);
    }),

  async list(query: AccountsQuery): Promise<readonly AccountRecord[]> {
    const { after, status, id, q, limit } = query;
    const values = [after, status, id, q === undefined ? undefined : `%${likeText(q)}%`, limit];
    const { rows } = await database.pool.query<{ readonly id: string }>(listSql, values);
    const found = await (await database.prisma()).account.findMany({
      where: { id: { in: rows.map((row) => row.id) } },
      orderBy: { id: 'desc' },
    });
    return found.map((row) => recordOf(row, box));
  },

  async one(id: string): Promise<AccountRecord | undefined> {
    const row = await (await database.prisma()).account.findFirst({ where: { id, ...tenants } });
    return row ? recordOf(row, box) : undefined;
  },

  change: (id: string, settings: AccountSettings): Promise<AccountRecord | undefined> =>
    asAccount(database, id, async (tx) => {
      const data = columnsOf(id, settings, box) as object;
      await tx.account.updateMany({ where: { id, ...tenants }, data });
      const row = await tx.account.findFirst({ where: { id, ...tenants } });
      return row ? recordOf(row, box) : undefined;
    }),

  async suspend(id: string, reason: string): Promise<boolean> {
    const data = { status: 'suspended', suspendedReason: reason };
    return (
      (await (await database.prisma()).account.updateMany({ where: { id, ...tenants }, data })).count > 0
    );
  },

  async resume(id: string): Promise<boolean> {
    const data = { status: 'active', suspendedReason: null };
    return (
      (await (await database.prisma()).account.updateMany({ where: { id, ...tenants }, data })).count > 0
    );
  },

  /** Its mail stays until retention; its keys and names stop working at once, and its networks and domains are free again. */
  remove: (id: string, at: Date): Promise<boolean> =>
    asAccount(database, undefined, async (tx) => {
      const { count } = await tx.account.updateMany({
        where: { id, ...tenants },
        data: { deletedAt: at },
      });
      if (count === 0) return false;
      await tx.apiKey.updateMany({ where: { accountId: id, revokedAt: null }, data: { revokedAt: at } });
      await tx.smtpCredential.updateMany({
        where: { accountId: id, revokedAt: null },
        data: { revokedAt: at },
      });
      await tx.ipNetwork.deleteMany({ where: { accountId: id } });
      await tx.fromAddress.deleteMany({ where: { accountId: id } });
      await tx.senderDomain.deleteMany({ where: { accountId: id } });
      return true;
    }),
});
