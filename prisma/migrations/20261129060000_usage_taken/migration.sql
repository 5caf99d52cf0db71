-- What an account with limits has taken of them. A submission takes its recipients here before it is committed, under the
-- row's lock, so that any number of processes together stay within the limit. Accounts without limits have no row.
CREATE TABLE "usage_taken" (
    "account_id" UUID NOT NULL,
    "hour_start" TIMESTAMPTZ(3) NOT NULL,
    "hour_taken" BIGINT NOT NULL,
    "day_start" TIMESTAMPTZ(3) NOT NULL,
    "day_taken" BIGINT NOT NULL,
    "month_start" TIMESTAMPTZ(3) NOT NULL,
    "month_taken" BIGINT NOT NULL,
    -- The last second in slots of 10 ms (numbered since 1970), and what was taken in each.
    "slots" BIGINT[],
    "slot_taken" BIGINT[],

    CONSTRAINT "usage_taken_pkey" PRIMARY KEY ("account_id")
);

-- Every take changes the row: room in its page keeps the changes away from the index.
ALTER TABLE usage_taken SET (fillfactor = 50);

ALTER TABLE usage_taken ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON usage_taken USING (account_id = waybill_account());

-- Takes for each of `wants` in turn, or not at all where that one does not fit. `limits` are those per second, hour, day
-- and month, NULL where there is none. Hours, days and months are calendar windows in UTC; the second slides. The clock is
-- the database's: the clocks of the processes differ. Answers with what is left after each, and the time it was read.
CREATE FUNCTION waybill_take_usage(account uuid, limits bigint[], wants bigint[])
RETURNS TABLE (place integer, granted boolean, remaining bigint[], at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  kept usage_taken;
  sent record;
  this_slot bigint;
  used bigint[];
  taken bigint := 0;
BEGIN
  INSERT INTO usage_taken VALUES (account, 'epoch', 0, 'epoch', 0, 'epoch', 0, '{}', '{}') ON CONFLICT (account_id) DO NOTHING;
  SELECT * INTO kept FROM usage_taken WHERE account_id = account FOR UPDATE;
  -- After the lock was granted, so that it never stands before the time of the process that held it.
  at := clock_timestamp();

  -- What was committed counts too: it was sent before the account had a limit.
  SELECT coalesce(sum(recipients) FILTER (WHERE hour = date_trunc('hour', at, 'UTC')), 0) AS hour,
    coalesce(sum(recipients) FILTER (WHERE hour >= date_trunc('day', at, 'UTC')), 0) AS day,
    coalesce(sum(recipients), 0) AS month
  INTO sent FROM usage_hour
  WHERE account_id = account AND hour >= date_trunc('month', at, 'UTC') AND hour <= at;

  this_slot := floor(extract(epoch FROM at) * 100);
  SELECT coalesce(array_agg(slot), '{}'), coalesce(array_agg(amount), '{}')
  INTO kept.slots, kept.slot_taken
  FROM unnest(kept.slots, kept.slot_taken) AS t(slot, amount) WHERE slot > this_slot - 101;

  used := ARRAY[
    (SELECT coalesce(sum(amount), 0) FROM unnest(kept.slot_taken) AS amount),
    greatest(sent.hour, CASE WHEN kept.hour_start >= date_trunc('hour', at, 'UTC') THEN kept.hour_taken ELSE 0 END),
    greatest(sent.day, CASE WHEN kept.day_start >= date_trunc('day', at, 'UTC') THEN kept.day_taken ELSE 0 END),
    greatest(sent.month, CASE WHEN kept.month_start >= date_trunc('month', at, 'UTC') THEN kept.month_taken ELSE 0 END)
  ];

  FOR i IN 1..cardinality(wants) LOOP
    place := i;
    granted := NOT EXISTS (SELECT FROM unnest(limits, used) AS t(most, so_far) WHERE so_far + wants[i] > most);
    IF granted THEN
      taken := taken + wants[i];
      used := ARRAY(SELECT so_far + wants[i] FROM unnest(used) WITH ORDINALITY AS t(so_far, n) ORDER BY n);
    END IF;
    remaining := ARRAY(SELECT CASE WHEN most IS NOT NULL THEN greatest(most - so_far, 0) END FROM unnest(limits, used) WITH ORDINALITY AS t(most, so_far, n) ORDER BY n);
    RETURN NEXT;
  END LOOP;

  IF taken > 0 THEN
    IF kept.slots[cardinality(kept.slots)] = this_slot THEN
      kept.slot_taken[cardinality(kept.slots)] := kept.slot_taken[cardinality(kept.slots)] + taken;
    ELSE
      kept.slots := kept.slots || this_slot;
      kept.slot_taken := kept.slot_taken || taken;
    END IF;
    UPDATE usage_taken SET slots = kept.slots, slot_taken = kept.slot_taken,
      hour_start = greatest(hour_start, date_trunc('hour', at, 'UTC')), hour_taken = used[2],
      day_start = greatest(day_start, date_trunc('day', at, 'UTC')), day_taken = used[3],
      month_start = greatest(month_start, date_trunc('month', at, 'UTC')), month_taken = used[4]
    WHERE account_id = account;
  END IF;
END
$$;
