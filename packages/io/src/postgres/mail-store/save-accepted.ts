import type { AcceptedMessage } from '@waybill/relay/ports';
import { packBytes } from '../connection/packed-bytes.ts';
import { rowsText } from '../connection/rows.ts';
import { inWeeks, type Week, type Weekly } from '../connection/weekly.ts';
import { isSevenBit } from './content-bytes.ts';

/** The delay after acceptance, in milliseconds, until the sweeper enqueues the message. */
const GRACE_MS = 30_000;

/**
 * Saves messages, bytes and usage counters in one statement, one round trip and one transaction. A message that is stored already
 * changes nothing. Counters are locked in the order of accounts, so that two processes cannot deadlock.
 */
const acceptSql = {
  name: 'accept',
  text: `
  WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(
      id uuid, account_id uuid, credential_id uuid, stream_id uuid, envelope jsonb, options jsonb, session jsonb,
      resolution jsonb, notes jsonb, header_from text, subject text, message_id_header text, custom_id text, tags text[],
      sandbox boolean, accepted_at timestamptz, scheduled_at timestamptz, next_action_at timestamptz, recipients integer, start integer, size integer,
      is_seven_bit boolean)
  ), kept AS (
    INSERT INTO @message (id, account_id, credential_id, stream_id, envelope, options, session, resolution, notes,
      header_from, subject, message_id_header, custom_id, tags, size, sandbox, accepted_at, scheduled_at, next_action_at)
    SELECT id, account_id, credential_id, stream_id, envelope, options, session, resolution, notes,
      header_from, subject, message_id_header, custom_id, tags, size, sandbox, accepted_at, scheduled_at, next_action_at
    FROM given
    ON CONFLICT (id) DO NOTHING
    RETURNING id
  ), content AS (
    INSERT INTO @message_content (message_id, bytes, is_seven_bit)
    SELECT id, substring($2::bytea FROM start FOR size), is_seven_bit FROM given WHERE id = ANY (ARRAY(SELECT id FROM kept))
    ON CONFLICT (message_id) DO NOTHING
  ), counted AS (
    INSERT INTO usage_hour AS used (account_id, hour, messages, recipients, bytes)
    SELECT account_id, date_trunc('hour', accepted_at, 'UTC'), count(*), sum(recipients), sum(size)
    FROM given WHERE id = ANY (ARRAY(SELECT id FROM kept))
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (account_id, hour) DO UPDATE SET messages = used.messages + excluded.messages,
      recipients = used.recipients + excluded.recipients, bytes = used.bytes + excluded.bytes
  )
  SELECT id FROM kept`,
};

/** Times are text, because one Date makes the JSON of the row cost three times as much. */
function rowOf({ bytes, sendAt, acceptedAt, ...message }: AcceptedMessage) {
  return {
    ...message,
    customId: message.options.customId,
    tags: message.options.tags ?? [],
    acceptedAt: acceptedAt.toISOString(),
    scheduledAt: sendAt?.toISOString(),
    nextActionAt: (sendAt ?? new Date(acceptedAt.getTime() + GRACE_MS)).toISOString(),
    recipients: message.envelope.rcptTo.length,
    isSevenBit: isSevenBit(bytes),
  };
}

async function saveWeek(
  weekly: Weekly,
  week: Week,
  messages: readonly AcceptedMessage[],
): Promise<readonly boolean[]> {
  const packed = packBytes(messages.map((message) => message.bytes));
  const rows = messages.map((message, index) => ({ ...rowOf(message), ...packed.places[index] }));
  const { rows: kept } = await weekly.run<{ id: string }>(acceptSql, week, [rowsText(rows), packed.bytes]);
  const fresh = new Set(kept.map((row) => row.id));
  return messages.map((message) => fresh.has(message.id));
}

/** Returns for each message whether it was new. */
export const saveAccepted = inWeeks(({ id }: AcceptedMessage) => id, saveWeek);
