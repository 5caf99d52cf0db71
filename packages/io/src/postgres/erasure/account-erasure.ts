/** Stops the mail of accounts that are being deleted, and erases the rows of deleted ones in slices. */
import { publicId } from '@waybill/relay/id';
import { ACCOUNT_DELETING } from '@waybill/relay/require-active';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';
import { cancelling } from '../deliveries/cancel.ts';
import { ERASE_SLICE } from './erase-statements.ts';

const stoppingSql = `
  SELECT id FROM account WHERE deletes_at IS NOT NULL AND erased_at IS NULL AND deleted_at IS NULL AND mail_stopped_at IS NULL ORDER BY id`;
/** Of an account whose mail has stopped: an attempt that runs ends before its rows go. */
const dueSql = `
  SELECT id FROM account WHERE deletes_at <= $1 AND erased_at IS NULL AND deleted_at IS NULL AND mail_stopped_at IS NOT NULL ORDER BY id`;
const erasableSql = `
  SELECT id FROM account WHERE deletes_at <= $1 AND erased_at IS NULL AND deleted_at IS NOT NULL ORDER BY id`;

const waitingSql = `
  SELECT id FROM message
  WHERE account_id = $1 AND state = 'accepted' AND (next_action_at IS NOT NULL OR scheduled_at IS NOT NULL)
  UNION SELECT id FROM message WHERE account_id = $1 AND state = 'held'
  UNION SELECT message_id FROM delivery WHERE account_id = $1 AND next_action_at IS NOT NULL
  UNION SELECT message_id FROM delivery WHERE account_id = $1 AND (held_for IS NOT NULL OR status = 'held')
  LIMIT ${ERASE_SLICE}`;

const messagesSql = `SELECT id FROM message WHERE account_id = $1 ORDER BY id LIMIT ${ERASE_SLICE}`;

const throughDelivery = (table: string): string => `
  DELETE FROM ${table} USING delivery d
  WHERE d.id = ${table}.delivery_id AND ${table}.account_id = $1 AND d.account_id = $1 AND d.message_id = ANY ($2::uuid[])`;

/** `$1` the account, `$2` messages. In one transaction. */
const messageSteps: readonly string[] = [
  'DELETE FROM webhook_delivery WHERE account_id = $1 AND order_key = ANY ($2::uuid[])',
  'DELETE FROM event WHERE account_id = $1 AND message_id = ANY ($2::uuid[])',
  throughDelivery('attempt'),
  throughDelivery('report'),
  throughDelivery('sandbox_message'),
  'DELETE FROM delivery WHERE account_id = $1 AND message_id = ANY ($2::uuid[])',
  'DELETE FROM message_content USING message m WHERE m.id = message_content.message_id AND m.account_id = $1 AND m.id = ANY ($2::uuid[])',
  'DELETE FROM message WHERE account_id = $1 AND id = ANY ($2::uuid[])',
];

/** Partitioned tables: a row has no address of its own in the whole table. */
const byId = ['webhook_delivery', 'event', 'attempt', 'delivery', 'sandbox_message', 'report'];

/** References come before what they refer to. A deleted From address asks the gates, so `gate_check` is the last. */
const byRow = [
  'suppression',
  'known_recipient',
  'credential_network',
  'stat_slot',
  'stat_day',
  'limit_taken',
  'limit_warning',
  'outcome_hour',
  'idempotency_key',
  'erasure',
  'passed_event',
  'confirmation_mail',
  'invitation',
  'membership',
  'webhook',
  'from_address',
  'ip_network',
  'domain_change',
  'sender_domain',
  'smtp_credential',
  'api_key',
  'stream',
  'gate_check',
];

/** Tables with an account that an erasure empties. `usage_hour` counts for billing and `audit_entry` keeps the fact. */
export const erasedTables: readonly string[] = ['message', ...byId, ...byRow];

const besideSql: readonly string[] = [
  ...byId.map(
    (table) =>
      `DELETE FROM ${table} WHERE account_id = $1 AND id IN (SELECT id FROM ${table} WHERE account_id = $1 LIMIT ${ERASE_SLICE})`,
  ),
  ...byRow.map(
    (table) =>
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE account_id = $1 LIMIT ${ERASE_SLICE}))`,
  ),
];

const discardsSql = `DELETE FROM discard WHERE evidence->>'acceptedFor' = $1::text OR resolution->>'accountId' = $1::text`;

/** The chain of hashes covers the hash of what is erased here. Entries about the account that belong to no account hold its name too. */
const auditSql = `
  UPDATE audit_entry SET target = '[erased]', detail = '{}', salt = NULL
  WHERE (account_id = $1 OR target = $2) AND version >= 2 AND salt IS NOT NULL`;

const finishSql = `
  UPDATE account SET name = '', suspended_reason = NULL, smarthost_url_box = NULL, deletion_asked_by = NULL, erased_at = $2
  WHERE id = $1 AND deleted_at IS NOT NULL`;

export type AccountErasure = {
  /** Accounts that are being deleted and whose mail may wait. */
  stopping(): Promise<readonly string[]>;
  /** Cancels mail that waits. `true`: more can be cancelled now. What a process sends at the moment waits for the next call. */
  stopMail(accountId: string, at: Date): Promise<boolean>;
  /** Accounts whose time has come. */
  due(now: Date): Promise<readonly string[]>;
  /** Deleted accounts whose rows are not erased. */
  erasable(now: Date): Promise<readonly string[]>;
  /** The next slice. The number of messages that went; 0: the rest of the rows is gone too. */
  eraseSlice(accountId: string): Promise<number>;
  finish(accountId: string, at: Date): Promise<void>;
};

type Id = { readonly id: string };

/** Until a whole pass finds nothing: the last use of a key is noted seconds later, with an event, as long as the key is there. */
async function eraseBeside({ pool }: Pick<Database, 'pool'>, accountId: string): Promise<void> {
  let erased = -1;
  while (erased !== 0) {
    erased = 0;
    for (const text of besideSql) {
      let slice = -1;
      while (slice !== 0) {
        slice = (await pool.query(text, [accountId])).rowCount ?? 0;
        erased += slice;
      }
    }
  }
  await pool.query(discardsSql, [accountId]);
}

export const accountErasure = (database: Database): AccountErasure => {
  const idsOf = async (text: string, values: readonly unknown[] = []): Promise<readonly string[]> =>
    (await database.pool.query<Id>(text, values as unknown[])).rows.map(({ id }) => id);
  return {
    stopping: () => idsOf(stoppingSql),
    due: (now) => idsOf(dueSql, [now]),
    erasable: (now) => idsOf(erasableSql, [now]),
    async stopMail(accountId, at) {
      const ids = await idsOf(waitingSql, [accountId]);
      if (ids.length === 0)
        await database.pool.query('UPDATE account SET mail_stopped_at = $2 WHERE id = $1', [accountId, at]);
      if (ids.length === 0) return false;
      const { deliveries } = await cancelling(database).cancelFor({
        accountId,
        ids,
        at,
        reason: ACCOUNT_DELETING,
      });
      return deliveries.length > 0;
    },
    async eraseSlice(accountId) {
      const ids = await idsOf(messagesSql, [accountId]);
      if (ids.length === 0) await eraseBeside(database, accountId);
      else
        await inTransaction(database, async (client) => {
          for (const text of messageSteps) await client.query(text, [accountId, ids]);
        });
      return ids.length;
    },
    async finish(accountId, at) {
      await database.pool.query(auditSql, [accountId, publicId('acc', accountId)]);
      await database.pool.query(finishSql, [accountId, at]);
    },
  };
};
