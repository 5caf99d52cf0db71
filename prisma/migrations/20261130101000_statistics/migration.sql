-- Statistics: counts of deliveries by the half hour and by the day (UTC) of acceptance, kept by a reader of the outbox. docs/adr/0035-statistics-are-differences.md
-- Half hours, because whole time zones begin their day at half past. Days, so that a year is few rows.
CREATE TABLE stat_slot (
  account_id UUID NOT NULL,
  dimension TEXT NOT NULL,
  slot TIMESTAMPTZ(3) NOT NULL,
  key TEXT NOT NULL,
  accepted INTEGER NOT NULL DEFAULT 0,
  in_progress INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  bounced INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  suppressed INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  unknown INTEGER NOT NULL DEFAULT 0,
  deferred INTEGER NOT NULL DEFAULT 0,
  complained INTEGER NOT NULL DEFAULT 0,
  unsubscribed INTEGER NOT NULL DEFAULT 0,
  opened INTEGER NOT NULL DEFAULT 0,
  clicked INTEGER NOT NULL DEFAULT 0,
  opens_human INTEGER NOT NULL DEFAULT 0,
  opens_proxy INTEGER NOT NULL DEFAULT 0,
  opens_bot INTEGER NOT NULL DEFAULT 0,
  clicks_human INTEGER NOT NULL DEFAULT 0,
  clicks_proxy INTEGER NOT NULL DEFAULT 0,
  clicks_bot INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT stat_slot_pkey PRIMARY KEY (account_id, dimension, slot, key)
) WITH (fillfactor = 80);
-- For retention, which goes by time alone.
CREATE INDEX stat_slot_slot_idx ON stat_slot (slot);
ALTER TABLE stat_slot ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON stat_slot USING (account_id = waybill_account());

CREATE TABLE stat_day (
  account_id UUID NOT NULL,
  dimension TEXT NOT NULL,
  day DATE NOT NULL,
  key TEXT NOT NULL,
  accepted INTEGER NOT NULL DEFAULT 0,
  in_progress INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  bounced INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  suppressed INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  unknown INTEGER NOT NULL DEFAULT 0,
  deferred INTEGER NOT NULL DEFAULT 0,
  complained INTEGER NOT NULL DEFAULT 0,
  unsubscribed INTEGER NOT NULL DEFAULT 0,
  opened INTEGER NOT NULL DEFAULT 0,
  clicked INTEGER NOT NULL DEFAULT 0,
  opens_human INTEGER NOT NULL DEFAULT 0,
  opens_proxy INTEGER NOT NULL DEFAULT 0,
  opens_bot INTEGER NOT NULL DEFAULT 0,
  clicks_human INTEGER NOT NULL DEFAULT 0,
  clicks_proxy INTEGER NOT NULL DEFAULT 0,
  clicks_bot INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT stat_day_pkey PRIMARY KEY (account_id, dimension, day, key)
) WITH (fillfactor = 80);
-- For retention, which goes by time alone.
CREATE INDEX stat_day_day_idx ON stat_day (day);
ALTER TABLE stat_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON stat_day USING (account_id = waybill_account());

-- What the last check of the balance found. One row.
CREATE TABLE balance_check (
  id SMALLINT NOT NULL DEFAULT 1,
  checked_at TIMESTAMPTZ(3) NOT NULL,
  first_day DATE NOT NULL,
  last_day DATE NOT NULL,
  differences JSONB NOT NULL DEFAULT '[]',
  CONSTRAINT balance_check_pkey PRIMARY KEY (id),
  CONSTRAINT balance_check_one_row CHECK (id = 1)
);

CREATE FUNCTION waybill_grants_of_statistics() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  GRANT SELECT ON stat_slot, stat_day TO waybill_api;
END
$$;
