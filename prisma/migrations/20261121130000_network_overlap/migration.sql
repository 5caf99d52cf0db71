-- A network inside another account's network would take that account's mail, because the longest prefix wins. So an account
-- may not overlap with anybody; the operator may, and says so in the transaction: waybill.may_overlap = 'on'.
-- SECURITY DEFINER: the rule is about other accounts' rows, which row-level security hides from the one who writes.
CREATE OR REPLACE FUNCTION waybill_check_network() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  -- One at a time: two sessions that register networks that overlap would not see each other's row.
  PERFORM pg_advisory_xact_lock(hashtext('waybill_network'));
  IF EXISTS (SELECT FROM ip_network other WHERE other.network = NEW.network AND other.id <> NEW.id
             AND (other.account_id IS NULL) <> (NEW.account_id IS NULL)) THEN
    RAISE EXCEPTION 'network % is a trusted relay for one and an account''s own for another', NEW.network
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'ip_network_relay_or_own';
  END IF;
  IF EXISTS (SELECT FROM ip_network other WHERE other.network = NEW.network AND other.id <> NEW.id
             AND other.account_id <> NEW.account_id AND NOT (other.shared AND NEW.shared)) THEN
    RAISE EXCEPTION 'network % belongs to another account; several may register it only when all mark it shared', NEW.network
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'ip_network_shared_by_all';
  END IF;
  IF NEW.account_id IS NOT NULL AND current_setting('waybill.may_overlap', true) IS DISTINCT FROM 'on'
     AND EXISTS (SELECT FROM ip_network other WHERE other.network && NEW.network AND other.network <> NEW.network
                 AND other.account_id IS DISTINCT FROM NEW.account_id) THEN
    RAISE EXCEPTION 'network % overlaps with a network of another account or with a trusted relay', NEW.network
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'ip_network_overlap';
  END IF;
  RETURN NEW;
END
$$;
