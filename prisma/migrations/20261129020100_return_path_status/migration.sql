-- Whether bounces may come back to bounce.<domain>: its MX and SPF records stood when DNS last answered about them. What is
-- verified by now becomes so at the next daily check, or when the owner asks for one.
ALTER TABLE sender_domain ADD COLUMN return_path_status text NOT NULL DEFAULT 'pending',
  ADD CONSTRAINT sender_domain_return_path_status_known CHECK (return_path_status IN ('pending', 'verified', 'degraded'));

-- Every process that caches settings hears of it at once.
DROP TRIGGER sender_domain_changed ON sender_domain;
CREATE TRIGGER sender_domain_changed AFTER INSERT OR DELETE OR UPDATE OF account_id, domain, status, return_path_status ON sender_domain
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();
