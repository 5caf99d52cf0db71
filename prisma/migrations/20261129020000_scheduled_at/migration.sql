-- The time before which a message may not leave. It was a wish inside `options` that no statement could compare or move.
ALTER TABLE message ADD COLUMN scheduled_at timestamptz(3);
UPDATE message SET scheduled_at = (options->>'sendAt')::timestamptz WHERE state IN ('accepted', 'held') AND options ? 'sendAt';
-- The list of what is scheduled must not read all that was ever sent. Mail without a time never meets this index.
CREATE INDEX message_scheduled ON message (account_id, id) WHERE state = 'accepted' AND scheduled_at IS NOT NULL;

-- The word for what waits for its time. It is shown for messages that have no deliveries yet.
ALTER TABLE delivery DROP CONSTRAINT delivery_status_known,
  ADD CONSTRAINT delivery_status_known CHECK (status IN ('scheduled', 'queued', 'deferred', 'held', 'unknown', 'delivered', 'suppressed', 'cancelled', 'failed', 'bounced', 'complained'));

-- A message that is cancelled before it is prepared gets its deliveries from the API, so that each recipient shows `cancelled`.
CREATE OR REPLACE FUNCTION waybill_grant_api() RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'waybill_api') THEN
    BEGIN
      CREATE ROLE waybill_api NOLOGIN;
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL;
      WHEN insufficient_privilege THEN
        RETURN format('role waybill_api is missing and %I may not create it: row-level security is off. As an administrator: CREATE ROLE waybill_api NOLOGIN; GRANT waybill_api TO %I', current_user, current_user);
    END;
  END IF;
  -- Since PostgreSQL 16 a role may be administered by somebody who may not act as it.
  IF NOT pg_has_role(current_user, 'waybill_api', CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END) THEN
    BEGIN
      EXECUTE format('GRANT waybill_api TO %I', current_user);
    EXCEPTION WHEN insufficient_privilege THEN
      RETURN format('%I may not act as role waybill_api: row-level security is off. As an administrator: GRANT waybill_api TO %I', current_user, current_user);
    END;
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO waybill_api', current_schema());
  GRANT SELECT ON account, message, message_content, delivery, attempt, event, report, usage_hour, audit_entry, sandbox_message TO waybill_api;
  GRANT SELECT, INSERT, UPDATE, DELETE ON stream, api_key, smtp_credential, ip_network, from_address, sender_domain, dkim_key, suppression, idempotency_key TO waybill_api;
  GRANT UPDATE ON account, message, delivery TO waybill_api;
  GRANT INSERT ON delivery, event TO waybill_api;
  GRANT DELETE ON sandbox_message TO waybill_api;
  RETURN NULL;
END
$$;
