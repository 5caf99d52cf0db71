-- Whoever keeps a list of suppressions in memory is told whose list changed. Every recipient of every message is looked up in
-- one, and lists change rarely. Transition tables: a statement may touch many rows, and one word for each account is enough.
CREATE FUNCTION waybill_tell_suppressions_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('waybill_suppressions_changed', account_id::text) FROM (SELECT DISTINCT account_id FROM changed) AS accounts;
  RETURN NULL;
END
$$;
CREATE TRIGGER suppression_added AFTER INSERT ON suppression REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_suppressions_changed();
CREATE TRIGGER suppression_altered AFTER UPDATE ON suppression REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_suppressions_changed();
CREATE TRIGGER suppression_removed AFTER DELETE ON suppression REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_suppressions_changed();
