-- The tables as `node prisma/diff.mjs` prints them; what was added by hand is PARTITION BY and everything below "By hand".

CREATE TABLE "account" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "suspended_because" TEXT,
    "sender_policy" TEXT NOT NULL DEFAULT 'strict',
    "suppressed_recipients" TEXT NOT NULL DEFAULT 'refuse',
    "track_opens" BOOLEAN NOT NULL DEFAULT true,
    "track_clicks" TEXT NOT NULL DEFAULT 'all',
    "hide_client_ip" BOOLEAN NOT NULL DEFAULT false,
    "delivery_mode" TEXT,
    "smarthost_url_box" BYTEA,
    "max_message_bytes" INTEGER,
    "max_recipients" INTEGER,
    "limit_per_second" INTEGER,
    "limit_per_hour" INTEGER,
    "limit_per_day" INTEGER,
    "limit_per_month" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "stream" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "track_opens" BOOLEAN NOT NULL DEFAULT true,
    "track_clicks" TEXT NOT NULL DEFAULT 'html',
    "list_unsubscribe" BOOLEAN NOT NULL DEFAULT true,
    "expiry_minutes" INTEGER NOT NULL DEFAULT 2880,
    "unknown_policy" TEXT NOT NULL DEFAULT 'prefer_no_duplicate',
    "retention_days" INTEGER NOT NULL DEFAULT 45,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stream_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "account_id" UUID,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "last_used_ip" INET,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "smtp_credential" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "username" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "stream_id" UUID,
    "secret_hash" BYTEA NOT NULL,
    "previous_secret_hash" BYTEA,
    "previous_expires_at" TIMESTAMPTZ(3),
    "cram_md5" BOOLEAN NOT NULL DEFAULT false,
    "secret_box" BYTEA,
    "scram_salt" BYTEA,
    "scram_iterations" INTEGER,
    "scram_stored_key" BYTEA,
    "scram_server_key" BYTEA,
    "sandbox" BOOLEAN NOT NULL DEFAULT false,
    "networks" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "sender_domains" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "last_used_ip" INET,

    CONSTRAINT "smtp_credential_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "ip_network" (
    "id" UUID NOT NULL,
    "account_id" UUID,
    "network" INET NOT NULL,
    "shared" BOOLEAN NOT NULL DEFAULT false,
    "label" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ip_network_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "from_address" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "from_address_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "sender_domain" (
    "id" UUID NOT NULL,
    "account_id" UUID,
    "domain" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "checks" JSONB NOT NULL DEFAULT '[]',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "checked_at" TIMESTAMPTZ(3),
    "verified_at" TIMESTAMPTZ(3),

    CONSTRAINT "sender_domain_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "dkim_key" (
    "id" UUID NOT NULL,
    "sender_domain_id" UUID NOT NULL,
    "selector" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "private_key_box" BYTEA NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "dkim_key_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "message" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "credential_id" UUID,
    "stream_id" UUID,
    "state" TEXT NOT NULL DEFAULT 'accepted',
    "because" TEXT NOT NULL DEFAULT '',
    "envelope" JSONB NOT NULL,
    "options" JSONB NOT NULL DEFAULT '{}',
    "session" JSONB NOT NULL DEFAULT '{}',
    "resolution" JSONB NOT NULL DEFAULT '{}',
    "notes" JSONB NOT NULL DEFAULT '[]',
    "header_from" TEXT,
    "subject" TEXT,
    "message_id_header" TEXT,
    "custom_id" TEXT,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "size" INTEGER NOT NULL,
    "sandbox" BOOLEAN NOT NULL DEFAULT false,
    "process_attempts" INTEGER NOT NULL DEFAULT 0,
    "accepted_at" TIMESTAMPTZ(3) NOT NULL,
    "next_action_at" TIMESTAMPTZ(3),

    CONSTRAINT "message_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

CREATE TABLE "message_content" (
    "message_id" UUID NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "message_content_pkey" PRIMARY KEY ("message_id")
) PARTITION BY RANGE ("message_id");

