import type { MakeRoom, StoredMessage } from '@waybill/relay/ports';
import { fromRow } from '../connection/rows.ts';
import { inWeeks, type Week, type Weekly, weekOf } from '../connection/weekly.ts';
import { bytesToRead, type ContentRow, contentColumns, contentOf } from './content-bytes.ts';

/** Time after acceptance within which a run is the first one, in milliseconds. The sweeper enqueues later than that. */
const FIRST_RUN_MS = 30_000;

/**
 * Loads a message and counts the run, so that a message that ends its process again and again is found by the number. A run in the
 * first half minute is not counted here, because the second version of the row is half the cost of loading. `countRun` counts
 * such a run when it fails; a run that ends its process is then not counted. The statement waits for no fsync, because a lost
 * count does no harm.
 */
const loadSql = {
  name: 'load',
  text: `
  WITH counted AS (
    UPDATE @message SET process_attempts = process_attempts + 1
    WHERE id = ANY ($1::uuid[]) AND state = 'accepted' AND accepted_at < now() - $2 * interval '1 ms'
      AND (scheduled_at IS NULL OR scheduled_at <= now())
    RETURNING id, process_attempts, set_config('synchronous_commit', 'off', true) AS quick
  )
  SELECT message.id, account_id, credential_id, stream_id, state, envelope, options, session, resolution, notes,
    header_from, subject, message_id_header, sandbox, accepted_at, scheduled_at AS send_at,
    coalesce(counted.process_attempts, message.process_attempts) AS process_attempts, counted.id IS NOT NULL AS is_run_counted,
    ${contentColumns}
  FROM @message
  JOIN @message_content ON message_content.message_id = message.id
  LEFT JOIN counted ON counted.id = message.id
  WHERE message.id = ANY ($1::uuid[])`,
};

/** The row of a message. */
export type LoadedRow = ContentRow & Omit<StoredMessage, 'bytes'>;

/** Takes the count back, because a message that was not read cannot have ended its process. */
const notBegunSql = {
  name: 'not-begun',
  text: `UPDATE @message SET process_attempts = process_attempts - 1 WHERE id = $1 AND state = 'accepted' AND process_attempts > 0`,
};

function withBytes(row: LoadedRow, bytes: Buffer): StoredMessage {
  const { contentText, contentBytes, contentSize, ...stored } = row;
  const isUncounted = row.state === 'accepted' && !row.isRunCounted;
  return { ...stored, bytes, processAttempts: row.processAttempts + (isUncounted ? 1 : 0) };
}

/** The stored message. Reads its large bytes. */
export async function messageOf(
  weekly: Weekly,
  row: LoadedRow,
  makeRoom: MakeRoom | undefined,
): Promise<StoredMessage> {
  const large = bytesToRead(row);
  if (large > 0)
    await makeRoom?.(row.accountId, large).catch(async (error: unknown) => {
      if (row.isRunCounted) await weekly.run(notBegunSql, weekOf(row.id), [row.id]);
      throw error;
    });
  return withBytes(row, await contentOf(weekly, row.id, row));
}

async function loadWeek(
  weekly: Weekly,
  week: Week,
  ids: readonly string[],
): Promise<readonly (LoadedRow | undefined)[]> {
  const { rows } = await weekly.run(loadSql, week, [ids, FIRST_RUN_MS]);
  const found = new Map(rows.map(fromRow<LoadedRow>).map((row) => [row.id, row]));
  return ids.map((id) => found.get(id));
}

export const loadMessages = inWeeks((id: string) => id, loadWeek);
