import { attemptOutcomes } from '@waybill/relay/delivery/outcome';
import { attemptIdOf } from '@waybill/relay/id';
import type { AttemptResult } from '@waybill/relay/ports';
import { jsonText } from '../connection/json-text.ts';
import { rowsText } from '../connection/rows.ts';
import { inWeeks, type Week, type Weekly } from '../connection/weekly.ts';
import { eventIdOf } from '../mail-store/event-id.ts';
import { movesAfter, openStatuses } from '../mail-store/status-moves.ts';

/**
 * Saves attempt, delivery and event in one statement. An attempt ends once, except that a real reply replaces the `unknown` that
 * was assumed for a process without a lease. A process that lost its lease still saves the attempt and a final status, so that no
 * process sends again, but it changes no lease and no schedule. The id of a lease stays after its end, so that a second call
 * has the same result.
 * `locked` joins only the given rows. When it also joined `ended`, PostgreSQL 18.4 sometimes dropped a row that another
 * transaction changed while the statement waited for it, and the delivery was sent again although its attempt was delivered.
 */
const saveSql = {
  name: 'save-attempt',
  text: `
  WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(
      attempt_id uuid, delivery_id uuid, lease_id uuid, number integer, ended_at timestamptz, outcome text, reason text,
      host text, ip text, port integer, tls jsonb, timings jsonb, transcript jsonb, reply_code integer, reply_status text,
      reply_text text, category text, party text, retry_at timestamptz, event_id uuid, detail jsonb,
      doubt_event_id uuid, doubt_detail jsonb)
  ), ended AS (
    UPDATE @attempt SET ended_at = given.ended_at, outcome = given.outcome, reason = given.reason, host = given.host,
      ip = given.ip, port = given.port, tls = given.tls, timings = given.timings, transcript = given.transcript,
      reply_code = given.reply_code, reply_status = given.reply_status, reply_text = given.reply_text,
      category = given.category, party = given.party
    FROM given
    WHERE attempt.id = given.attempt_id
      AND (attempt.lease_id = given.lease_id
        OR EXISTS (SELECT FROM @delivery WHERE delivery.id = ANY ($5::uuid[]) AND delivery.id = given.delivery_id AND delivery.lease_id = given.lease_id))
      AND (attempt.ended_at IS NULL OR (attempt.outcome = 'unknown' AND given.outcome <> 'unknown'))
    RETURNING attempt.delivery_id
  ), buried AS (
    UPDATE @attempt SET ended_at = given.ended_at, outcome = 'unknown',
      reason = CASE WHEN dot_sent_at IS NULL THEN 'its process ended before the message was sent'
                     ELSE 'its process ended before the reply came' END
    FROM given
    WHERE attempt.delivery_id = ANY ($3::uuid[]) AND attempt.delivery_id = given.delivery_id
      AND attempt.number < given.number AND attempt.ended_at IS NULL
  ), locked AS MATERIALIZED (
    SELECT delivery.id, delivery.lease_id = given.lease_id AS holds, (CASE WHEN doubt_event_id IS NULL THEN $4::jsonb ELSE $6::jsonb END)->given.outcome->>delivery.status AS next,
      given.reason, ended_at, retry_at, event_id, outcome, detail, doubt_event_id, doubt_detail
    FROM @delivery JOIN given ON given.delivery_id = delivery.id
    ORDER BY delivery.id FOR UPDATE OF delivery
  ), moved AS (
    UPDATE @delivery SET
      status = next,
      reason = locked.reason,
      status_changed_at = CASE WHEN next <> status THEN ended_at ELSE status_changed_at END,
      lease_until = CASE WHEN holds THEN NULL ELSE lease_until END,
      not_before = CASE WHEN holds THEN coalesce(retry_at, not_before) ELSE not_before END,
      next_action_at = CASE WHEN next <> ALL ($2::text[]) THEN NULL WHEN holds THEN retry_at ELSE next_action_at END
    FROM locked
    WHERE delivery.id = locked.id AND locked.id = ANY (ARRAY(SELECT delivery_id FROM ended)) AND (holds OR next <> ALL ($2::text[]))
    RETURNING delivery.id, message_id, account_id, recipient, event_id, outcome, ended_at, detail, doubt_event_id, doubt_detail
  ), doubted AS (
    INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
    SELECT doubt_event_id, account_id, message_id, id, 'unknown', ended_at - interval '1 millisecond',
      doubt_detail || jsonb_build_object('recipient', recipient)
    FROM moved WHERE doubt_event_id IS NOT NULL
    ON CONFLICT (id) DO NOTHING
  ), told AS (
    INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
    SELECT event_id, account_id, message_id, id, outcome, ended_at, detail || jsonb_build_object('recipient', recipient)
    FROM moved
    ON CONFLICT (id) DO NOTHING
  )
  SELECT id FROM locked WHERE holds`,
};

/** For each outcome, the next status of each status. */
const outcomeMoves = jsonText(
  Object.fromEntries(attemptOutcomes.map((outcome) => [outcome, movesAfter([outcome])])),
);

/** The same where an earlier attempt, whose process died past the final dot, makes it `unknown` first. */
const movesInDoubt = jsonText(
  Object.fromEntries(attemptOutcomes.map((outcome) => [outcome, movesAfter(['unknown', outcome])])),
);

const detailOf = (result: AttemptResult) => ({
  attempt: result.attempt,
  reason: result.reason,
  code: result.reply?.code,
  enhanced_code: result.reply?.status,
  reply: result.reply?.text,
  category: result.category,
  party: result.party,
  mx_host: result.host,
  tls: result.tls,
  retry_at: result.retryAt,
});

/** The event of the attempt that was not answered, just before the one that followed it. */
function doubtOf({ deliveryId, unanswered, endedAt }: AttemptResult) {
  if (!unanswered) return {};
  const { attempt, dotSentAt } = unanswered;
  const at = new Date(endedAt.getTime() - 1);
  return {
    doubtEventId: eventIdOf(attemptIdOf(deliveryId, attempt), 'unknown', at),
    doubtDetail: {
      attempt,
      reason: 'Its process ended before the reply to the final dot came. They may have it.',
      dot_sent_at: dotSentAt,
    },
  };
}

const rowOf = ({ unanswered, reply, attempt, ...result }: AttemptResult) => {
  const attemptId = attemptIdOf(result.deliveryId, attempt);
  return {
    ...result,
    attemptId,
    number: attempt,
    replyCode: reply?.code,
    replyStatus: reply?.status,
    replyText: reply?.text,
    eventId: eventIdOf(attemptId, result.outcome, result.endedAt),
  };
};

async function saveWeek(
  weekly: Weekly,
  week: Week,
  results: readonly AttemptResult[],
): Promise<readonly boolean[]> {
  const rows = results.map((result) => ({ ...rowOf(result), detail: detailOf(result), ...doubtOf(result) }));
  const { rows: held } = await weekly.run<{ id: string }>(saveSql, week, [
    rowsText(rows),
    openStatuses,
    results.filter((result) => result.attempt > 1).map((result) => result.deliveryId),
    outcomeMoves,
    results.map(({ deliveryId }) => deliveryId),
    movesInDoubt,
  ]);
  const ids = new Set(held.map((row) => row.id));
  return results.map((result) => ids.has(result.deliveryId));
}

/** Returns for each result whether its lease was valid. At most one result per delivery in a call. */
export const saveAttempts = inWeeks(({ deliveryId }: AttemptResult) => deliveryId, saveWeek);
