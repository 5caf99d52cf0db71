import type { AcceptedMessage, ClaimedDelivery, Discard, MessageStore } from '@waybill/relay/ports';
import type pg from 'pg';
import { LINGER_MS, openBatcher } from '../../concurrency/batcher.ts';
import { isConnectionTrouble as isTransient } from '../connection/connection-trouble.ts';
import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';
import { openWeekly } from '../connection/weekly.ts';
import { eventIdOf } from './event-id.ts';
import { notingEvents } from './event-signal.ts';
import { type LoadedRow, loadMessages, messageOf } from './load-messages.ts';
import { saveAccepted } from './save-accepted.ts';
import { type PreparedSave, savePrepared } from './save-prepared.ts';

const MEBIBYTE = 1_048_576;

const discardSql = `
  WITH told AS (
    INSERT INTO discard (id, message_id, stage, resolution, evidence, occurred_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (id) DO NOTHING
  )
  UPDATE message SET state = 'discarded', reason = $7, next_action_at = NULL
  WHERE id = $2 AND state IN ('accepted', 'held')`;

async function saveDiscard(pool: pg.Pool, discard: Discard): Promise<void> {
  await pool.query(discardSql, [
    discard.id,
    discard.messageId,
    discard.stage,
    jsonText(discard.resolution),
    jsonText(discard.evidence),
    discard.occurredAt,
    discard.resolution.reason,
  ]);
}

const heldSql = `
  WITH moved AS (
    UPDATE message SET state = 'held', reason = $2, next_action_at = NULL
    WHERE id = $1 AND state = 'accepted'
    RETURNING id, account_id
  )
  INSERT INTO event (id, account_id, message_id, type, occurred_at, detail)
  SELECT $3, account_id, id, 'held', $4, jsonb_build_object('reason', $2::text) FROM moved
  ON CONFLICT (id) DO NOTHING`;

const countSql = `UPDATE message SET process_attempts = process_attempts + 1 WHERE id = $1 AND state = 'accepted'`;

/** Concurrent calls of each method share statements; `accept` resolves after COMMIT. */
export function openMessageStore({ database }: { readonly database: Database }): MessageStore {
  const { pool } = database;
  const weekly = openWeekly(pool);
  const accepts = openBatcher<AcceptedMessage, boolean>({
    flush: (messages) => saveAccepted(weekly, messages),
    maxItems: 200,
    isTransient,
    sizeOf: (message) => message.bytes.length,
    maxBytes: 16 * MEBIBYTE,
  });
  const loads = openBatcher<string, LoadedRow | undefined>({
    flush: (ids) => loadMessages(weekly, ids),
    maxItems: 48,
    isTransient,
    lingerMs: LINGER_MS,
  });
  const prepared = openBatcher<PreparedSave, readonly ClaimedDelivery[]>({
    flush: notingEvents(database, (saves: readonly PreparedSave[]) => savePrepared(weekly, saves)),
    maxItems: 100,
    isTransient,
    sizeOf: ({ message }) => message.deliveries.reduce((sum, { patch }) => sum + (patch?.length ?? 0), 0),
    maxBytes: 16 * MEBIBYTE,
    lingerMs: LINGER_MS,
  });
  return {
    async accept(message) {
      await accepts.add(message);
    },
    async load(messageId, makeRoom) {
      const row = await loads.add(messageId);
      return row && messageOf(weekly, row, makeRoom);
    },
    async countRun(messageId) {
      await pool.query(countSql, [messageId]);
    },
    savePrepared: (message, claim) => prepared.add({ message, claim }),
    saveDiscard: (discard) => saveDiscard(pool, discard),
    async saveHeld(messageId, reason, at) {
      await pool.query(heldSql, [messageId, reason, eventIdOf(messageId, 'held', at), at]);
      database.eventsWritten();
    },
  };
}
