-- Requests to erase one recipient, and their reports.
CREATE TABLE "erasure" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "address_key" TEXT NOT NULL,
    "address_box" BYTEA,
    "requested_by" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),
    "report" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "erasure_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "erasure_account_id_id_idx" ON "erasure"("account_id", "id");
CREATE INDEX erasure_pending ON erasure (id) WHERE completed_at IS NULL;
-- The address itself is kept, encrypted, only while there is work left.
ALTER TABLE erasure ADD CONSTRAINT erasure_forgets CHECK ((completed_at IS NULL) = (address_box IS NOT NULL));

ALTER TABLE erasure ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON erasure USING (account_id = waybill_account());

-- An entry of the audit log may name an erased recipient. The chain covers a salted hash of target and detail, so both can be taken
-- out and the chain still verifies. Entries of version 1 are covered as they are.
ALTER TABLE audit_entry
  ADD COLUMN version SMALLINT NOT NULL DEFAULT 1,
  ADD COLUMN salt BYTEA,
  ADD COLUMN content_hash BYTEA;

CREATE OR REPLACE FUNCTION waybill_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.version >= 2 AND OLD.salt IS NOT NULL AND NEW.salt IS NULL AND NEW.target = '[erased]' AND NEW.detail = '{}'
        AND (NEW.id, NEW.sequence, NEW.account_id, NEW.actor, NEW.action, NEW.version, NEW.content_hash, NEW.previous_hash, NEW.hash, NEW.occurred_at)
          IS NOT DISTINCT FROM
            (OLD.id, OLD.sequence, OLD.account_id, OLD.actor, OLD.action, OLD.version, OLD.content_hash, OLD.previous_hash, OLD.hash, OLD.occurred_at) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'insufficient_privilege';
END
$$;
