-- Readers of the outbox wait only for transactions of their own database. docs/adr/0034-the-event-table-is-the-outbox.md

-- The lowest transaction id that may still commit an event of this database, as seen by a snapshot; the end of the snapshot when there is
-- none. A transaction that the snapshot holds as running counts, unless a session or a prepared transaction of another database is
-- positively found to have that id: an id that is found nowhere counts. So every lower id of this database is one that the snapshot itself
-- holds as ended, and a statement with that snapshot, or with a later one, sees its events.
--
-- The list of sessions is read anew, after the snapshot was made. An older list, or one in the middle of which a slot changed its session,
-- could pair the id of a session of this database with the database of the session before it.
--
-- STABLE, because it reads; but two calls with one snapshot may differ, for a transaction of another database is found no longer when it
-- has ended. A statement that reads several partitions must call it once: (SELECT waybill_outbox_horizon()).
CREATE FUNCTION waybill_oldest_writer(seen pg_snapshot) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
  own oid;
BEGIN
  IF pg_snapshot_xmin(seen) = pg_snapshot_xmax(seen) THEN
    RETURN pg_snapshot_xmax(seen)::text::bigint;
  END IF;
  SELECT oid INTO own FROM pg_database WHERE datname = current_database();
  PERFORM pg_stat_clear_snapshot();
  RETURN (
    WITH other AS MATERIALIZED (
      SELECT backend_xid AS id FROM pg_stat_get_activity(NULL) WHERE backend_xid IS NOT NULL AND datid <> own
      UNION ALL
      SELECT transaction FROM pg_prepared_xacts WHERE database <> current_database()
    )
    SELECT coalesce(min(running::text::bigint), pg_snapshot_xmax(seen)::text::bigint)
    FROM pg_snapshot_xip(seen) AS running WHERE running::xid NOT IN (SELECT id FROM other)
  );
END
$$;

-- The horizon has the same offset as the clock, which a restored database may have.
DO $$
DECLARE
  shift bigint;
BEGIN
  SELECT waybill_outbox_horizon() - pg_snapshot_xmin(now_seen)::text::bigint INTO shift FROM pg_current_snapshot() AS now_seen;
  EXECUTE format('CREATE OR REPLACE FUNCTION waybill_outbox_horizon() RETURNS bigint LANGUAGE sql STABLE AS $f$ SELECT waybill_oldest_writer(pg_current_snapshot()) + %s $f$', shift);
END
$$;

-- As before, but the offset is that of the clock: two looks at the horizon may differ.
CREATE OR REPLACE FUNCTION waybill_align_outbox() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  shift bigint;
  ahead bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('waybill_outbox'));
  shift := waybill_outbox_clock() - pg_current_xact_id()::text::bigint;
  SELECT greatest((SELECT max(tx) FROM event), (SELECT max(tx) FROM event_reader)) - pg_snapshot_xmax(now_seen)::text::bigint
  INTO ahead FROM pg_current_snapshot() AS now_seen;
  IF ahead IS NULL OR ahead < shift THEN
    RETURN 0;
  END IF;
  EXECUTE format('CREATE OR REPLACE FUNCTION waybill_outbox_clock() RETURNS bigint LANGUAGE sql AS $f$ SELECT pg_current_xact_id()::text::bigint + %s $f$', ahead + 1);
  EXECUTE format('CREATE OR REPLACE FUNCTION waybill_outbox_horizon() RETURNS bigint LANGUAGE sql STABLE AS $f$ SELECT waybill_oldest_writer(pg_current_snapshot()) + %s $f$', ahead + 1);
  PERFORM setval('event_seq_seq', greatest((SELECT last_value FROM event_seq_seq), (SELECT seq FROM event ORDER BY tx DESC, seq DESC LIMIT 1)));
  RETURN ahead + 1 - shift;
END
$$;
