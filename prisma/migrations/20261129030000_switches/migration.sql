-- Kill switches: why a delivery is held, when the account released it, and what becomes of the mail of a revoked key.
ALTER TABLE delivery ADD COLUMN held_for TEXT, ADD COLUMN released_at TIMESTAMPTZ(3);
ALTER TABLE delivery ADD CONSTRAINT delivery_held_for_known
  CHECK (held_for IN ('account_suspended', 'credential_revoked', 'sender_removed'));

-- Resume looks for these. It holds rows of suspended accounts only, so mail that is sent normally never writes to it.
CREATE INDEX delivery_suspended ON delivery (account_id, id) WHERE held_for = 'account_suspended';

ALTER TABLE smtp_credential ADD COLUMN pending_mail TEXT NOT NULL DEFAULT 'hold',
  ADD CONSTRAINT smtp_credential_pending_mail_known CHECK (pending_mail IN ('hold', 'send'));
ALTER TABLE api_key ADD COLUMN pending_mail TEXT NOT NULL DEFAULT 'hold',
  ADD CONSTRAINT api_key_pending_mail_known CHECK (pending_mail IN ('hold', 'send'));

-- Processes cache whether a key is revoked. Not last_used_at: it changes with every request.
CREATE TRIGGER api_key_changed AFTER INSERT OR DELETE OR UPDATE OF secret_hash, scopes, expires_at, revoked_at, pending_mail ON api_key
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();
