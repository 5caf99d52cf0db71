/** Begins and undoes the deletion of an account, each with its event in one statement. */
import { PLATFORM_ACCOUNT_ID } from '@waybill/relay/domains/sender-standing';
import type { AccountDeletion } from '@waybill/relay/management/records';
import type { Stores } from '@waybill/relay/management/stores';
import type { Database } from '../connection/database.ts';
import { firstIdOf } from '../reading/message-filter.ts';

const isTenant = `deleted_at IS NULL AND id <> '${PLATFORM_ACCOUNT_ID}'`;

/** SQL: a time in RFC 3339. */
const isoText = (at: string): string => `to_char(${at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

const beginSql = `
  WITH moved AS (
    UPDATE account SET deletion_asked_at = $2, deletion_asked_by = $3, deletes_at = $4, mail_stopped_at = NULL, deletion_reminded_at = NULL
    WHERE id = $1 AND ${isTenant} AND deletes_at IS NULL RETURNING id
  )
  INSERT INTO event (id, account_id, type, occurred_at, detail)
  SELECT waybill_make_id(clock_timestamp()), id, 'account.deletion_requested', $2,
    jsonb_build_object('by', $3::text, 'deletesAt', ${isoText('$4::timestamptz')})
  FROM moved`;

/** Only where the time to undo was longer than the notice: otherwise the first mail has just said it. */
const remindSql = `
  WITH moved AS (
    UPDATE account SET deletion_reminded_at = $1
    WHERE ${isTenant} AND erased_at IS NULL AND deletes_at > $1 AND deletes_at <= $1::timestamptz + $2::interval
      AND deletion_asked_at < deletes_at - $2::interval AND deletion_reminded_at IS NULL
    RETURNING id, deletes_at
  )
  INSERT INTO event (id, account_id, type, occurred_at, detail)
  SELECT waybill_make_id(clock_timestamp()), id, 'account.deletion_near', $1, jsonb_build_object('deletesAt', ${isoText('deletes_at')})
  FROM moved`;

/** Ids of events grow with time, and clocks of hosts differ by less than an hour: the bound keeps older weeks out. */
const undoSql = `
  WITH before AS (SELECT id, deletion_asked_at FROM account WHERE id = $1 AND ${isTenant} AND deletes_at IS NOT NULL FOR UPDATE),
  moved AS (
    UPDATE account SET deletion_asked_at = NULL, deletion_asked_by = NULL, deletes_at = NULL, mail_stopped_at = NULL
    FROM before WHERE account.id = before.id
    RETURNING account.id, before.deletion_asked_at
  ), counted AS (
    SELECT count(*)::integer AS count FROM event e, moved
    WHERE e.account_id = $1 AND e.type = 'cancelled' AND e.id >= $3::uuid AND e.occurred_at >= moved.deletion_asked_at
  ), noted AS (
    INSERT INTO event (id, account_id, type, occurred_at, detail)
    SELECT waybill_make_id(clock_timestamp()), id, 'account.deletion_undone', $2, jsonb_build_object('cancelledDeliveries', count)
    FROM moved, counted
  )
  SELECT count FROM moved, counted`;

const HOUR_MS = 3_600_000;

/** How long before the erasure owners are reminded. */
const NOTICE = '3 days';

type DeletionStore = Pick<Stores['accounts'], 'beginDeletion' | 'undoDeletion' | 'remindOfDeletion'>;

export const accountDeletion = (database: Database): DeletionStore => ({
  async beginDeletion(id, { askedAt, askedBy, deletesAt }: AccountDeletion) {
    const { rowCount } = await database.pool.query(beginSql, [id, askedAt, askedBy, deletesAt]);
    database.eventsWritten();
    return rowCount === 1;
  },
  async remindOfDeletion(at) {
    const { rowCount } = await database.pool.query(remindSql, [at, NOTICE]);
    if (rowCount) database.eventsWritten();
    return rowCount ?? 0;
  },
  async undoDeletion(id, at) {
    const { rows: asked } = await database.pool.query<{ at: Date | null }>(
      'SELECT deletion_asked_at AS at FROM account WHERE id = $1',
      [id],
    );
    const from = asked[0]?.at;
    if (!from) return undefined;
    const bound = firstIdOf(new Date(from.getTime() - HOUR_MS));
    const { rows } = await database.pool.query<{ count: number }>(undoSql, [id, at, bound]);
    database.eventsWritten();
    return rows[0]?.count;
  },
});
