-- The event table is the outbox: one ordered stream that readers follow by a cursor. docs/adr/0034-the-event-table-is-the-outbox.md

-- When the transaction of an event began to write, as a number that only grows over the life of the data. It is the transaction id. After
-- a restore into another cluster, whose ids begin low again, waybill_align_outbox() adds an offset to both functions. In SQL and of one
-- expression, so that the planner puts the body in their place.
CREATE FUNCTION waybill_outbox_clock() RETURNS bigint
LANGUAGE sql AS $$ SELECT pg_current_xact_id()::text::bigint $$;

-- Every event of a lower clock is committed and visible to this statement, or was rolled back.
CREATE FUNCTION waybill_outbox_horizon() RETURNS bigint
LANGUAGE sql STABLE AS $$ SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint $$;

-- Lists of events are read in the order of the stream from now on, no longer by id.
DROP INDEX event_account_id_id_idx;

-- Events of before come first, in the order of their ids.
CREATE SEQUENCE event_seq_seq;
ALTER TABLE event
  ADD COLUMN tx BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
UPDATE event SET seq = numbered.seq
FROM (SELECT id, row_number() OVER (ORDER BY id) AS seq FROM event) AS numbered WHERE event.id = numbered.id;
SELECT setval('event_seq_seq', greatest(1, (SELECT max(seq) FROM event)), EXISTS (SELECT FROM event));
ALTER TABLE event ALTER COLUMN seq SET DEFAULT nextval('event_seq_seq');
ALTER SEQUENCE event_seq_seq OWNED BY event.seq;
-- Numbers only: whoever may write an event may take one. No grant of waybill_grant_api() has to name it.
GRANT USAGE ON SEQUENCE event_seq_seq TO PUBLIC;
ALTER TABLE event ALTER COLUMN tx SET DEFAULT waybill_outbox_clock();

-- Events of an account that concern no message: domain.degraded, suppression.created. Their names are those of the API, and the closed
-- set is in packages/relay/src/events/event.ts.
ALTER TABLE event ALTER COLUMN message_id DROP NOT NULL;
ALTER TABLE event DROP CONSTRAINT event_type_known,
  ADD CONSTRAINT event_type_known CHECK (CASE WHEN message_id IS NULL THEN type ~ '^[a-z]+[.][a-z_]+$'
    ELSE type IN ('queued', 'deferred', 'delivered', 'bounced', 'failed', 'unknown', 'suppressed', 'held', 'requeued', 'cancelled', 'complained', 'opened', 'clicked', 'unsubscribed') END);

CREATE INDEX event_account_id_tx_seq_idx ON event (account_id, tx, seq);
CREATE INDEX event_tx_seq_idx ON event (tx, seq);

-- How far each reader has read.
CREATE TABLE event_reader (
  name TEXT NOT NULL,
  tx BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  moved_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT event_reader_pkey PRIMARY KEY (name)
);

-- Events that a reader could not handle and passed over.
CREATE TABLE passed_event (
  reader TEXT NOT NULL,
  event_id UUID NOT NULL,
  account_id UUID NOT NULL,
  error TEXT NOT NULL,
  passed_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT passed_event_pkey PRIMARY KEY (reader, event_id)
);
ALTER TABLE passed_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON passed_event USING (account_id = waybill_account());

-- Raises the clock above every event that is there. Answers by how much; 0 where the data never left its cluster. In one statement, whose
-- snapshot holds no event of a transaction that its own xmax does not exceed.
CREATE FUNCTION waybill_align_outbox() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  shift bigint;
  ahead bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('waybill_outbox'));
  SELECT waybill_outbox_horizon() - pg_snapshot_xmin(now_seen)::text::bigint,
    greatest((SELECT max(tx) FROM event), (SELECT max(tx) FROM event_reader)) - pg_snapshot_xmax(now_seen)::text::bigint
  INTO shift, ahead FROM pg_current_snapshot() AS now_seen;
  IF ahead IS NULL OR ahead < shift THEN
    RETURN 0;
  END IF;
  EXECUTE format('CREATE OR REPLACE FUNCTION waybill_outbox_clock() RETURNS bigint LANGUAGE sql AS $f$ SELECT pg_current_xact_id()::text::bigint + %s $f$', ahead + 1);
  EXECUTE format('CREATE OR REPLACE FUNCTION waybill_outbox_horizon() RETURNS bigint LANGUAGE sql STABLE AS $f$ SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + %s $f$', ahead + 1);
  PERFORM setval('event_seq_seq', greatest((SELECT last_value FROM event_seq_seq), (SELECT seq FROM event ORDER BY tx DESC, seq DESC LIMIT 1)));
  RETURN ahead + 1 - shift;
END
$$;

-- A UUIDv7 of a time (RFC 9562 §5.7), for events that SQL appends: bits 52 and 53 turn version 4 into 7.
CREATE FUNCTION waybill_make_id(at timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE AS $$
  SELECT encode(set_bit(set_bit(substring(int8send(floor(extract(epoch FROM at) * 1000)::bigint) FROM 3)
    || substring(uuid_send(gen_random_uuid()) FROM 7), 52, 1), 53, 1), 'hex')::uuid
$$;

-- Grants of a part of the schema: each migration that adds tables for the API's role adds a function waybill_grants_of_<part>(), so that
-- waybill_grant_api() is not written anew each time. `waybill migrate` calls them all, after that function made the role.
CREATE FUNCTION waybill_grant_parts() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  part regproc;
BEGIN
  FOR part IN
    SELECT oid FROM pg_proc WHERE proname LIKE 'waybill\_grants\_of\_%' AND pronamespace = current_schema()::regnamespace ORDER BY proname
  LOOP
    EXECUTE format('SELECT %s()', part);
  END LOOP;
END
$$;
