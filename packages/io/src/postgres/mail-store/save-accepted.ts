import type { AcceptedMessage } from '@waybill/relay/ports';
import { jsonText } from '../connection/json-text.ts';
import { packBytes } from '../connection/packed-bytes.ts';
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
const rowOf = (message: AcceptedMessage, place: { readonly start: number; readonly size: number }) => ({
  id: message.id,
  account_id: message.accountId,
  credential_id: message.credentialId,
  stream_id: message.streamId,
  envelope: message.envelope,
  options: message.options,
  session: message.session,
  resolution: message.resolution,
  notes: message.notes,
  header_from: message.headerFrom,
  subject: message.subject,
  message_id_header: message.messageIdHeader,
  custom_id: message.options.customId,
  tags: message.options.tags ?? [],
  sandbox: message.sandbox,
  accepted_at: message.acceptedAt.toISOString(),
  scheduled_at: message.sendAt?.toISOString(),
  next_action_at: (message.sendAt ?? new Date(message.acceptedAt.getTime() + GRACE_MS)).toISOString(),
  recipients: message.envelope.rcptTo.length,
  is_seven_bit: isSevenBit(message.bytes),
  ...place,
});

async function saveWeek(
  weekly: Weekly,
  week: Week,
  messages: readonly AcceptedMessage[],
): Promise<readonly boolean[]> {
  const packed = packBytes(messages.map((message) => message.bytes));
  const rows = messages.map((message, index) =>
    rowOf(message, packed.places[index] ?? { start: 1, size: 0 }),
  );
  const { rows: kept } = await weekly.run<{ id: string }>(acceptSql, week, [jsonText(rows), packed.bytes]);
  const fresh = new Set(kept.map((row) => row.id));
  return messages.map((message) => fresh.has(message.id));
}

/** Returns for each message whether it was new. */
export const saveAccepted = inWeeks(({ id }: AcceptedMessage) => id, saveWeek);
