import type { ClaimedDelivery, MakeRoom } from '@waybill/relay/ports';
import { INLINE_BYTES, inPieces, type Range, rangeSql } from '../connection/large-bytes.ts';
import { fromRow } from '../connection/rows.ts';
import { inWeeks, type Week, type Weekly, weekOf } from '../connection/weekly.ts';
import { bytesToRead, type ContentRow, contentColumns, contentOf } from '../mail-store/content-bytes.ts';
import { isStillOpen } from './still-open.ts';

export type Claim = {
  readonly deliveryId: string;
  readonly leaseId: string;
  readonly until: Date;
  readonly now: Date;
  /** Later than `now`: the delivery may be due as late as this. */
  readonly dueBy?: Date | undefined;
};

/**
 * Takes the leases of a batch and starts its attempts. SKIP LOCKED: a row that another transaction has locked is not free.
 * The statement does not wait for an fsync: a claim that a crash of the server loses is detected before the final dot, where the
 * lease is checked with fsync. `next_action_at` stays unchanged, so no index is written; the sweeper also reads the lease.
 */
const claimSql = {
  name: 'claim',
  text: `
  WITH wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[]) AS w(id, lease_id, until, now, due_by)
  ), free AS (
    SELECT delivery.id, wanted.lease_id, until, now
    FROM @delivery JOIN wanted ON wanted.id = delivery.id
    WHERE status IN ('queued', 'deferred', 'unknown') AND ${isStillOpen}
      AND not_before <= due_by AND (lease_until IS NULL OR lease_until <= now)
    FOR UPDATE OF delivery SKIP LOCKED
  ), claimed AS (
    UPDATE @delivery SET lease_id = free.lease_id, lease_until = until, attempts = attempts + 1
    FROM free
    WHERE delivery.id = free.id
    RETURNING delivery.*, now, set_config('synchronous_commit', 'off', true) AS quick
  ), started AS (
    INSERT INTO @attempt (id, delivery_id, account_id, number, lease_id, started_at)
    SELECT waybill_derive_id(id, 'att', attempts), id, account_id, attempts, lease_id, now FROM claimed
    ON CONFLICT (id) DO NOTHING
  )
  SELECT claimed.id, claimed.message_id, claimed.account_id, claimed.stream_id, recipient, coalesce(return_path, '') AS return_path, envelope, ${contentColumns},
    CASE WHEN octet_length(patch) <= ${INLINE_BYTES} THEN patch END AS patch, octet_length(patch) AS patch_size,
    claimed.sandbox, coalesce((options->>'requireTls')::boolean, false) AS require_tls, attempts AS attempt, accepted_at, expires_at, lease_id,
    claimed.status, released_at, message.credential_id, header_from, coalesce((options->>'bypassSuppression')::boolean, false) AS bypass_suppression
  FROM claimed
  JOIN @message ON message.id = claimed.message_id
  JOIN @message_content ON message_content.message_id = claimed.message_id`,
};

/**
 * Reads unanswered final dots of earlier attempts. It runs after the claim, because the snapshot of the claim was made before the
 * lease was taken, and the earlier holder may have sent a dot in between. After the claim it cannot.
 */
const lostSql = {
  name: 'lost-dots',
  text: `
  SELECT DISTINCT ON (delivery_id) delivery_id, number, dot_sent_at FROM @attempt
  WHERE delivery_id = ANY ($1::uuid[]) AND lease_id <> ALL ($2::uuid[]) AND dot_sent_at IS NOT NULL AND ended_at IS NULL
  ORDER BY delivery_id, number DESC`,
};

type Lost = { readonly deliveryId: string; readonly number: number; readonly dotSentAt: Date };

type Row = ContentRow &
  Omit<ClaimedDelivery, 'source' | 'patch' | 'unanswered' | 'suppressionAskedAt'> & {
    /** `undefined`: there is none, or it is large. */
    readonly patch: Buffer | undefined;
    readonly patchSize: number | undefined;
  };

/** A first attempt has no earlier one, so most claims need no second statement. */
async function lostDots(
  weekly: Weekly,
  week: Week,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, Lost>> {
  const again = rows.filter(({ attempt }) => attempt > 1);
  if (again.length === 0) return new Map();
  const { rows: lost } = await weekly.run(lostSql, week, [
    again.map(({ id }) => id),
    again.map(({ leaseId }) => leaseId),
  ]);
  return new Map(lost.map(fromRow<Lost>).map((one) => [one.deliveryId, one]));
}

const patchSql = {
  name: 'patch-piece',
  text: `SELECT ${rangeSql('patch')} AS bytes FROM @delivery WHERE id = $1`,
};

async function patchOf(weekly: Weekly, { id, patch, patchSize: size }: Row): Promise<Buffer> {
  const read = async ({ start, size: most }: Range): Promise<Buffer | undefined> => {
    const { rows } = await weekly.run<{ bytes: Buffer | null }>(patchSql, weekOf(id), [id, start, most]);
    return rows[0]?.bytes ?? undefined;
  };
  return patch ?? inPieces(size ?? 0, read);
}

/** The result of a claim: the row, and the unanswered dot of an earlier attempt. */
export type ClaimedRow = { readonly row: Row; readonly lost: Lost | undefined };

/** The claimed delivery. Reads its large bytes. */
export async function claimedOf(
  weekly: Weekly,
  { row, lost }: ClaimedRow,
  makeRoom: MakeRoom | undefined,
): Promise<ClaimedDelivery> {
  const { contentText, contentBytes, contentSize, patchSize, ...delivery } = row;
  const large = bytesToRead(row) + (row.patch === undefined ? (patchSize ?? 0) : 0);
  if (large > 0) await makeRoom?.(row.accountId, large);
  return {
    ...delivery,
    source: await contentOf(weekly, row.messageId, row),
    patch: await patchOf(weekly, row),
    ...(lost ? { unanswered: { attempt: lost.number, dotSentAt: lost.dotSentAt } } : {}),
  };
}

async function claimWeek(
  weekly: Weekly,
  week: Week,
  claims: readonly Claim[],
): Promise<readonly (ClaimedRow | undefined)[]> {
  const { rows: taken } = await weekly.run(claimSql, week, [
    claims.map((claim) => claim.deliveryId),
    claims.map((claim) => claim.leaseId),
    claims.map((claim) => claim.until),
    claims.map((claim) => claim.now),
    claims.map((claim) => claim.dueBy ?? claim.now),
  ]);
  const rows = taken.map(fromRow<Row>);
  const lost = await lostDots(weekly, week, rows);
  // By lease too: of two callers for one delivery in a batch, one took it.
  const found = new Map(rows.map((row) => [`${row.id} ${row.leaseId}`, row]));
  return claims.map(({ deliveryId, leaseId }) => {
    const row = found.get(`${deliveryId} ${leaseId}`);
    return row && { row, lost: lost.get(row.id) };
  });
}

export const claimDeliveries = inWeeks(({ deliveryId }: Claim) => deliveryId, claimWeek);