CREATE TABLE "delivery" (
    "id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "stream_id" UUID,
    "recipient" TEXT NOT NULL,
    "recipient_key" TEXT NOT NULL,
    "recipient_index" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "because" TEXT NOT NULL DEFAULT '',
    "return_path" TEXT,
    "patch" BYTEA,
    "notes" JSONB NOT NULL DEFAULT '[]',
    "sandbox" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lease_id" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "next_action_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "status_changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

CREATE TABLE "attempt" (
    "id" UUID NOT NULL,
    "delivery_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "lease_id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "dot_sent_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "because" TEXT,
    "host" TEXT,
    "ip" TEXT,
    "port" INTEGER,
    "tls" JSONB,
    "timings" JSONB NOT NULL DEFAULT '{}',
    "transcript" JSONB NOT NULL DEFAULT '[]',
    "reply_code" INTEGER,
    "reply_status" TEXT,
    "reply_text" TEXT,
    "category" TEXT,
    "party" TEXT,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

CREATE TABLE "event" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "delivery_id" UUID,
    "type" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

CREATE TABLE "suppression" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "stream_id" UUID,
    "address" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "evidence" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "suppression_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "discard" (
    "id" UUID NOT NULL,
    "message_id" UUID,
    "stage" TEXT NOT NULL,
    "resolution" JSONB NOT NULL,
    "evidence" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "discard_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "report" (
    "id" UUID NOT NULL,
    "delivery_id" UUID,
    "account_id" UUID,
    "kind" TEXT NOT NULL DEFAULT 'unread',
    "detail" JSONB NOT NULL DEFAULT '{}',
    "bytes" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "next_action_at" TIMESTAMPTZ(3),

    CONSTRAINT "report_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "idempotency_key" (
    "account_id" UUID NOT NULL,
    "route" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" BYTEA NOT NULL,
    "status" INTEGER,
    "response" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("account_id","route","key")
);

CREATE TABLE "usage_hour" (
    "account_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "messages" INTEGER NOT NULL,
    "recipients" INTEGER NOT NULL,
    "bytes" BIGINT NOT NULL,

    CONSTRAINT "usage_hour_pkey" PRIMARY KEY ("account_id","hour")
);

CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "sequence" BIGINT NOT NULL,
    "account_id" UUID,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "previous_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "sandbox_message" (
    "id" UUID NOT NULL,
    "account_id" UUID,
    "delivery_id" UUID,
    "mail_from" TEXT NOT NULL,
    "rcpt_to" TEXT NOT NULL,
    "helo_name" TEXT NOT NULL,
    "tls" TEXT,
    "bytes" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sandbox_message_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "stream_account_id_name_key" ON "stream"("account_id", "name");
CREATE INDEX "api_key_account_id_idx" ON "api_key"("account_id");
CREATE UNIQUE INDEX "smtp_credential_username_key" ON "smtp_credential"("username");
CREATE INDEX "smtp_credential_account_id_idx" ON "smtp_credential"("account_id");
CREATE INDEX "ip_network_network_idx" ON "ip_network"("network");
CREATE UNIQUE INDEX "ip_network_account_id_network_key" ON "ip_network"("account_id", "network");
CREATE INDEX "from_address_address_idx" ON "from_address"("address");
CREATE UNIQUE INDEX "from_address_account_id_address_key" ON "from_address"("account_id", "address");
CREATE INDEX "sender_domain_domain_idx" ON "sender_domain"("domain");
CREATE UNIQUE INDEX "sender_domain_account_id_domain_key" ON "sender_domain"("account_id", "domain");
CREATE UNIQUE INDEX "dkim_key_sender_domain_id_selector_key" ON "dkim_key"("sender_domain_id", "selector");
CREATE INDEX "message_account_id_id_idx" ON "message"("account_id", "id");
CREATE INDEX "delivery_message_id_idx" ON "delivery"("message_id");
CREATE INDEX "delivery_account_id_recipient_key_id_idx" ON "delivery"("account_id", "recipient_key", "id");
CREATE INDEX "attempt_delivery_id_idx" ON "attempt"("delivery_id");
CREATE INDEX "event_account_id_id_idx" ON "event"("account_id", "id");
CREATE INDEX "event_message_id_idx" ON "event"("message_id");
CREATE INDEX "suppression_account_id_address_idx" ON "suppression"("account_id", "address");
CREATE INDEX "report_delivery_id_idx" ON "report"("delivery_id");
CREATE INDEX "idempotency_key_expires_at_idx" ON "idempotency_key"("expires_at");
CREATE UNIQUE INDEX "audit_entry_sequence_key" ON "audit_entry"("sequence");
CREATE INDEX "audit_entry_account_id_id_idx" ON "audit_entry"("account_id", "id");
CREATE INDEX "sandbox_message_account_id_rcpt_to_id_idx" ON "sandbox_message"("account_id", "rcpt_to", "id");

ALTER TABLE "stream" ADD CONSTRAINT "stream_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "smtp_credential" ADD CONSTRAINT "smtp_credential_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "ip_network" ADD CONSTRAINT "ip_network_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "from_address" ADD CONSTRAINT "from_address_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "sender_domain" ADD CONSTRAINT "sender_domain_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "dkim_key" ADD CONSTRAINT "dkim_key_sender_domain_id_fkey" FOREIGN KEY ("sender_domain_id") REFERENCES "sender_domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "suppression" ADD CONSTRAINT "suppression_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: what schema.prisma cannot say -----------------------------------------------------------------------------

-- Closed sets. The words live in packages/relay; a test compares them.
ALTER TABLE account
  ADD CONSTRAINT account_status_known CHECK (status IN ('active', 'suspended')),
  ADD CONSTRAINT account_sender_policy_known CHECK (sender_policy IN ('strict', 'lenient')),
  ADD CONSTRAINT account_suppressed_recipients_known CHECK (suppressed_recipients IN ('refuse', 'report')),
  ADD CONSTRAINT account_track_clicks_known CHECK (track_clicks IN ('none', 'html', 'text', 'all')),
  ADD CONSTRAINT account_delivery_mode_known CHECK (delivery_mode IN ('sandbox', 'smarthost', 'mx')),
  ADD CONSTRAINT account_limits_positive CHECK (least(max_message_bytes, max_recipients, limit_per_second, limit_per_hour, limit_per_day, limit_per_month) > 0);
ALTER TABLE stream
  ADD CONSTRAINT stream_track_clicks_known CHECK (track_clicks IN ('none', 'html', 'text', 'all')),
  ADD CONSTRAINT stream_unknown_policy_known CHECK (unknown_policy IN ('prefer_no_duplicate', 'prefer_delivery')),
  ADD CONSTRAINT stream_times_positive CHECK (expiry_minutes > 0 AND retention_days > 0);
ALTER TABLE api_key
  ADD CONSTRAINT api_key_kind_known CHECK (kind IN ('live', 'test', 'admin')),
  -- An operator's key has no account, and nobody else's key is without one.
  ADD CONSTRAINT api_key_admin_has_no_account CHECK ((kind = 'admin') = (account_id IS NULL));
ALTER TABLE smtp_credential
  ADD CONSTRAINT smtp_credential_recoverable_only_for_cram CHECK (cram_md5 OR secret_box IS NULL);
ALTER TABLE ip_network
  ADD CONSTRAINT ip_network_has_no_host_bits CHECK (network = network(network)::inet);
ALTER TABLE sender_domain
  ADD CONSTRAINT sender_domain_status_known CHECK (status IN ('pending', 'verified', 'degraded')),
  ADD CONSTRAINT sender_domain_lower_case CHECK (domain = lower(domain));
ALTER TABLE dkim_key
  ADD CONSTRAINT dkim_key_algorithm_known CHECK (algorithm IN ('rsa', 'ed25519')),
  ADD CONSTRAINT dkim_key_state_known CHECK (state IN ('published', 'active', 'retired'));
ALTER TABLE message
  ADD CONSTRAINT message_state_known CHECK (state IN ('accepted', 'processed', 'discarded', 'held'));
ALTER TABLE delivery
  ADD CONSTRAINT delivery_status_known CHECK (status IN ('queued', 'deferred', 'held', 'unknown', 'delivered', 'suppressed', 'cancelled', 'failed', 'bounced', 'complained'));
ALTER TABLE attempt
  ADD CONSTRAINT attempt_outcome_known CHECK (outcome IN ('delivered', 'deferred', 'bounced', 'failed', 'unknown'));
ALTER TABLE event
  ADD CONSTRAINT event_type_known CHECK (type IN ('queued', 'deferred', 'delivered', 'bounced', 'failed', 'unknown', 'suppressed', 'held', 'cancelled', 'complained', 'opened', 'clicked', 'unsubscribed'));
ALTER TABLE suppression
  ADD CONSTRAINT suppression_reason_known CHECK (reason IN ('hard_bounce', 'complaint', 'unsubscribe', 'manual'));
ALTER TABLE discard
  ADD CONSTRAINT discard_stage_known CHECK (stage IN ('session', 'worker'));
ALTER TABLE report
  ADD CONSTRAINT report_kind_known CHECK (kind IN ('unread', 'dsn', 'other'));

-- What may exist only once.
CREATE UNIQUE INDEX stream_one_default ON stream (account_id) WHERE is_default;
-- A degraded domain was verified and is still owned: otherwise a DNS fault would let another account take it over.
CREATE UNIQUE INDEX sender_domain_one_owner ON sender_domain (domain) WHERE status IN ('verified', 'degraded');
CREATE UNIQUE INDEX sender_domain_one_platform ON sender_domain (domain) WHERE account_id IS NULL;
CREATE UNIQUE INDEX ip_network_one_trusted_relay ON ip_network (network) WHERE account_id IS NULL;
CREATE UNIQUE INDEX suppression_one_per_address ON suppression (account_id, stream_id, address) NULLS NOT DISTINCT;
-- Two entries with one predecessor would be a fork of the chain.
CREATE UNIQUE INDEX audit_entry_one_successor ON audit_entry (previous_hash);

-- What the sweeper asks for, every few seconds, in tables where nearly every row is finished.
CREATE INDEX message_due ON message (next_action_at) WHERE next_action_at IS NOT NULL;
CREATE INDEX delivery_due ON delivery (next_action_at) WHERE next_action_at IS NOT NULL;
CREATE INDEX report_due ON report (next_action_at) WHERE next_action_at IS NOT NULL;

-- What people search by. Subject and From are filtered along (account_id, id), newest first.
CREATE INDEX message_by_message_id ON message (account_id, message_id_header) WHERE message_id_header IS NOT NULL;
CREATE INDEX message_by_custom_id ON message (account_id, custom_id) WHERE custom_id IS NOT NULL;
CREATE INDEX message_by_tag ON message USING gin (tags) WHERE cardinality(tags) > 0;
CREATE INDEX ip_network_contains ON ip_network USING gist (network inet_ops);

-- Mail is mostly incompressible or small: spare the CPU of trying.
ALTER TABLE message_content ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE sandbox_message ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- The id of an attempt is derived as deriveId in packages/relay does it, so that a claim can make it in one statement.
CREATE FUNCTION waybill_derive_id(parent uuid, kind text, number integer) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT encode(set_byte(set_byte(raw, 6, (get_byte(raw, 6) & 15) | 112), 8, (get_byte(raw, 8) & 63) | 128), 'hex')::uuid
  FROM (SELECT substring(uuid_send(parent) FOR 6)
            || substring(sha256(uuid_send(parent) || convert_to(kind || ':' || number, 'UTF8')) FOR 10) AS raw) AS derived
$$;

-- Partitions: one a week, Monday 00:00 UTC, as lower bounds of the UUIDv7 that begin in it (RFC 9562 §5.7) ------------

CREATE FUNCTION waybill_first_id(day date) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT (lpad(to_hex((day - date '1970-01-01')::bigint * 86400000), 12, '0') || repeat('0', 20))::uuid
$$;

CREATE FUNCTION waybill_partitioned() RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY['message', 'message_content', 'delivery', 'attempt', 'event'] $$;

CREATE TABLE message_default PARTITION OF message DEFAULT;
CREATE TABLE message_content_default PARTITION OF message_content DEFAULT;
CREATE TABLE delivery_default PARTITION OF delivery DEFAULT;
CREATE TABLE attempt_default PARTITION OF attempt DEFAULT;
CREATE TABLE event_default PARTITION OF event DEFAULT;

-- Makes the weeks that are missing between two days. Rows that the default partition caught meanwhile move along.
-- ATTACH, not PARTITION OF: the parent stays writable.
CREATE FUNCTION waybill_ensure_partitions(first_day date, last_day date) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
  week date;
  parent text;
  child text;
  key text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('waybill_partitions'));
  FOR week IN SELECT generate_series(date_trunc('week', first_day), last_day, '7 days')::date LOOP
    FOREACH parent IN ARRAY waybill_partitioned() LOOP
      child := parent || '_w' || to_char(week, 'YYYYMMDD');
      CONTINUE WHEN to_regclass(child) IS NOT NULL;
      key := CASE parent WHEN 'message_content' THEN 'message_id' ELSE 'id' END;
      -- Room on each page for the next version of a row: most are written two or three times, then never again.
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) WITH (fillfactor = %s)',
        child, parent, CASE WHEN parent IN ('message', 'delivery', 'attempt') THEN 70 ELSE 100 END);
      EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent || '_default');
      EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
        parent || '_default', key, waybill_first_id(week), key, waybill_first_id(week + 7), child);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        parent, child, waybill_first_id(week), waybill_first_id(week + 7));
      RETURN NEXT child;
    END LOOP;
  END LOOP;
