/** Cancels messages. Each recipient gets an event, also when the message was not prepared yet. */
import { foldedAddress } from '@waybill/mail/address';
import { deliveryIdOf } from '@waybill/relay/id';
import type { Moved } from '@waybill/relay/management/records';
import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';
import { readAs } from '../connection/tenant.ts';
import { eventIdOf } from '../mail-store/event-id.ts';
import { movesAfter } from '../mail-store/status-moves.ts';

const BECAUSE = 'cancelled on request';

const recipientsSql = `
  SELECT id, coalesce(envelope->'rcptTo', '[]') AS recipients FROM message
  WHERE account_id = $1 AND id = ANY ($2::uuid[]) AND state IN ('accepted', 'held')`;

/**
 * Cancels messages that are not prepared. This statement and the worker both change the state of a row. The first one succeeds,
 * and the other one changes nothing. The deliveries get the ids that preparing would have given them.
 */
const unpreparedSql = `
  WITH moved AS (
    UPDATE message SET state = 'processed', reason = '', next_action_at = NULL
    WHERE account_id = $1 AND id = ANY ($2::uuid[]) AND state IN ('accepted', 'held')
    RETURNING id, account_id, stream_id, sandbox, greatest(accepted_at, scheduled_at, $3) AS expires_at
  ), given AS (
    SELECT * FROM jsonb_to_recordset($4::jsonb)
      AS t(id uuid, message_id uuid, event_id uuid, recipient text, recipient_key text, recipient_index integer)
  ), kept AS (
    INSERT INTO delivery (id, message_id, account_id, stream_id, recipient, recipient_key, recipient_index, status, reason,
      sandbox, not_before, expires_at, status_changed_at)
    SELECT given.id, moved.id, account_id, stream_id, recipient, recipient_key, recipient_index, 'cancelled', $5::text,
      sandbox, $3, expires_at, $3
    FROM moved JOIN given ON given.message_id = moved.id
    ON CONFLICT (id) DO NOTHING
    RETURNING id, account_id, message_id, recipient
  ), noted AS (
    INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
    SELECT event_id, account_id, kept.message_id, kept.id, 'cancelled', $3,
      jsonb_build_object('recipient', kept.recipient, 'reason', $5::text)
    FROM kept JOIN given ON given.id = kept.id
    ON CONFLICT (id) DO NOTHING
  )
  SELECT id, message_id FROM kept`;

/**
 * Deliveries without a live lease: a live lease means that a process may be sending. What a server may have from an earlier attempt is
 * not sent again and is `unknown`, not `cancelled`. RFC 5321 §4.5.4.1.
 */
const deliveriesSql = `
  WITH waiting AS MATERIALIZED (
    SELECT delivery.id, CASE WHEN delivery.status = 'unknown' OR EXISTS (
        SELECT FROM attempt WHERE attempt.delivery_id = delivery.id AND dot_sent_at IS NOT NULL AND ended_at IS NULL
      ) THEN 'unknown' ELSE 'cancelled' END AS next
    FROM delivery
    WHERE account_id = $1 AND message_id = ANY ($2::uuid[]) AND (next_action_at IS NOT NULL OR held_for IS NOT NULL OR status = 'held') AND status = ANY ($4::text[])
      AND (lease_until IS NULL OR lease_until <= $3)
    ORDER BY delivery.id FOR UPDATE OF delivery
  ), moved AS (
    UPDATE delivery SET status = next, reason = CASE next WHEN 'unknown' THEN $6 ELSE $5 END, next_action_at = NULL, held_for = NULL,
      status_changed_at = CASE WHEN status <> next THEN $3 ELSE status_changed_at END
    FROM waiting WHERE delivery.id = waiting.id AND account_id = $1
    RETURNING delivery.id, message_id, account_id, recipient, status, reason
  ), noted AS (
    INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
    SELECT waybill_new_id($3), account_id, message_id, id, status, $3, jsonb_build_object('recipient', recipient, 'reason', reason)
    FROM moved
  )
  SELECT id, message_id FROM moved`;

const IN_DOUBT =
  'Cancelled on request: it is not sent again. An earlier attempt was not answered. They may have it.';

/** `unknown` too: the next attempt is what is cancelled. */
export const cancellable = [
  'unknown',
  ...Object.entries(movesAfter(['cancelled']))
    .filter(([before, after]) => after === 'cancelled' && before !== 'cancelled')
    .map(([before]) => before),
];

type Asked = {
  readonly accountId: string;
  readonly ids: readonly string[];
  readonly at: Date;
  readonly reason: string;
};
type Deliveries = Moved['deliveries'];

const deliveriesOf = (
  { id: messageId, recipients }: { readonly id: string; readonly recipients: readonly string[] },
  at: Date,
) =>
  recipients.map((recipient, index) => {
    const id = deliveryIdOf(messageId, index);
    return {
      id,
      message_id: messageId,
      event_id: eventIdOf(id, 'cancelled', at),
      recipient,
      recipient_key: foldedAddress(recipient),
      recipient_index: index,
    };
  });

async function cancelUnprepared(
  database: Database,
  { accountId, ids, at, reason }: Asked,
): Promise<Deliveries> {
  const found = await readAs<{ id: string; recipients: readonly string[] }>(database, accountId, {
    text: recipientsSql,
    values: [accountId, ids],
  });
  if (found.length === 0) return [];
  const deliveries = found.flatMap((message) => deliveriesOf(message, at));
  const values = [accountId, found.map(({ id }) => id), at, jsonText(deliveries), reason];
  return readAs<Deliveries[number]>(database, accountId, { text: unpreparedSql, values });
}

async function cancelDeliveries(
  database: Database,
  { accountId, ids, at, reason }: Asked,
): Promise<Deliveries> {
  const values = [accountId, ids, at, cancellable, reason, IN_DOUBT];
  return readAs<Deliveries[number]>(database, accountId, { text: deliveriesSql, values });
}

/** Runs both statements, because the worker may prepare in between. */
async function cancelAll(database: Database, asked: Asked): Promise<Moved> {
  const unprepared = await cancelUnprepared(database, asked);
  const deliveries = [...unprepared, ...(await cancelDeliveries(database, asked))];
  database.eventsWritten();
  return { messages: [], deliveries };
}

export const cancelling = (database: Database) => ({
  /** Cancels the messages and their deliveries, as a person asked. */
  cancel: (accountId: string, ids: readonly string[], at: Date): Promise<Moved> =>
    cancelAll(database, { accountId, ids, at, reason: BECAUSE }),
  /** Cancels them for another reason. */
  cancelFor: (asked: Asked): Promise<Moved> => cancelAll(database, asked),
});
