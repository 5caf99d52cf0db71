-- Ends of deliveries by hour, for the automatic suspension of accounts whose mail bounces or is complained about (ADR 40).
CREATE TABLE "outcome_hour" (
    "account_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "delivered" INTEGER NOT NULL,
    "bounced" INTEGER NOT NULL,
    "complained" INTEGER NOT NULL,

    CONSTRAINT "outcome_hour_pkey" PRIMARY KEY ("account_id", "hour")
);
ALTER TABLE outcome_hour ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON outcome_hour USING (account_id = waybill_account());

-- Mail that was accepted before is not counted: who was resumed is not suspended again for the same mail.
ALTER TABLE "account" ADD COLUMN "counted_from" TIMESTAMPTZ(3) NOT NULL DEFAULT '1970-01-01 00:00:00 +00:00';

CREATE FUNCTION waybill_count_anew() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.counted_from := clock_timestamp();
  DELETE FROM outcome_hour WHERE account_id = NEW.id;
  RETURN NEW;
END
$$;
CREATE TRIGGER count_anew BEFORE UPDATE OF status ON account
  FOR EACH ROW WHEN (OLD.status = 'suspended' AND NEW.status = 'active') EXECUTE FUNCTION waybill_count_anew();
