-- Users of the dashboard and of the API by login session, what they may do in which account, and how they log in (ADR 37).
CREATE TABLE "app_user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT,
    "is_operator" BOOLEAN NOT NULL DEFAULT false,
    "totp_box" BYTEA,
    "totp_enabled_at" TIMESTAMPTZ(3),
    "totp_last_step" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_login_at" TIMESTAMPTZ(3),
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

CREATE TABLE "membership" (
    "account_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("account_id", "user_id"),
    CONSTRAINT membership_role_known CHECK (role IN ('viewer', 'developer', 'admin', 'owner')),
    CONSTRAINT membership_not_platform CHECK (account_id <> '00000000-0000-7000-8000-000000000001')
);
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");
ALTER TABLE "membership"
  ADD CONSTRAINT "membership_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The id in the cookie is a secret: only its hash is stored. A session that was ended has no row.
CREATE TABLE "login_session" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ip" INET NOT NULL,
    "agent" TEXT NOT NULL,
    "acting_account_id" UUID,
    "acting_reason" TEXT,
    "acting_until" TIMESTAMPTZ(3),

    CONSTRAINT "login_session_pkey" PRIMARY KEY ("id"),
    CONSTRAINT login_session_acting_whole CHECK (num_nulls(acting_account_id, acting_reason, acting_until) IN (0, 3))
);
CREATE UNIQUE INDEX "login_session_token_hash_key" ON "login_session"("token_hash");
CREATE INDEX "login_session_user_id_idx" ON "login_session"("user_id");
ALTER TABLE "login_session"
  ADD CONSTRAINT "login_session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "login_session_acting_account_id_fkey" FOREIGN KEY ("acting_account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Links that work once without a login: to set a password, or (in `waybill dev`) to sign in.
CREATE TABLE "user_link" (
    "token_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_link_pkey" PRIMARY KEY ("token_hash"),
    CONSTRAINT user_link_purpose_known CHECK (purpose IN ('password', 'sign_in'))
);
CREATE INDEX "user_link_user_id_idx" ON "user_link"("user_id");
ALTER TABLE "user_link" ADD CONSTRAINT "user_link_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "recovery_code" (
    "user_id" UUID NOT NULL,
    "code_hash" BYTEA NOT NULL,

    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("user_id", "code_hash")
);
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- An invitation is bound to its address and ends by being accepted, revoked or too old.
CREATE TABLE "invitation" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "invited_by" TEXT NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id"),
    CONSTRAINT invitation_role_known CHECK (role IN ('viewer', 'developer', 'admin', 'owner')),
    CONSTRAINT invitation_not_platform CHECK (account_id <> '00000000-0000-7000-8000-000000000001')
);
CREATE UNIQUE INDEX "invitation_token_hash_key" ON "invitation"("token_hash");
CREATE INDEX "invitation_account_id_idx" ON "invitation"("account_id");
CREATE INDEX "invitation_email_idx" ON "invitation"("email");
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The product alone reads these; the role of accounts sees no row.
ALTER TABLE login_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE recovery_code ENABLE ROW LEVEL SECURITY;
-- An account sees its members and invitations, and of a member only the columns that are granted below.
ALTER TABLE app_user ENABLE ROW LEVEL SECURITY;
ALTER TABLE membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitation ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON membership USING (account_id = waybill_account());
CREATE POLICY own_account ON invitation USING (account_id = waybill_account());
CREATE POLICY own_account ON app_user FOR SELECT USING (EXISTS (SELECT FROM membership WHERE user_id = app_user.id AND account_id = waybill_account()));

-- Adds the grants of these tables to those before.
ALTER FUNCTION waybill_grant_api() RENAME TO waybill_grant_api_before_people;
CREATE FUNCTION waybill_grant_api() RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  obstacle text := waybill_grant_api_before_people();
BEGIN
  IF obstacle IS NOT NULL THEN RETURN obstacle; END IF;
  GRANT SELECT, INSERT, UPDATE, DELETE ON membership, invitation TO waybill_api;
  GRANT SELECT (id, email, name, totp_enabled_at, created_at, last_login_at, disabled_at) ON app_user TO waybill_api;
  RETURN NULL;
END
$$;

-- `streams` is an area of its own: a key that could read or change streams still can.
UPDATE api_key SET scopes = scopes || ARRAY['streams:*'] WHERE 'account:*' = ANY (scopes);
UPDATE api_key SET scopes = scopes || ARRAY['streams:read'] WHERE 'account:read' = ANY (scopes);
UPDATE api_key SET scopes = scopes || ARRAY['streams:write'] WHERE 'account:write' = ANY (scopes);
