/** Appends events of accounts to the outbox. Events of messages are appended by the statements that move deliveries. */
import { randomBytes } from 'node:crypto';
import { makeId } from '@waybill/relay/id';
import type { AccountEvent, Outbox } from '@waybill/relay/ports';
import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { rowsText } from '../connection/rows.ts';
import { transactAs } from '../connection/tenant.ts';

const appendSql = `
  INSERT INTO event (id, account_id, type, occurred_at, detail)
  SELECT id, account_id, type, occurred_at, detail
  FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, account_id uuid, type text, occurred_at timestamptz, detail jsonb)
  ON CONFLICT (id) DO NOTHING`;

/**
 * Appends in the transaction of the client, so that an event and what it tells are committed together. The caller calls
 * `eventsWritten` after the commit.
 */
export async function appendAccountEvents(
  client: pg.ClientBase | pg.Pool,
  events: readonly AccountEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({ id: makeId(event.occurredAt, randomBytes(10)), ...event }));
  await client.query(appendSql, [rowsText(rows)]);
}

/** For use-cases. One call is one transaction for each account. */
export const outbox = (database: Database): Outbox => ({
  async append(...events) {
    for (const [accountId, ofAccount] of Map.groupBy(events, (event) => event.accountId))
      await transactAs(database, accountId, (client) => appendAccountEvents(client, ofAccount));
    if (events.length > 0) database.eventsWritten();
  },
});
