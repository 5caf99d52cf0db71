-- Statistics are for columns that a plan can depend on. Those of wide ones that no index names cost ANALYZE most of its time, some 15 µs a
-- message, and nobody ever plans by them.
CREATE FUNCTION waybill_thin_statistics(parent text, child text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  wide text;
BEGIN
  FOR wide IN
    SELECT attname FROM pg_attribute AS a
    WHERE attrelid = parent::regclass AND attnum > 0 AND NOT attisdropped
      AND atttypid = ANY ('{jsonb, bytea, text, text[]}'::regtype[])
      AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND a.attnum = ANY (indkey))
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET STATISTICS 0', child, wide);
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION waybill_ensure_partitions(first_day date, last_day date) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
  week date;
  parent text;
  child text;
  key text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('waybill_partitions'));
  FOR week IN SELECT generate_series(date_trunc('week', first_day), last_day, '7 days')::date LOOP
    FOREACH parent IN ARRAY waybill_partitioned() LOOP
      child := parent || '_w' || to_char(week, 'YYYYMMDD');
      CONTINUE WHEN to_regclass(child) IS NOT NULL;
      key := CASE parent WHEN 'message_content' THEN 'message_id' ELSE 'id' END;
      -- Room on each page for the next version of a row: most are written two or three times, then never again.
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) WITH (fillfactor = %s)',
        child, parent, CASE WHEN parent IN ('message', 'delivery', 'attempt') THEN 70 ELSE 100 END);
      PERFORM waybill_thin_statistics(parent, child);
      EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent || '_default');
      EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
        parent || '_default', key, waybill_first_id(week), key, waybill_first_id(week + 7), child);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        parent, child, waybill_first_id(week), waybill_first_id(week + 7));
      RETURN NEXT child;
    END LOOP;
  END LOOP;
END
$$;

SELECT waybill_thin_statistics(inhparent::regclass::text, inhrelid::regclass::text)
FROM pg_inherits WHERE inhparent = ANY (waybill_partitioned()::regclass[]);
