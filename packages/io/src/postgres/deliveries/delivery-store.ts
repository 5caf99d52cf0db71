import type { SubmissionOptions } from '@waybill/relay/message';
import type { AttemptResult, DeliveryStore, StoppedDelivery } from '@waybill/relay/ports';
import { LINGER_MS, openBatcher } from '../../concurrency/batcher.ts';
import { isConnectionTrouble as isTransient } from '../connection/connection-trouble.ts';
import type { Database } from '../connection/database.ts';
import { inWeeks, openWeekly, type Week, type Weekly, weekOf } from '../connection/weekly.ts';
import { notingEvents } from '../mail-store/event-signal.ts';
import { type Claim, type ClaimedRow, claimDeliveries, claimedOf } from './claim-deliveries.ts';
import { type PutBack, putBacks } from './put-back.ts';
import { renewLeases } from './renew-leases.ts';
import { saveAttempts } from './save-attempts.ts';
import { isStillOpen } from './still-open.ts';
import { stopDeliveries } from './stop-deliveries.ts';

/** Linger of the batch in milliseconds. Short, because an SMTP session waits for it. */
const DOT_LINGER_MS = 3;

type Dot = { readonly deliveryId: string; readonly leaseId: string; readonly at: Date };

/**
 * Records the dot while the row of the delivery is locked. A concurrent claim skips a locked row, so only one of the two statements
 * succeeds. The statement fails when the delivery has ended meanwhile, by a cancellation or a late answer.
 */
const dotSql = {
  name: 'dot-sent',
  text: `
  WITH wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS w(id, lease_id, at)
  ), held AS MATERIALIZED (
    SELECT delivery.id, attempts, at
    FROM @delivery JOIN wanted ON wanted.id = delivery.id
    WHERE delivery.lease_id = wanted.lease_id AND lease_until > at AND ${isStillOpen}
    ORDER BY delivery.id FOR SHARE OF delivery
  )
  UPDATE @attempt SET dot_sent_at = coalesce(dot_sent_at, at)
  FROM held
  WHERE attempt.id = waybill_derive_id(held.id, 'att', attempts)
  RETURNING attempt.delivery_id, attempt.lease_id`,
};

async function markWeek(weekly: Weekly, week: Week, dots: readonly Dot[]): Promise<readonly boolean[]> {
  const { rows } = await weekly.run<{ delivery_id: string; lease_id: string }>(dotSql, week, [
    dots.map((dot) => dot.deliveryId),
    dots.map((dot) => dot.leaseId),
    dots.map((dot) => dot.at),
  ]);
  const marked = new Set(rows.map((row) => `${row.delivery_id} ${row.lease_id}`));
  return dots.map((dot) => marked.has(`${dot.deliveryId} ${dot.leaseId}`));
}

/** Saves a patch, only for the holder of the lease and only before the dot, so that the stored patch is the sent one. */
const patchSql = {
  name: 'save-patch',
  text: `
  UPDATE @delivery SET patch = $3
  WHERE id = $1 AND lease_id = $2 AND lease_until IS NOT NULL AND ${isStillOpen}
    AND NOT EXISTS (SELECT FROM @attempt WHERE attempt.id = waybill_derive_id(delivery.id, 'att', attempts) AND dot_sent_at IS NOT NULL)
  RETURNING id`,
};

const optionsSql = { name: 'message-options', text: 'SELECT options FROM @message WHERE id = $1' };

const markDots = inWeeks(({ deliveryId }: Dot) => deliveryId, markWeek);

/** Splits results into groups in which no delivery occurs twice, because a statement sees only the state before itself. */
function withoutRepeats(results: readonly AttemptResult[]): readonly (readonly AttemptResult[])[] {
  const runs: AttemptResult[][] = [];
  for (const result of results) {
    const run = runs.find((one) => one.every((other) => other.deliveryId !== result.deliveryId));
    if (run) run.push(result);
    else runs.push([result]);
  }
  return runs;
}

async function saveAll(weekly: Weekly, results: readonly AttemptResult[]): Promise<readonly boolean[]> {
  if (new Set(results.map((result) => result.deliveryId)).size === results.length)
    return saveAttempts(weekly, results);
  const answers = new Map<AttemptResult, boolean>();
  for (const run of withoutRepeats(results)) {
    const held = await saveAttempts(weekly, run);
    for (const [index, result] of run.entries()) answers.set(result, held[index] ?? false);
  }
  return results.map((result) => answers.get(result) ?? false);
}

/** Concurrent callers of each method share a statement and its fsync. */
export function openDeliveryStore({ database }: { readonly database: Database }): DeliveryStore {
  const weekly = openWeekly(database.pool);
  const claims = openBatcher<Claim, ClaimedRow | undefined>({
    flush: (items) => claimDeliveries(weekly, items),
    maxItems: 48,
    isTransient,
    lingerMs: LINGER_MS,
  });
  const dots = openBatcher<Dot, boolean>({
    flush: (items) => markDots(weekly, items),
    maxItems: 200,
    isTransient,
    lingerMs: DOT_LINGER_MS,
  });
  const results = openBatcher<AttemptResult, boolean>({
    flush: notingEvents(database, (items: readonly AttemptResult[]) => saveAll(weekly, items)),
    maxItems: 100,
    isTransient,
    lingerMs: LINGER_MS,
  });
  const backs = openBatcher<PutBack, void>({
    flush: (items) => putBacks(weekly, items),
    maxItems: 200,
    isTransient,
  });
  const stops = openBatcher<StoppedDelivery, void>({
    flush: notingEvents(database, (items: readonly StoppedDelivery[]) => stopDeliveries(weekly, items)),
    maxItems: 200,
    isTransient,
    lingerMs: LINGER_MS,
  });
  return {
    async claim(deliveryId, lease, makeRoom) {
      const claimed = await claims.add({ deliveryId, ...lease });
      return claimed && claimedOf(weekly, claimed, makeRoom);
    },
    renew: (leases, until) => renewLeases(weekly, leases, until),
    markDotSent: (deliveryId, leaseId, at) => dots.add({ deliveryId, leaseId, at }),
    async optionsOf(messageId) {
      const { rows } = await weekly.run<{ options: SubmissionOptions }>(optionsSql, weekOf(messageId), [
        messageId,
      ]);
      return rows[0]?.options ?? {};
    },
    async savePatch(deliveryId, leaseId, patch) {
      const { rows } = await weekly.run(patchSql, weekOf(deliveryId), [deliveryId, leaseId, patch]);
      return rows.length > 0;
    },
    saveAttempt: (result) => results.add(result),
    stop: (stopped) => stops.add(stopped),
    putBack: (deliveryId, leaseId, until) => backs.add({ deliveryId, leaseId, until }),
  };
}
