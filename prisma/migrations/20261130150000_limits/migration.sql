-- Sending limits of accounts, streams and credentials, taken together or not at all (ADR 40).

ALTER TABLE "account" ADD COLUMN "limit_new_per_hour" INTEGER;
ALTER TABLE "account" ADD COLUMN "max_bounce_rate" DOUBLE PRECISION;
ALTER TABLE "account" ADD COLUMN "max_complaint_rate" DOUBLE PRECISION;
ALTER TABLE "stream" ADD COLUMN "limits" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "api_key" ADD COLUMN "limits" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "smtp_credential" ADD COLUMN "limits" JSONB NOT NULL DEFAULT '{}';

-- Processes cache the limits of keys.
CREATE TRIGGER api_key_limits_changed AFTER UPDATE OF limits ON api_key
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();
CREATE TRIGGER smtp_credential_limits_changed AFTER UPDATE OF limits ON smtp_credential
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();

-- What a subject (an account, one of its streams or credentials) has taken of its limits.
CREATE TABLE "limit_taken" (
    "subject_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "hour_start" TIMESTAMPTZ(3) NOT NULL,
    "hour_taken" BIGINT NOT NULL,
    -- Recipients of the hour that the account had never sent to.
    "hour_new" BIGINT NOT NULL,
    "day_start" TIMESTAMPTZ(3) NOT NULL,
    "day_taken" BIGINT NOT NULL,
    "month_start" TIMESTAMPTZ(3) NOT NULL,
    "month_taken" BIGINT NOT NULL,
    -- The last second in slots of 10 ms (numbered since 1970), and what was taken in each.
    "slots" BIGINT[],
    "slot_taken" BIGINT[],

    CONSTRAINT "limit_taken_pkey" PRIMARY KEY ("subject_id")
);

-- Every take changes the row: room in its page keeps the changes away from the index.
ALTER TABLE limit_taken SET (fillfactor = 50);
CREATE INDEX "limit_taken_account_id_idx" ON "limit_taken"("account_id");

-- Recipients of accounts that have a limit of new recipients. The address is not kept, only its hash.
CREATE TABLE "known_recipient" (
    "account_id" UUID NOT NULL,
    "address_hash" BYTEA NOT NULL,

    CONSTRAINT "known_recipient_pkey" PRIMARY KEY ("account_id", "address_hash")
);

-- The warnings that were given: once for each limit, window and percentage.
CREATE TABLE "limit_warning" (
    "subject_id" UUID NOT NULL,
    "limit_name" TEXT NOT NULL, -- per_hour | per_day | per_month | new_per_hour
    "limit_value" BIGINT NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "percent" INTEGER NOT NULL, -- 80 | 100
    "account_id" UUID NOT NULL,

    CONSTRAINT "limit_warning_pkey" PRIMARY KEY ("subject_id", "limit_name", "limit_value", "window_start", "percent")
);

INSERT INTO limit_taken (subject_id, account_id, hour_start, hour_taken, hour_new, day_start, day_taken, month_start, month_taken, slots, slot_taken)
SELECT account_id, account_id, hour_start, hour_taken, 0, day_start, day_taken, month_start, month_taken, slots, slot_taken FROM usage_taken;
DROP FUNCTION waybill_take_usage(uuid, bigint[], bigint[]);
DROP TABLE "usage_taken";

ALTER TABLE limit_taken ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON limit_taken USING (account_id = waybill_account());
ALTER TABLE known_recipient ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON known_recipient USING (account_id = waybill_account());
ALTER TABLE limit_warning ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON limit_warning USING (account_id = waybill_account());