END
$$;

-- Drops whole weeks that ended before a day. A week with mail that is not finished stays, whatever its age.
CREATE FUNCTION waybill_drop_partitions(before date, parents text[] DEFAULT waybill_partitioned()) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
  week date;
  parent text;
  live boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('waybill_partitions'));
  FOR week IN
    SELECT DISTINCT to_date(right(child.relname, 8), 'YYYYMMDD')
    FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid JOIN pg_class top ON top.oid = inhparent
    WHERE top.relname = ANY (parents) AND child.relname ~ '_w[0-9]{8}$' AND pg_table_is_visible(child.oid)
    ORDER BY 1
  LOOP
    CONTINUE WHEN week + 7 > before;
    SELECT EXISTS (SELECT FROM message WHERE next_action_at IS NOT NULL AND id >= waybill_first_id(week) AND id < waybill_first_id(week + 7))
        OR EXISTS (SELECT FROM delivery WHERE next_action_at IS NOT NULL AND id >= waybill_first_id(week) AND id < waybill_first_id(week + 7))
      INTO live;
    CONTINUE WHEN live;
    FOREACH parent IN ARRAY parents LOOP
      CONTINUE WHEN to_regclass(parent || '_w' || to_char(week, 'YYYYMMDD')) IS NULL;
      EXECUTE format('DROP TABLE %I', parent || '_w' || to_char(week, 'YYYYMMDD'));
      RETURN NEXT parent || '_w' || to_char(week, 'YYYYMMDD');
    END LOOP;
  END LOOP;
