import type { Account } from '@waybill/relay/account';
import { PLATFORM_ACCOUNT_ID } from '@waybill/relay/domains/sender-standing';
import type { AccountEventType } from '@waybill/relay/events/event';
import type { AccountRecord, AccountSettings, NewAccount } from '@waybill/relay/management/records';
import type { SecretBox } from '../../secrets/secret-box.ts';
import type { Database } from '../connection/database.ts';
import { asAccount, bytes, type Page, withNulls } from '../connection/tenant.ts';
import { accountOf } from '../directory/directory-rows.ts';
import { sealText, secretContexts } from '../directory/secret-context.ts';
import { likeText } from '../reading/like-text.ts';
import { accountDeletion } from './account-deletion.ts';

function columnsOf(id: string, settings: AccountSettings, box: SecretBox) {
  const { smarthostUrl, ...plain } = settings;
  if (!('smarthostUrl' in settings)) return withNulls(plain);
  const sealed = smarthostUrl && bytes(sealText(box, smarthostUrl, secretContexts.smarthostUrl(id)));
  return { ...withNulls(plain), smarthostUrlBox: sealed ?? null };
}

/** Accounts of tenants. The account of the platform cannot be listed, read, changed or acted for. */
const tenants = { deletedAt: null, NOT: { id: PLATFORM_ACCOUNT_ID } } as const;
const isTenant = `deleted_at IS NULL AND id <> '${PLATFORM_ACCOUNT_ID}'`;

export type AccountsQuery = Page & {
  /** A part of the name, in any case and any normalization form of Unicode. */
  readonly q?: string;
  readonly status?: Account['status'];
  readonly id?: string;
};

const listSql = `
  SELECT * FROM account
  WHERE ${isTenant} AND ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR CASE WHEN deletes_at IS NULL THEN status ELSE 'deleting' END = $2)
    AND ($3::uuid IS NULL OR id = $3)
    AND ($4::text IS NULL OR waybill_search_key(name) LIKE waybill_search_key($4))
  ORDER BY id DESC LIMIT $5`;
const oneSql = `SELECT * FROM account WHERE id = $1 AND ${isTenant}`;
/** With the event, in one statement. An account that has the status already gets none, but the reason is written. */
const statusSql = `
  WITH moved AS (
    UPDATE account SET status = $2, suspended_reason = $3 WHERE id = $1 AND ${isTenant} AND status <> $2 RETURNING id
  ), appended AS (
    INSERT INTO event (id, account_id, type, occurred_at, detail)
    SELECT waybill_make_id(clock_timestamp()), id, $4, clock_timestamp(), jsonb_strip_nulls(jsonb_build_object('reason', $3::text))
    FROM moved
  ), explained AS (
    UPDATE account SET suspended_reason = $3 WHERE id = $1 AND ${isTenant} AND status = $2
  )
  SELECT id FROM account WHERE id = $1 AND ${isTenant}`;

async function setStatus(
  database: Database,
  id: string,
  { status, reason }: { readonly status: 'active' | 'suspended'; readonly reason: string | null },
): Promise<boolean> {
  const type: AccountEventType = status === 'active' ? 'account.resumed' : 'account.suspended';
  const { rowCount } = await database.pool.query(statusSql, [id, status, reason, type]);
  database.eventsWritten();
  return rowCount === 1;
}

const reading = (database: Database, box: SecretBox) => ({
  async list(query: AccountsQuery): Promise<readonly AccountRecord[]> {
    const { after, status, id, q, limit } = query;
    const values = [after, status, id, q === undefined ? undefined : `%${likeText(q)}%`, limit];
    return (await database.pool.query(listSql, values)).rows.map((row) => accountOf(row, box));
  },

  async one(id: string): Promise<AccountRecord | undefined> {
    return (await database.pool.query(oneSql, [id])).rows.map((row) => accountOf(row, box))[0];
  },
});

export const accounts = (database: Database, box: SecretBox) => ({
  ...reading(database, box),
  ...accountDeletion(database),

  /** Creates the account with its default stream. */
  async create({ id, streamId, createdAt, name, ...settings }: NewAccount): Promise<AccountRecord> {
    await asAccount(database, undefined, async (tx) => {
      await tx.account.create({
        data: { ...(columnsOf(id, settings, box) as object), id, name, createdAt },
      });
      await tx.stream.create({
        data: { id: streamId, accountId: id, name: 'transactional', isDefault: true, createdAt },
      });
    });
    return (await reading(database, box).one(id)) as AccountRecord;
  },

  async change(id: string, settings: AccountSettings): Promise<AccountRecord | undefined> {
    const data = columnsOf(id, settings, box) as object;
    await asAccount(database, id, (tx) => tx.account.updateMany({ where: { id, ...tenants }, data }));
    return reading(database, box).one(id);
  },

  suspend: (id: string, reason: string): Promise<boolean> =>
    setStatus(database, id, { status: 'suspended', reason }),

  resume: (id: string): Promise<boolean> => setStatus(database, id, { status: 'active', reason: null }),

  /** Deletes the account. Its mail stays until retention, its keys stop working at once, and its networks and domains are free again. */
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
