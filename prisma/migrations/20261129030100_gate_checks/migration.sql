-- Accounts, and recipients of an account, that a switch concerns. A worker asks the gates about their waiting mail at once, so that it
-- is shown as held before its next attempt is due. Triggers write it, so a switch counts whatever threw it. An empty recipient: all.
CREATE TABLE gate_check (
  account_id UUID NOT NULL,
  recipient_key TEXT NOT NULL DEFAULT '',
  asked_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT gate_check_pkey PRIMARY KEY (account_id, recipient_key)
);

ALTER TABLE gate_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON gate_check USING (account_id = waybill_account());

-- SECURITY DEFINER: the role of the API writes no row here by itself.
CREATE FUNCTION waybill_ask_gates() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
  subject uuid := CASE WHEN TG_TABLE_NAME = 'account' THEN changed->>'id' ELSE changed->>'account_id' END;
BEGIN
  IF subject IS NOT NULL THEN
    INSERT INTO gate_check (account_id, asked_at) VALUES (subject, clock_timestamp())
    ON CONFLICT (account_id, recipient_key) DO UPDATE SET asked_at = excluded.asked_at;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER account_ask_gates AFTER UPDATE OF status, deleted_at, sender_policy ON account
  FOR EACH ROW WHEN (NEW.status <> 'active' OR NEW.deleted_at IS NOT NULL OR NEW.sender_policy <> OLD.sender_policy)
  EXECUTE FUNCTION waybill_ask_gates();
CREATE TRIGGER smtp_credential_ask_gates AFTER UPDATE OF revoked_at ON smtp_credential
  FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL AND NEW.pending_mail = 'hold') EXECUTE FUNCTION waybill_ask_gates();
CREATE TRIGGER api_key_ask_gates AFTER UPDATE OF revoked_at ON api_key
  FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL AND NEW.pending_mail = 'hold') EXECUTE FUNCTION waybill_ask_gates();
CREATE TRIGGER from_address_ask_gates AFTER DELETE ON from_address
  FOR EACH ROW EXECUTE FUNCTION waybill_ask_gates();
CREATE TRIGGER sender_domain_ask_gates AFTER DELETE ON sender_domain
  FOR EACH ROW WHEN (OLD.status <> 'pending') EXECUTE FUNCTION waybill_ask_gates();

-- Not hard bounces: they come in numbers, and other mail to the address meets the gate at its next attempt.
CREATE FUNCTION waybill_ask_gates_of_recipients() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO gate_check (account_id, recipient_key, asked_at)
  SELECT DISTINCT account_id, address, clock_timestamp() FROM added WHERE reason <> 'hard_bounce'
  ON CONFLICT (account_id, recipient_key) DO UPDATE SET asked_at = excluded.asked_at;
  RETURN NULL;
END
$$;
CREATE TRIGGER suppression_ask_gates AFTER INSERT ON suppression REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_ask_gates_of_recipients();

-- By the reason too: mail of one account may be held for several.
DROP INDEX delivery_suspended;
CREATE INDEX delivery_held_for ON delivery (held_for, account_id, id) WHERE held_for IS NOT NULL;