END
$$;

-- A network that several accounts registered ---------------------------------------------------------------------------

-- SECURITY DEFINER: the rule is about other accounts' rows, which row-level security hides from the one who writes.
CREATE FUNCTION waybill_check_network() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  -- Two sessions that register the same network at once would not see each other's row.
  PERFORM pg_advisory_xact_lock(hashtext('waybill_network'), hashtext(NEW.network::text));
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
  RETURN NEW;
END
$$;
CREATE TRIGGER ip_network_check BEFORE INSERT OR UPDATE OF network, shared, account_id ON ip_network
  FOR EACH ROW EXECUTE FUNCTION waybill_check_network();

-- Caches of settings are told at once; the payload is the table -----------------------------------------------------

CREATE FUNCTION waybill_tell_settings_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('waybill_settings_changed', TG_TABLE_NAME);
  RETURN NULL;
END
$$;
CREATE TRIGGER account_changed AFTER INSERT OR UPDATE OR DELETE ON account
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();
CREATE TRIGGER stream_changed AFTER INSERT OR UPDATE OR DELETE ON stream
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();
-- Not last_used_at: that changes all the time and nobody caches it.
CREATE TRIGGER smtp_credential_changed AFTER INSERT OR DELETE OR UPDATE OF username, stream_id, secret_hash, previous_secret_hash,
    previous_expires_at, cram_md5, secret_box, scram_salt, scram_iterations, scram_stored_key, scram_server_key, sandbox, networks,
    sender_domains, revoked_at ON smtp_credential
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();
CREATE TRIGGER ip_network_changed AFTER INSERT OR UPDATE OR DELETE ON ip_network
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();
CREATE TRIGGER from_address_changed AFTER INSERT OR UPDATE OR DELETE ON from_address
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();
CREATE TRIGGER sender_domain_changed AFTER INSERT OR DELETE OR UPDATE OF account_id, domain, status ON sender_domain
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();
CREATE TRIGGER dkim_key_changed AFTER INSERT OR UPDATE OR DELETE ON dkim_key
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_tell_settings_changed();

