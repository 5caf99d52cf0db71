-- A From address counts only when it is proved: confirmed by its mailbox, vouched for by the operator, or in a domain that is
-- verified for the same account (decided when it is looked up). Addresses that were registered without proof become unconfirmed.
ALTER TABLE "from_address"
  ADD COLUMN "status" TEXT NOT NULL DEFAULT 'unconfirmed',
  ADD COLUMN "status_changed_at" TIMESTAMPTZ(3),
  ADD CONSTRAINT from_address_status_known CHECK (status IN ('unconfirmed', 'confirmed', 'vouched'));

-- The audit log is a chain of hashes; the functions below write as packages/io/src/postgres/audit-log.ts does. Temporary: they
-- end with the session.
CREATE FUNCTION pg_temp.public_id(prefix text, id uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  alphabet CONSTANT text := '0123456789abcdefghjkmnpqrstvwxyz';
  bits text := (('x' || replace(id::text, '-', ''))::bit(128))::text || '00';
  written text := '';
BEGIN
  FOR place IN 0..25 LOOP
    written := written || substr(alphabet, (substr(bits, place * 5 + 1, 5)::bit(5))::integer + 1, 1);
  END LOOP;
  RETURN prefix || '_' || written;
END
$$;

-- `canonical`: the detail as the hash covers it, with every object as a list of [name, value] sorted by name.
CREATE FUNCTION pg_temp.append_audit(account uuid, action text, target text, detail jsonb, canonical text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  entry uuid := gen_random_uuid();
  at timestamptz := date_trunc('milliseconds', clock_timestamp());
  last_sequence bigint;
  last_hash bytea;
  said text;
BEGIN
  PERFORM pg_advisory_xact_lock(7283041963);
  SELECT sequence, hash INTO last_sequence, last_hash FROM audit_entry ORDER BY sequence DESC LIMIT 1;
  last_sequence := coalesce(last_sequence, 0);
  last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
  said := '[' || (last_sequence + 1) || ',' || to_json(entry::text) || ',' || to_json(account::text) || ',"migration",'
    || to_json(action) || ',' || to_json(target) || ',' || canonical || ','
    || to_json(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) || ']';
  INSERT INTO audit_entry (id, sequence, account_id, actor, action, target, detail, previous_hash, hash, occurred_at)
  VALUES (entry, last_sequence + 1, account, 'migration', action, target, detail, last_hash,
    sha256(last_hash || convert_to(said, 'UTF8')), at);
END
$$;

DO $$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT id, account_id, address FROM from_address ORDER BY id LOOP
    PERFORM pg_temp.append_audit(one.account_id, 'from_address.unconfirmed', pg_temp.public_id('from', one.id),
      jsonb_build_object('address', one.address, 'after', jsonb_build_object('status', 'unconfirmed')),
      '[["address",' || to_json(one.address) || '],["after",[["status","unconfirmed"]]]]');
  END LOOP;

  -- `lenient` is the operator's to grant from now on: what an account gave itself ends here.
  FOR one IN SELECT id FROM account WHERE sender_policy = 'lenient' AND deleted_at IS NULL ORDER BY id LOOP
    PERFORM pg_temp.append_audit(one.id, 'account.changed', pg_temp.public_id('acc', one.id),
      '{"after": {"sender_policy": "strict"}, "before": {"sender_policy": "lenient"}}',
      '[["after",[["sender_policy","strict"]]],["before",[["sender_policy","lenient"]]]]');
  END LOOP;
END
$$;

UPDATE account SET sender_policy = 'strict' WHERE sender_policy = 'lenient';

-- The account that mail of the product itself belongs to (packages/relay/src/sender-standing.ts). Untracked. A row of
-- api_key, smtp_credential, ip_network, from_address or sender_domain can never name it.
INSERT INTO account (id, name, track_opens, track_clicks)
  VALUES ('00000000-0000-7000-8000-000000000001', 'Waybill', false, 'none');
INSERT INTO stream (id, account_id, name, is_default, track_opens, track_clicks, list_unsubscribe, retention_days)
  VALUES ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 'transactional', true, false, 'none',
    false, 2);
ALTER TABLE api_key ADD CONSTRAINT api_key_not_platform CHECK (account_id <> '00000000-0000-7000-8000-000000000001');
ALTER TABLE smtp_credential ADD CONSTRAINT smtp_credential_not_platform CHECK (account_id <> '00000000-0000-7000-8000-000000000001');
ALTER TABLE ip_network ADD CONSTRAINT ip_network_not_platform CHECK (account_id <> '00000000-0000-7000-8000-000000000001');
ALTER TABLE from_address ADD CONSTRAINT from_address_not_platform CHECK (account_id <> '00000000-0000-7000-8000-000000000001');
ALTER TABLE sender_domain ADD CONSTRAINT sender_domain_not_platform CHECK (account_id <> '00000000-0000-7000-8000-000000000001');
