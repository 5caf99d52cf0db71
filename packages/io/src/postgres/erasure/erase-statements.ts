/** The statements that take one recipient out of the rows of an account. `$1` is the account in all of them. */
import { toOneOf } from '../reading/message-filter.ts';

/** Messages in a statement. Transactions are short, so that the delivery of mail does not wait for their locks. */
export const ERASE_SLICE = 500;

const unfinished = (delivery: string): string =>
  `(${delivery}.next_action_at IS NOT NULL OR ${delivery}.held_for IS NOT NULL OR ${delivery}.status = 'held')`;

/** `$2` is the key of the recipient. Messages to it that no delivery waits for any more. */
export const finishedSql = `
  SELECT DISTINCT d.message_id AS id FROM delivery d
  WHERE d.account_id = $1 AND d.recipient_key = $2
    AND NOT EXISTS (SELECT FROM delivery o WHERE o.message_id = d.message_id AND ${unfinished('o')})
  UNION
  SELECT m.id FROM message m WHERE m.account_id = $1 AND m.state = 'discarded' AND ${toOneOf('m.envelope', '$2')}
  LIMIT ${ERASE_SLICE}`;

/** Messages to it that wait: not prepared, or with deliveries to others. `is_alone`: to no other recipient. */
export const waitingSql = `
  SELECT d.message_id AS id, false AS is_alone FROM delivery d
  WHERE d.account_id = $1 AND d.recipient_key = $2
    AND EXISTS (SELECT FROM delivery o WHERE o.message_id = d.message_id AND ${unfinished('o')})
  UNION
  SELECT m.id, jsonb_array_length(m.envelope->'rcptTo') = 1 AS is_alone FROM message m
  WHERE m.account_id = $1 AND m.state IN ('accepted', 'held') AND ${toOneOf('m.envelope', '$2')}`;

const replaced = (column: string): string => `regexp_replace(${column}, $3, $4, 'gi')`;
const replacedJson = (column: string): string => `${replaced(`${column}::text`)}::jsonb`;

/** `$2` messages, `$3` a pattern of the address, `$4` what stands in its place. Each is a step of one transaction. */
export const messageSteps = {
  contents:
    'DELETE FROM message_content USING message WHERE message.id = message_content.message_id AND message.account_id = $1 AND message_content.message_id = ANY ($2::uuid[])',
  attempts: `
    UPDATE attempt SET transcript = ${replacedJson('transcript')}, reply_text = ${replaced('reply_text')}, reason = ${replaced('attempt.reason')}
    FROM delivery WHERE delivery.id = attempt.delivery_id AND attempt.account_id = $1 AND delivery.message_id = ANY ($2::uuid[])`,
  reports: `
    DELETE FROM report USING delivery
    WHERE delivery.id = report.delivery_id AND delivery.account_id = $1 AND delivery.message_id = ANY ($2::uuid[])`,
  sandbox_messages: `
    DELETE FROM sandbox_message USING delivery
    WHERE delivery.id = sandbox_message.delivery_id AND sandbox_message.account_id = $1 AND delivery.message_id = ANY ($2::uuid[])`,
  events: `
    UPDATE event SET detail = ${replacedJson('detail')} WHERE account_id = $1 AND message_id = ANY ($2::uuid[]) AND detail::text ~* $3`,
  // The rows of a message are in the order of its id.
  webhook_deliveries: `
    UPDATE webhook_delivery SET body = ${replaced('body')}, history = ${replacedJson('history')}
    WHERE account_id = $1 AND order_key = ANY ($2::uuid[]) AND (body ~* $3 OR history::text ~* $3)`,
  messages: `
    UPDATE message SET envelope = ${replacedJson('envelope')}, options = ${replacedJson('options')}, notes = ${replacedJson('notes')},
      session = ${replacedJson('session')}, resolution = ${replacedJson('resolution')}, reason = ${replaced('reason')},
      subject = ${replaced('subject')}, header_from = ${replaced('header_from')}, custom_id = ${replaced('custom_id')},
      message_id_header = ${replaced('message_id_header')},
      tags = ARRAY(SELECT ${replaced('tag')} FROM unnest(tags) WITH ORDINALITY AS one(tag, place) ORDER BY place)
    WHERE account_id = $1 AND id = ANY ($2::uuid[])`,
  // The patch of another copy may hold the address too, in a header field that was written anew. Without the bytes it is of no use.
  deliveries: `
    UPDATE delivery SET recipient = ${replaced('recipient')}, reason = ${replaced('reason')}, notes = ${replacedJson('notes')}, patch = NULL,
      recipient_key = ${replaced('recipient_key')}
    WHERE account_id = $1 AND message_id = ANY ($2::uuid[])`,
} as const;

