-- API keys as SMTP credentials are: limited to networks and sender domains, rotated with a grace period.
ALTER TABLE "api_key"
  ADD COLUMN "networks" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "sender_domains" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "previous_secret_hash" BYTEA,
  ADD COLUMN "previous_expires_at" TIMESTAMPTZ(3),
  ADD COLUMN "last_used_agent" TEXT,
  ADD COLUMN "plain_http_at" TIMESTAMPTZ(3);
