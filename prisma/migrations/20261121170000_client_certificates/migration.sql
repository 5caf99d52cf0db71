-- A credential may also log in with a client certificate (SASL EXTERNAL): SHA-256 of the certificate, lower-case hex.
ALTER TABLE smtp_credential ADD COLUMN certificate_fingerprints text[] DEFAULT ARRAY[]::text[];
-- At most as many as the API takes, each in its one spelling.
ALTER TABLE smtp_credential ADD CONSTRAINT smtp_credential_fingerprints_are_sha256
  CHECK (array_to_string(certificate_fingerprints, ',', '?') ~ '^([0-9a-f]{64}(,[0-9a-f]{64}){0,19})?$');
CREATE INDEX smtp_credential_certificate_fingerprints_idx ON smtp_credential USING gin (certificate_fingerprints);

-- A certificate says who somebody is, so it may stand for one credential only, whatever account that is in.
-- SECURITY DEFINER: the rule is about other accounts' rows, which row-level security hides from the one who writes.
CREATE FUNCTION waybill_check_certificates() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  -- Two sessions that register the same certificate at once would not see each other's row.
  PERFORM pg_advisory_xact_lock(hashtext('waybill_certificate'));
  IF EXISTS (SELECT FROM smtp_credential other WHERE other.id <> NEW.id AND other.revoked_at IS NULL
             AND other.certificate_fingerprints && NEW.certificate_fingerprints) THEN
    RAISE EXCEPTION 'a certificate belongs to another credential'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'smtp_credential_certificate_of_another';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER smtp_credential_check_certificates BEFORE INSERT OR UPDATE OF certificate_fingerprints ON smtp_credential
  FOR EACH ROW WHEN (cardinality(NEW.certificate_fingerprints) > 0) EXECUTE FUNCTION waybill_check_certificates();

-- As before, and the new column: whoever caches is told of it.
DROP TRIGGER smtp_credential_changed ON smtp_credential;
CREATE TRIGGER smtp_credential_changed AFTER INSERT OR DELETE OR UPDATE OF username, stream_id, secret_hash, previous_secret_hash,
    previous_expires_at, cram_md5, secret_box, scram_salt, scram_iterations, scram_stored_key, scram_server_key, sandbox, networks,
    sender_domains, certificate_fingerprints, revoked_at ON smtp_credential
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();