/** Rows beside messages. `$2` the key of the recipient, `$3` the pattern, `$4` what stands in its place. A statement names all before its last. */
export const besideSteps = {
  sandbox_messages: `
    DELETE FROM sandbox_message WHERE account_id = $1 AND waybill_search_key(rcpt_to) = waybill_search_key($2)`,
  reports: `
    DELETE FROM report WHERE account_id = $1 AND (position(convert_to($2, 'UTF8') IN bytes) > 0 OR detail::text ~* $3)`,
  events: `
    UPDATE event SET detail = ${replacedJson('detail')}
    WHERE account_id = $1 AND message_id IS NULL AND detail::text ~* $3 AND $2::text IS NOT NULL`,
  webhook_deliveries: `
    UPDATE webhook_delivery SET body = ${replaced('body')}, history = ${replacedJson('history')}
    WHERE webhook_id IN (SELECT id FROM webhook WHERE account_id = $1) AND message_id IS NULL AND body ~* $3 AND $2::text IS NOT NULL`,
  discards: `
    UPDATE discard SET evidence = ${replacedJson('evidence')}, resolution = ${replacedJson('resolution')}
    WHERE evidence::text ~* $3 AND (evidence->>'acceptedFor' = $1::text OR resolution->>'accountId' = $1::text) AND $2::text IS NOT NULL`,
  audit_entries: `
    UPDATE audit_entry SET target = '[erased]', detail = '{}', salt = NULL
    WHERE account_id = $1 AND version >= 2 AND salt IS NOT NULL AND (target ~* $3 OR detail::text ~* $3) AND $2::text IS NOT NULL`,
} as const;

/** All suppressions of the address become one of the whole account that knows it only by its hash, `$3`. */
export const suppressSql = `
  WITH old AS (DELETE FROM suppression WHERE account_id = $1 AND address = $2 RETURNING reason)
  INSERT INTO suppression (id, account_id, address, reason, evidence, created_at)
  VALUES ($4, $1, $3, coalesce((SELECT reason FROM old ORDER BY reason = 'complaint' DESC, reason = 'unsubscribe' DESC LIMIT 1), 'manual'),
    jsonb_build_object('erasure', $5::text), $6)
  ON CONFLICT (account_id, stream_id, address) DO NOTHING`;

/** That the account has sent to the recipient before, for its limit of new recipients. */
export const forgetKnownSql = `
  DELETE FROM known_recipient WHERE account_id = $1 AND address_hash = waybill_recipient_hash($1, $2)`;

/** Asks the gates for mail to the address that waits, as a suppression does. */
export const askGatesSql = `
  INSERT INTO gate_check (account_id, recipient_key) VALUES ($1, $2)
  ON CONFLICT (account_id, recipient_key) DO UPDATE SET asked_at = now()`;

/** Entries from before the chain covered hashes: they cannot be changed. */
export const oldEntriesSql = `
  SELECT count(*)::integer AS count FROM audit_entry WHERE account_id = $1 AND version < 2 AND (target ~* $2 OR detail::text ~* $2)`;
