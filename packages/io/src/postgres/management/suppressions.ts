import type { Suppression } from '@waybill/relay/account';
import type { NewSuppression, SuppressionRecord } from '@waybill/relay/management/records';
import type { Database } from '../connection/database.ts';
import { rowsText } from '../connection/rows.ts';
import { asAccount, below, newestFirst, type Page, readAs, transactAs } from '../connection/tenant.ts';
import type { Suppression as Row } from '../generated/client.ts';
import { suppressionCreatedSql, suppressionDeletedSql } from '../outbox/suppression-events.ts';

const recordOf = (row: Row): SuppressionRecord => ({
  id: row.id,
  address: row.address,
  reason: row.reason as Suppression['reason'],
  streamId: row.streamId ?? undefined,
  evidence: row.evidence as Record<string, unknown>,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt ?? undefined,
});

/** An expired suppression is replaced; its end is no event. */
const expiredSql = `
  DELETE FROM suppression WHERE account_id = $1 AND address = ANY ($2::text[]) AND expires_at <= now()`;

const createSql = `
  WITH added AS (
    INSERT INTO suppression (id, account_id, stream_id, address, reason, evidence, created_at, expires_at)
    SELECT id, $1, stream_id, address, reason, coalesce(evidence, '{}'), created_at, expires_at
    FROM jsonb_to_recordset($2::jsonb) AS t(
      id uuid, stream_id uuid, address text, reason text, evidence jsonb, created_at timestamptz, expires_at timestamptz)
    ON CONFLICT DO NOTHING
    RETURNING id, account_id, stream_id, address, reason, expires_at
  ), appended AS (${suppressionCreatedSql})
  SELECT id FROM added`;

const removeSql = `
  WITH removed AS (
    DELETE FROM suppression WHERE account_id = $1 AND address = $2
    RETURNING id, account_id, stream_id, address, reason, expires_at
  ), appended AS (${suppressionDeletedSql})
  SELECT id FROM removed`;
const amongSql = `
  SELECT address, stream_id FROM suppression
  WHERE account_id = $1 AND address = ANY ($2::text[]) AND (expires_at IS NULL OR expires_at > $3)`;

export const suppressions = (database: Database) => ({
  /** Returns the ids of new entries. An existing suppression stays unchanged; an expired one is replaced. */
  async create(accountId: string, entries: readonly NewSuppression[]): Promise<readonly string[]> {
    const made = await transactAs(database, accountId, async (client) => {
      await client.query(expiredSql, [accountId, entries.map(({ address }) => address)]);
      return (await client.query<{ id: string }>(createSql, [accountId, rowsText(entries)])).rows;
    });
    database.eventsWritten();
    return made.map(({ id }) => id);
  },

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

  /** Live suppressions of these addresses, of the account and of its streams. */
  among: (accountId: string, addresses: readonly string[], at: Date) =>
    readAs<{ address: string; streamId: string | undefined }>(database, accountId, {
      text: amongSql,
      values: [accountId, addresses, at],
    }),

  /** All suppressions of one address: of the account and of its streams. */
  ofAddress: (accountId: string, address: string): Promise<readonly SuppressionRecord[]> =>
    asAccount(database, accountId, async (tx) =>
      (await tx.suppression.findMany({ where: { accountId, address }, orderBy: { id: 'desc' } })).map(
        recordOf,
      ),
    ),

  /** Returns the number of deleted rows. */
  async remove(accountId: string, address: string): Promise<number> {
    const removed = await readAs(database, accountId, { text: removeSql, values: [accountId, address] });
    database.eventsWritten();
    return removed.length;
  },
});
