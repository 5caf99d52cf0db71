-- A message with a time to send is kept from that time on, not from when it was accepted: otherwise what was scheduled for a month
-- ahead would be gone the day after it was sent. Mail without a time never meets this index.
CREATE INDEX message_by_scheduled_at ON message (scheduled_at) WHERE scheduled_at IS NOT NULL;

CREATE OR REPLACE FUNCTION waybill_drop_partitions(before date, parents text[] DEFAULT waybill_partitioned()) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
  week date;
  parent text;
  live boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('waybill_partitions'));
  FOR week IN
    SELECT DISTINCT to_date(right(child.relname, 8), 'YYYYMMDD')
    FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid JOIN pg_class top ON top.oid = inhparent
    WHERE top.relname = ANY (parents) AND child.relname ~ '_w[0-9]{8}$' AND pg_table_is_visible(child.oid)
    ORDER BY 1
  LOOP
    CONTINUE WHEN week + 7 > before;
    SELECT EXISTS (SELECT FROM message WHERE next_action_at IS NOT NULL AND id >= waybill_first_id(week) AND id < waybill_first_id(week + 7))
        OR EXISTS (SELECT FROM delivery WHERE next_action_at IS NOT NULL AND id >= waybill_first_id(week) AND id < waybill_first_id(week + 7))
        OR EXISTS (SELECT FROM message WHERE scheduled_at >= before AND id >= waybill_first_id(week) AND id < waybill_first_id(week + 7))
      INTO live;
    CONTINUE WHEN live;
    FOREACH parent IN ARRAY parents LOOP
      CONTINUE WHEN to_regclass(parent || '_w' || to_char(week, 'YYYYMMDD')) IS NULL;
      EXECUTE format('DROP TABLE %I', parent || '_w' || to_char(week, 'YYYYMMDD'));
      RETURN NEXT parent || '_w' || to_char(week, 'YYYYMMDD');
    END LOOP;
  END LOOP;
END
$$;
