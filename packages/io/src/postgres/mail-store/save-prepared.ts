import { foldedAddress } from '@waybill/mail/address';
import { claimedFrom } from '@waybill/relay/delivery/prepared-claim';
import type { ClaimedDelivery, PreparedClaim, PreparedDelivery, PreparedMessage } from '@waybill/relay/ports';
import { jsonText } from '../connection/json-text.ts';
import { packBytes } from '../connection/packed-bytes.ts';
import { inWeeks, type Week, type Weekly } from '../connection/weekly.ts';
import { eventIdOf } from './event-id.ts';

const GRACE_MS = 30_000;

/**
 * Saves a prepared message. The message leaves the state `accepted` once; deliveries, events and first attempts depend on that, so
 * a second run changes nothing.
 * The statement waits for no fsync. After a crash of the server the message is still `accepted` and is prepared again with the
 * same ids. No delivery was sent before, because its dot is committed with an fsync that also covers this statement.
 * A message that was rescheduled to a later time meanwhile stays `accepted` too.
 * The statement joins no two sets of rows, because the server would compare each pair. The saved ids are an array, and `given` is
 * also selected by key, so that the server finds messages one by one.
 */
const preparedSql = {
  name: 'save-prepared',
  text: `
  WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, account_id uuid, stream_id uuid, resolution jsonb, notes jsonb, sandbox boolean, at timestamptz)
  ), moved AS (
    UPDATE @message SET state = 'processed', reason = '', next_action_at = NULL, account_id = given.account_id,
      stream_id = given.stream_id, resolution = given.resolution, notes = message.notes || given.notes, sandbox = given.sandbox
    FROM given
    WHERE message.id = given.id AND given.id = ANY ($5::uuid[]) AND state IN ('accepted', 'held')
      AND (scheduled_at IS NULL OR scheduled_at <= given.at)
    RETURNING message.id, set_config('synchronous_commit', 'off', true) AS quick
  ), kept AS (
    INSERT INTO @delivery (id, message_id, account_id, stream_id, recipient, recipient_key, recipient_index, status, reason,
      return_path, patch, notes, sandbox, not_before, next_action_at, expires_at, status_changed_at, lease_id, lease_until, attempts, held_for)
    SELECT d.id, message_id, account_id, stream_id, recipient, recipient_key, recipient_index, status, reason,
      return_path, CASE WHEN size IS NOT NULL THEN substring($3::bytea FROM start FOR size) END, notes, sandbox,
      at, next_action_at, expires_at, at, lease_id, lease_until, CASE WHEN lease_id IS NULL THEN 0 ELSE 1 END, held_for
    FROM jsonb_to_recordset($2::jsonb) AS d(
      id uuid, message_id uuid, account_id uuid, stream_id uuid, recipient text, recipient_key text, recipient_index integer,
      status text, reason text, return_path text, start integer, size integer, notes jsonb, sandbox boolean,
      at timestamptz, next_action_at timestamptz, expires_at timestamptz, lease_id uuid, lease_until timestamptz, held_for text)
    WHERE message_id = ANY (ARRAY(SELECT id FROM moved))
    ON CONFLICT (id) DO NOTHING
    RETURNING id, account_id, lease_id, status_changed_at
  ), told AS (
    INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
    SELECT e.id, e.account_id, message_id, delivery_id, type, occurred_at, detail
    FROM jsonb_to_recordset($4::jsonb) AS e(
      id uuid, account_id uuid, message_id uuid, delivery_id uuid, type text, occurred_at timestamptz, detail jsonb)
    WHERE delivery_id = ANY (ARRAY(SELECT id FROM kept))
    ON CONFLICT (id) DO NOTHING
  )
  INSERT INTO @attempt (id, delivery_id, account_id, number, lease_id, started_at)
  SELECT waybill_derive_id(id, 'att', 1), id, account_id, 1, lease_id, status_changed_at FROM kept WHERE lease_id IS NOT NULL
  ON CONFLICT (id) DO NOTHING
  RETURNING delivery_id`,
};

export type PreparedSave = { readonly message: PreparedMessage; readonly claim: PreparedClaim | undefined };
type Pair = PreparedSave & { readonly delivery: PreparedDelivery };

const leaseOf = ({ claim, delivery }: Pair) => {
  const id = claim?.leaseIds.get(delivery.id);
  return id === undefined ? {} : { lease_id: id, lease_until: claim?.until };
};

const deliveryRow = (pair: Pair) => ({ ...rowOf(pair), ...leaseOf(pair) });

const rowOf = ({ message, delivery }: Pair) => ({
  id: delivery.id,
  message_id: message.messageId,
  account_id: message.accountId,
  stream_id: message.streamId,
  recipient: delivery.recipient,
  recipient_key: foldedAddress(delivery.recipient),
  recipient_index: delivery.index,
  status: delivery.status,
  reason: delivery.reason,
  return_path: delivery.returnPath,
  notes: delivery.notes,
  sandbox: message.sandbox,
  at: message.at,
  next_action_at: delivery.status === 'queued' ? new Date(message.at.getTime() + GRACE_MS) : undefined,
  expires_at: delivery.expiresAt,
  held_for: delivery.heldFor,
});

const eventRow = ({ message, delivery }: Pair) => ({
  id: eventIdOf(delivery.id, delivery.status, message.at),
  account_id: message.accountId,
  message_id: message.messageId,
  delivery_id: delivery.id,
  type: delivery.status,
  occurred_at: message.at,
  detail: { recipient: delivery.recipient, reason: delivery.reason, held_for: delivery.heldFor },
});

const messageRow = (message: PreparedMessage) => ({
  id: message.messageId,
  account_id: message.accountId,
  stream_id: message.streamId,
  resolution: message.resolution,
  notes: message.notes,
  sandbox: message.sandbox,
  at: message.at,
});

async function saveWeek(
  weekly: Weekly,
  week: Week,
  given: readonly PreparedSave[],
): Promise<readonly (readonly ClaimedDelivery[])[]> {
  // Two runs of one message can be in one batch, each with its own time and leases. The first one counts.
  const first = new Map(given.toReversed().map((save) => [save.message.messageId, save]));
  const saves = [...first.values()];
  const pairs = saves.flatMap((save) => save.message.deliveries.map((delivery) => ({ ...save, delivery })));
  const packed = packBytes(pairs.map(({ delivery }) => delivery.patch ?? Buffer.alloc(0)));
  const deliveries = pairs.map((pair, index) => ({
    ...deliveryRow(pair),
    ...(pair.delivery.patch === undefined ? {} : packed.places[index]),
  }));
  const { rows } = await weekly.run<{ delivery_id: string }>(preparedSql, week, [
    jsonText(saves.map(({ message }) => messageRow(message))),
    jsonText(deliveries),
    packed.bytes,
    jsonText(pairs.map(eventRow)),
    saves.map(({ message }) => message.messageId),
  ]);
  const leased = new Set(rows.map((row) => row.delivery_id));
  return given.map((save) => {
    const { message, claim } = save;
    return claim && first.get(message.messageId) === save ? claimedFrom(message, claim, leased) : [];
  });
}

export const savePrepared = inWeeks(({ message }: PreparedSave) => message.messageId, saveWeek);
