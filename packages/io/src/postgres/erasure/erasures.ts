import { randomBytes } from 'node:crypto';
import { makeId, publicId } from '@waybill/relay/id';
import type { ErasureRecord, ErasureReport, NewErasure } from '@waybill/relay/management/records';
import type { SecretBox } from '../../secrets/secret-box.ts';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';
import { fromRow } from '../connection/rows.ts';
import type { Page } from '../connection/tenant.ts';
import { openText, sealText, secretContexts } from '../directory/secret-context.ts';
import { eraseRecipient } from './erase-recipient.ts';
import { suppressSql } from './erase-statements.ts';

const columns = 'id, account_id, address_key, requested_by, requested_at, completed_at, report';

const createSql = `
  INSERT INTO erasure (id, account_id, address_key, address_box, requested_by, requested_at, report)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;

const listSql = `
  SELECT ${columns} FROM erasure WHERE account_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;

const oneSql = `SELECT ${columns} FROM erasure WHERE account_id = $1 AND id = $2`;

/** SKIP LOCKED: one process works on an erasure at a time. */
const claimSql = `SELECT ${columns}, address_box FROM erasure WHERE id = $1 AND completed_at IS NULL FOR UPDATE SKIP LOCKED`;

const saveSql = `
  UPDATE erasure SET report = $2, completed_at = $3, address_box = CASE WHEN $3::timestamptz IS NULL THEN address_box END
  WHERE id = $1`;

const pendingSql = 'SELECT id FROM erasure WHERE completed_at IS NULL ORDER BY id LIMIT 100';

const nothing: ErasureReport = {
  messages: 0,
  contents: 0,
  deliveries: 0,
  attempts: 0,
  events: 0,
  reports: 0,
  sandbox_messages: 0,
  discards: 0,
  webhook_deliveries: 0,
  audit_entries: 0,
  audit_entries_kept: 0,
  waiting: 0,
};

type Claimed = ErasureRecord & { readonly addressBox: Buffer };

export const erasures = (database: Database, box: SecretBox) => ({
  /** The address is suppressed by its hash at once, so that no mail goes to it while it is erased. */
  async create({ address, ...erasure }: NewErasure): Promise<void> {
    const { id, accountId, addressKey, requestedBy, requestedAt } = erasure;
    const sealed = sealText(box, address, secretContexts.erasedAddress(id));
    await inTransaction(database, async (client) => {
      const suppressionId = makeId(requestedAt, randomBytes(10));
      const evidence = publicId('era', id);
      await client.query(suppressSql, [accountId, address, addressKey, suppressionId, evidence, requestedAt]);
      const values = [id, accountId, addressKey, sealed, requestedBy, requestedAt, JSON.stringify(nothing)];
      await client.query(createSql, values);
    });
  },

  /** Newest first. */
  list: async (accountId: string, { limit, after }: Page): Promise<readonly ErasureRecord[]> =>
    (await database.pool.query(listSql, [accountId, after, limit])).rows.map(fromRow<ErasureRecord>),

  one: async (accountId: string, id: string): Promise<ErasureRecord | undefined> =>
    (await database.pool.query(oneSql, [accountId, id])).rows.map(fromRow<ErasureRecord>)[0],

  pending: async (): Promise<readonly string[]> =>
    (await database.pool.query<{ id: string }>(pendingSql)).rows.map(({ id }) => id),

  /** Does what can be done now. The erasure is complete when no mail to the recipient waits any more. */
  work: (id: string, at: Date): Promise<void> =>
    inTransaction(database, async (client) => {
      const [claimed] = (await client.query(claimSql, [id])).rows.map(fromRow<Claimed>);
      if (claimed === undefined) return;
      const { accountId, addressBox, report: before } = claimed;
      const address = openText(box, addressBox, secretContexts.erasedAddress(id)) ?? '';
      const report = await eraseRecipient(database, { accountId, address, report: before }, at);
      await client.query(saveSql, [id, JSON.stringify(report), report.waiting === 0 ? at : null]);
    }),
});