CREATE FUNCTION waybill_recipient_hash(account uuid, recipient_key text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT substring(sha256(convert_to(account::text || ' ' || recipient_key, 'UTF8')) FROM 1 FOR 16) $$;

-- Five figures of each subject: taken in the last second, in this hour, day and month, and new recipients in this hour. Hours,
-- days and months are calendar windows in UTC. What the account committed counts too: it was sent before there was a limit.
CREATE FUNCTION waybill_limits_used(account uuid, subjects uuid[], at timestamptz) RETURNS bigint[]
LANGUAGE sql STABLE AS $$
  WITH sent AS MATERIALIZED (
    SELECT coalesce(sum(recipients) FILTER (WHERE hour = date_trunc('hour', at, 'UTC')), 0) AS hour,
      coalesce(sum(recipients) FILTER (WHERE hour >= date_trunc('day', at, 'UTC')), 0) AS day,
      coalesce(sum(recipients), 0) AS month
    FROM usage_hour
    WHERE account_id = account AND account = ANY (subjects) AND hour >= date_trunc('month', at, 'UTC') AND hour <= at
  )
  SELECT array_agg(value::bigint ORDER BY n, place)
  FROM unnest(subjects) WITH ORDINALITY AS subject(id, n)
  LEFT JOIN limit_taken AS taken ON taken.subject_id = subject.id AND taken.account_id = account
  CROSS JOIN sent
  CROSS JOIN LATERAL (VALUES
    (1, (SELECT coalesce(sum(amount), 0) FROM unnest(taken.slots, taken.slot_taken) AS t(slot, amount) WHERE slot > floor(extract(epoch FROM at) * 100) - 101)),
    (2, greatest(CASE WHEN subject.id = account THEN sent.hour ELSE 0 END, CASE WHEN taken.hour_start >= date_trunc('hour', at, 'UTC') THEN taken.hour_taken ELSE 0 END)),
    (3, greatest(CASE WHEN subject.id = account THEN sent.day ELSE 0 END, CASE WHEN taken.day_start >= date_trunc('day', at, 'UTC') THEN taken.day_taken ELSE 0 END)),
    (4, greatest(CASE WHEN subject.id = account THEN sent.month ELSE 0 END, CASE WHEN taken.month_start >= date_trunc('month', at, 'UTC') THEN taken.month_taken ELSE 0 END)),
    (5, CASE WHEN taken.hour_start >= date_trunc('hour', at, 'UTC') THEN taken.hour_new ELSE 0 END)
  ) AS figures(place, value)
$$;

-- Notes the warnings that are due, at 80 % and at 100 %, and answers with those that were not given before.
CREATE FUNCTION waybill_warn_limits(account uuid, subjects uuid[], limits bigint[], used bigint[], at timestamptz)
RETURNS SETOF limit_warning
LANGUAGE sql VOLATILE AS $$
  INSERT INTO limit_warning (subject_id, limit_name, limit_value, window_start, percent, account_id)
  SELECT subjects[(n - 1) / 5 + 1], (ARRAY['new_per_hour', 'per_second', 'per_hour', 'per_day', 'per_month'])[n % 5 + 1], most,
    date_trunc((ARRAY['hour', 'second', 'hour', 'day', 'month'])[n % 5 + 1], at, 'UTC'), percent, account
  FROM unnest(limits, used) WITH ORDINALITY AS t(most, so_far, n)
  JOIN (VALUES (80), (100)) AS levels(percent) ON so_far * 100 >= most * percent
  WHERE n % 5 <> 1
  ON CONFLICT DO NOTHING
  RETURNING *
$$;

-- Takes for each of `wants` in turn, or not at all where that one does not fit. `limits` holds five limits of each subject, in the
-- order of `waybill_limits_used`, NULL where there is none. A want is {recipients, addresses}; addresses are needed only for limits
-- of new recipients. The row of the account is locked first whatever the subjects are, so that two processes cannot deadlock. The
-- clock is the database's: the clocks of the processes differ. Answers with the new recipients of each, what is left after it, and
-- the time it was read.
CREATE FUNCTION waybill_take_limits(account uuid, subjects uuid[], limits bigint[], wants jsonb)
RETURNS TABLE (place bigint, granted boolean, fresh bigint, remaining bigint[], at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  used bigint[];
  missed bigint[];
  wanted jsonb;
  amount bigint;
  taken bigint := 0;
  taken_new bigint := 0;
  strangers bytea[];
  this_slot bigint;
  counts_new boolean := EXISTS (SELECT FROM unnest(limits) WITH ORDINALITY AS t(most, n) WHERE n % 5 = 0 AND most IS NOT NULL);
BEGIN
  INSERT INTO limit_taken
  SELECT id, account, 'epoch', 0, 0, 'epoch', 0, 'epoch', 0, '{}', '{}' FROM unnest(account || subjects) AS id
  ON CONFLICT (subject_id) DO NOTHING;
  PERFORM FROM limit_taken WHERE subject_id = account FOR UPDATE;
  -- After the lock was granted, so that it never stands before the time of the process that held it.
  at := clock_timestamp();
  used := waybill_limits_used(account, subjects, at);
  missed := used;

  FOR wanted, place IN SELECT t.value, t.n FROM jsonb_array_elements(wants) WITH ORDINALITY AS t(value, n) LOOP
    amount := (wanted->>'recipients')::bigint;
    fresh := 0;
    IF counts_new AND amount > 0 THEN
      SELECT coalesce(array_agg(address_hash), '{}') INTO strangers FROM (
        SELECT DISTINCT waybill_recipient_hash(account, t.key) AS address_hash FROM jsonb_array_elements_text(wanted->'addresses') AS t(key)
        WHERE NOT EXISTS (SELECT FROM delivery WHERE account_id = account AND recipient_key = t.key)
      ) AS asked
      WHERE NOT EXISTS (SELECT FROM known_recipient WHERE account_id = account AND known_recipient.address_hash = asked.address_hash);
      fresh := cardinality(strangers);
    END IF;
    granted := NOT EXISTS (
      SELECT FROM unnest(limits, used) WITH ORDINALITY AS t(most, so_far, n)
      WHERE so_far + CASE WHEN n % 5 = 0 THEN fresh ELSE amount END > most);
    IF granted THEN
      taken := taken + amount;
      taken_new := taken_new + fresh;
      used := ARRAY(SELECT so_far + CASE WHEN n % 5 = 0 THEN fresh ELSE amount END FROM unnest(used) WITH ORDINALITY AS t(so_far, n) ORDER BY n);
      IF fresh > 0 THEN
        INSERT INTO known_recipient SELECT account, unnest(strangers) ON CONFLICT DO NOTHING;
      END IF;
    ELSE
      -- Only the limits that refused count as reached.
      missed := ARRAY(
        SELECT greatest(missed[n], CASE WHEN so_far + asked > most THEN so_far + asked ELSE 0 END)
        FROM unnest(limits, used) WITH ORDINALITY AS t(most, so_far, n)
        CROSS JOIN LATERAL (SELECT CASE WHEN n % 5 = 0 THEN fresh ELSE amount END AS asked) AS a ORDER BY n);
    END IF;
    remaining := ARRAY(SELECT CASE WHEN most IS NOT NULL THEN greatest(most - so_far, 0) END FROM unnest(limits, used) WITH ORDINALITY AS t(most, so_far, n) ORDER BY n);
    RETURN NEXT;
  END LOOP;

  IF taken > 0 THEN
    this_slot := floor(extract(epoch FROM at) * 100);
    UPDATE limit_taken SET slots = recent.slots, slot_taken = recent.slot_taken,
      hour_start = greatest(hour_start, date_trunc('hour', at, 'UTC')), hour_taken = used[recent.base + 2], hour_new = used[recent.base + 5],
      day_start = greatest(day_start, date_trunc('day', at, 'UTC')), day_taken = used[recent.base + 3],
      month_start = greatest(month_start, date_trunc('month', at, 'UTC')), month_taken = used[recent.base + 4]
    FROM (
      SELECT subject.id, (subject.n - 1) * 5 AS base, array_agg(slot ORDER BY slot) AS slots, array_agg(total ORDER BY slot) AS slot_taken
      FROM unnest(subjects) WITH ORDINALITY AS subject(id, n)
      JOIN limit_taken AS before ON before.subject_id = subject.id
      CROSS JOIN LATERAL (
        SELECT slot, sum(t.amount)::bigint AS total
        FROM (SELECT * FROM unnest(before.slots, before.slot_taken) UNION ALL SELECT this_slot, taken) AS t(slot, amount)
        WHERE slot > this_slot - 101 GROUP BY slot
      ) AS kept
      GROUP BY subject.id, subject.n
    ) AS recent
    WHERE subject_id = recent.id;
  END IF;
  IF jsonb_path_exists(wants, '$[*].recipients ? (@ > 0)') THEN
    PERFORM waybill_warn_limits(account, subjects, limits, ARRAY(SELECT greatest(u, m) FROM unnest(used, missed) WITH ORDINALITY AS t(u, m, n) ORDER BY n), at);
  END IF;
END
$$;
