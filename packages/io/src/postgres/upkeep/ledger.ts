/**
 * Counts the mail of the installation by state, and finds mail that is neither final nor scheduled. ARCHITECTURE §1, law 1:
 * accepted mail reaches a visible end.
 */
import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';
import { firstIdOf } from '../reading/message-filter.ts';

/** `overdue`: expired and not final. `stranded`: not final, without a job and a next action. `childless`: processed, without a delivery. */
export type LedgerFault = 'overdue' | 'stranded' | 'childless';

export type LedgerFinding = {
  readonly kind: 'message' | 'delivery';
  readonly id: string;
  readonly messageId: string;
  readonly accountId: string;
  readonly state: string;
  readonly reason: string;
  readonly acceptedAt: Date;
  readonly fault: LedgerFault;
};

export type LedgerCounts = {
  readonly messages: Readonly<Record<string, number>>;
  readonly deliveries: Readonly<Record<string, number>>;
  /** Attempts that sent the final dot and got no reply. */
  readonly unansweredAttempts: number;
};

export type Ledger = {
  /** Counts messages that were accepted since that time. */
  counts(since: Date): Promise<LedgerCounts>;
  /**
   * Finds mail that expired before `due` and is not final, or that has no next action. `unknown` deliveries and `held` mail wait
   * on purpose and are in the counts.
   */
  outside(due: Date, limit: number): Promise<readonly LedgerFinding[]>;
};

const STATEMENT_MS = 300_000;
/** Messages without a delivery are searched in the last days only, in milliseconds, because one transaction makes both. */
const CHILDLESS_MS = 3 * 86_400_000;

const outsideSql = `
  (SELECT 'message' AS kind, id, id AS message_id, account_id, state, reason, accepted_at, 'overdue' AS fault
   FROM message
   WHERE next_action_at IS NOT NULL AND state = 'accepted'
     AND greatest(accepted_at, scheduled_at) < $1 LIMIT $2)
  UNION ALL
  (SELECT 'message', id, id, account_id, state, reason, accepted_at, 'stranded'
   FROM message WHERE state = 'accepted' AND next_action_at IS NULL LIMIT $2)
  UNION ALL
  (SELECT 'delivery', delivery.id, message_id, delivery.account_id, status, delivery.reason, accepted_at, 'overdue'
   FROM delivery JOIN message ON message.id = message_id
   WHERE delivery.next_action_at IS NOT NULL AND expires_at < $1 LIMIT $2)
  UNION ALL
  (SELECT 'delivery', delivery.id, message_id, delivery.account_id, status, delivery.reason, accepted_at, 'stranded'
   FROM delivery JOIN message ON message.id = message_id
   WHERE status IN ('queued', 'deferred') AND delivery.next_action_at IS NULL LIMIT $2)
  UNION ALL
  (SELECT 'message', id, id, account_id, state, reason, accepted_at, 'childless'
   FROM message
   WHERE id >= $3 AND state = 'processed' AND NOT EXISTS (SELECT FROM delivery WHERE message_id = message.id) LIMIT $2)
  LIMIT $2`;

type CountRow = { readonly name: string; readonly count: number };

const recordOf = (rows: readonly CountRow[]): Readonly<Record<string, number>> =>
  Object.fromEntries(rows.map(({ name, count }) => [name, count]));

/** Runs a statement with a longer time-out, because it reads much and no client waits for it. */
async function patiently<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN READ ONLY');
    await client.query(`SET LOCAL statement_timeout = ${STATEMENT_MS}`);
    return await work(client);
  } finally {
    // A failed ROLLBACK must not hide the first error.
    await client.query('ROLLBACK').catch(() => undefined);
    client.release();
  }
}

const countsOf = async (client: pg.PoolClient, sql: string, from: string): Promise<readonly CountRow[]> =>
  (await client.query<CountRow>(sql, [from])).rows;

export const ledger = ({ pool }: Pick<Database, 'pool'>): Ledger => ({
  counts: (since) =>
    patiently(pool, async (client) => {
      const from = firstIdOf(since);
      const messages = await countsOf(
        client,
        'SELECT state AS name, count(*)::integer AS count FROM message WHERE id >= $1 GROUP BY state ORDER BY state',
        from,
      );
      const deliveries = await countsOf(
        client,
        'SELECT status AS name, count(*)::integer AS count FROM delivery WHERE id >= $1 GROUP BY status ORDER BY status',
        from,
      );
      const [unanswered] = await countsOf(
        client,
        `SELECT 'unknown' AS name, count(*)::integer AS count FROM attempt
         WHERE id >= $1 AND outcome = 'unknown' AND dot_sent_at IS NOT NULL`,
        from,
      );
      return {
        messages: recordOf(messages),
        deliveries: recordOf(deliveries),
        unansweredAttempts: unanswered?.count ?? 0,
      };
    }),
  outside: (due, limit) =>
    patiently(pool, async (client) => {
      const recent = firstIdOf(new Date(due.getTime() - CHILDLESS_MS));
      const { rows } = await client.query(outsideSql, [due, limit, recent]);
      return rows.map(fromRow<LedgerFinding>);
    }),
});
