-- An account is deleted after a time in which that can be undone. Until then it has `deletes_at`, and its status is as it was.
ALTER TABLE account
  ADD COLUMN deletion_asked_at TIMESTAMPTZ(3),
  ADD COLUMN deletion_asked_by TEXT,
  ADD COLUMN deletes_at TIMESTAMPTZ(3),
  -- No mail waits any more.
  ADD COLUMN mail_stopped_at TIMESTAMPTZ(3),
  -- Its rows are gone. Accounts that were removed before this migration keep theirs until retention.
  ADD COLUMN erased_at TIMESTAMPTZ(3);
CREATE INDEX account_deleting ON account (deletes_at) WHERE deletes_at IS NOT NULL AND erased_at IS NULL;

DROP TRIGGER account_ask_gates ON account;
CREATE TRIGGER account_ask_gates AFTER UPDATE OF status, deleted_at, deletes_at, sender_policy ON account
  FOR EACH ROW WHEN (NEW.status <> 'active' OR NEW.deleted_at IS NOT NULL OR NEW.deletes_at IS NOT NULL OR NEW.sender_policy <> OLD.sender_policy)
  EXECUTE FUNCTION waybill_ask_gates();