-- The audit log only grows -----------------------------------------------------------------------------------------

CREATE FUNCTION waybill_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION waybill_refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION waybill_refuse_change();

-- Row-level security: the API works as role waybill_api with waybill.account_id set ----------------------------------

CREATE FUNCTION waybill_account() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT nullif(current_setting('waybill.account_id', true), '')::uuid $$;

ALTER TABLE account ENABLE ROW LEVEL SECURITY;
ALTER TABLE stream ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE smtp_credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE ip_network ENABLE ROW LEVEL SECURITY;
ALTER TABLE from_address ENABLE ROW LEVEL SECURITY;
ALTER TABLE sender_domain ENABLE ROW LEVEL SECURITY;
ALTER TABLE dkim_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE message ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_content ENABLE ROW LEVEL SECURITY;
ALTER TABLE delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE event ENABLE ROW LEVEL SECURITY;
ALTER TABLE suppression ENABLE ROW LEVEL SECURITY;
ALTER TABLE report ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_hour ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE sandbox_message ENABLE ROW LEVEL SECURITY;

-- The owner of the tables is not bound by these; every other role is, the API's and a reporting user's alike.
CREATE POLICY own_account ON account USING (id = waybill_account());
CREATE POLICY own_account ON stream USING (account_id = waybill_account());
CREATE POLICY own_account ON api_key USING (account_id = waybill_account());
CREATE POLICY own_account ON smtp_credential USING (account_id = waybill_account());
CREATE POLICY own_account ON ip_network USING (account_id = waybill_account());
CREATE POLICY own_account ON from_address USING (account_id = waybill_account());
CREATE POLICY own_account ON sender_domain USING (account_id = waybill_account());
CREATE POLICY own_account ON dkim_key USING (EXISTS (SELECT FROM sender_domain WHERE sender_domain.id = sender_domain_id AND account_id = waybill_account()));
CREATE POLICY own_account ON message USING (account_id = waybill_account());
CREATE POLICY own_account ON message_content USING (EXISTS (SELECT FROM message WHERE message.id = message_id AND account_id = waybill_account()));
CREATE POLICY own_account ON delivery USING (account_id = waybill_account());
CREATE POLICY own_account ON attempt USING (account_id = waybill_account());
CREATE POLICY own_account ON event USING (account_id = waybill_account());
CREATE POLICY own_account ON suppression USING (account_id = waybill_account());
CREATE POLICY own_account ON report USING (account_id = waybill_account());
CREATE POLICY own_account ON idempotency_key USING (account_id = waybill_account());
CREATE POLICY own_account ON usage_hour USING (account_id = waybill_account());
CREATE POLICY own_account ON audit_entry USING (account_id = waybill_account());
CREATE POLICY own_account ON sandbox_message USING (account_id = waybill_account());

-- Makes the role and gives it what the API needs; `waybill migrate` calls it every time, so that later tables and a role
-- that an administrator made meanwhile are covered. Answers with what is in the way, or nothing.
CREATE FUNCTION waybill_grant_api() RETURNS text
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
  GRANT INSERT ON event TO waybill_api;
  GRANT DELETE ON sandbox_message TO waybill_api;
  RETURN NULL;
END
$$;
