-- Sender domains: a tracking host of their own, DKIM by CNAME, yearly rotation, the zone cut, and what DNS changed.
ALTER TABLE sender_domain
  ADD COLUMN tracking_host TEXT,
  ADD COLUMN tracking_status TEXT NOT NULL DEFAULT 'pending',
  ADD COLUMN dkim_record TEXT NOT NULL DEFAULT 'txt',
  ADD COLUMN dkim_rotation TEXT NOT NULL DEFAULT 'manual',
  ADD COLUMN zone TEXT,
  ADD CONSTRAINT sender_domain_tracking_status_known CHECK (tracking_status IN ('pending', 'verified', 'degraded')),
  ADD CONSTRAINT sender_domain_dkim_record_known CHECK (dkim_record IN ('txt', 'cname')),
  ADD CONSTRAINT sender_domain_dkim_rotation_known CHECK (dkim_rotation IN ('manual', 'yearly')),
  ADD CONSTRAINT sender_domain_tracking_host_lower_case CHECK (tracking_host = lower(tracking_host));

-- A TLS proxy asks for a host before every new certificate.
CREATE INDEX sender_domain_tracking_host_idx ON sender_domain (tracking_host);

-- A check of a domain that found something else than the one before. account_id is null for a domain of the installation.
CREATE TABLE domain_change (
  id UUID NOT NULL,
  account_id UUID,
  sender_domain_id UUID NOT NULL,
  from_status TEXT NOT NULL,
  to_status TEXT NOT NULL,
  records JSONB NOT NULL DEFAULT '[]',
  occurred_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT domain_change_pkey PRIMARY KEY (id),
  CONSTRAINT domain_change_sender_domain_id_fkey FOREIGN KEY (sender_domain_id) REFERENCES sender_domain (id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX domain_change_sender_domain_id_id_idx ON domain_change (sender_domain_id, id);
ALTER TABLE domain_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON domain_change USING (account_id = waybill_account());

-- Every process that caches settings hears of it at once.
DROP TRIGGER sender_domain_changed ON sender_domain;
CREATE TRIGGER sender_domain_changed AFTER INSERT OR DELETE OR UPDATE OF account_id, domain, status, return_path_status, tracking_host, tracking_status ON sender_domain
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();

-- An account that lost a domain to another account: its waiting mail is held.
CREATE TRIGGER sender_domain_lost_ask_gates AFTER UPDATE OF status ON sender_domain
  FOR EACH ROW WHEN (OLD.status <> 'pending' AND NEW.status = 'pending') EXECUTE FUNCTION waybill_ask_gates();

-- Adds the grants of this table to those before.
ALTER FUNCTION waybill_grant_api() RENAME TO waybill_grant_api_before_domains;
CREATE FUNCTION waybill_grant_api() RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  obstacle text := waybill_grant_api_before_domains();
BEGIN
  IF obstacle IS NOT NULL THEN RETURN obstacle; END IF;
  GRANT SELECT, INSERT, DELETE ON domain_change TO waybill_api;
  RETURN NULL;
END
$$;
