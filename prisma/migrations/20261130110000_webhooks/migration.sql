-- Webhooks: endpoints of accounts, and the ledger of what is sent to them. docs/adr/0036-webhooks-are-a-ledger-and-a-job-per-endpoint.md

CREATE TABLE webhook (
  id              UUID NOT NULL,
  account_id      UUID NOT NULL,
  url             TEXT NOT NULL,
  description     TEXT NOT NULL DEFAULT '',
  events          TEXT[],
  shape           TEXT NOT NULL DEFAULT 'waybill',
  status          TEXT NOT NULL DEFAULT 'active',
  status_reason   TEXT,
  created_at      TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  deleted_at      TIMESTAMPTZ(3),
  last_success_at TIMESTAMPTZ(3),
  last_failure_at TIMESTAMPTZ(3),
  -- packages/relay/src/webhooks/health.ts
  error_rate      DOUBLE PRECISION NOT NULL DEFAULT 0,
  opened          INTEGER NOT NULL DEFAULT 0,
  resume_at       TIMESTAMPTZ(3),
  failing_since   TIMESTAMPTZ(3),
  notices         INTEGER NOT NULL DEFAULT 0,
  -- Events from this time on are put into the ledger first, along (tx, seq) of the event table.
  backfill_from   TIMESTAMPTZ(3),
  backfill_until  TIMESTAMPTZ(3),
  backfill_tx     BIGINT NOT NULL DEFAULT 0,
  backfill_seq    BIGINT NOT NULL DEFAULT 0,
  -- One process at a time sends to an endpoint.
  lease_id        UUID,
  lease_until     TIMESTAMPTZ(3),
  next_action_at  TIMESTAMPTZ(3),
  CONSTRAINT webhook_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_status_known CHECK (status IN ('active', 'paused', 'disabled')),
  CONSTRAINT webhook_shape_known CHECK (shape IN ('waybill')),
  CONSTRAINT webhook_has_events CHECK (coalesce(cardinality(events), 0) > 0)
);
ALTER TABLE webhook ADD CONSTRAINT webhook_account_id_fkey
  FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX webhook_account_id_id_idx ON webhook (account_id, id);
CREATE INDEX webhook_due ON webhook (next_action_at) WHERE next_action_at IS NOT NULL;

CREATE TABLE webhook_secret (
  id         UUID NOT NULL,
  webhook_id UUID NOT NULL,
  secret_box BYTEA NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at TIMESTAMPTZ(3),
  CONSTRAINT webhook_secret_pkey PRIMARY KEY (id)
);
ALTER TABLE webhook_secret ADD CONSTRAINT webhook_secret_webhook_id_fkey
  FOREIGN KEY (webhook_id) REFERENCES webhook (id) ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX webhook_secret_webhook_id_idx ON webhook_secret (webhook_id);

-- The id is derived from webhook and event and has the time of the event, and so its week. `order_key`: rows of one webhook with one key
-- are sent one after the other, in the order of (occurred_at, event_id); it is the message, or the event itself where there is none.
-- `next_attempt_at` is set for the first waiting row of a key only.
CREATE TABLE webhook_delivery (
  id              UUID NOT NULL,
  webhook_id      UUID NOT NULL,
  account_id      UUID NOT NULL,
  event_id        UUID NOT NULL,
  event_type      TEXT NOT NULL,
  message_id      UUID,
  order_key       UUID NOT NULL,
  occurred_at     TIMESTAMPTZ(3) NOT NULL,
  body            TEXT NOT NULL,
  status          TEXT NOT NULL DEFAULT 'waiting',
  attempts        INTEGER NOT NULL DEFAULT 0,
  tries           INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TIMESTAMPTZ(3),
  ended_at        TIMESTAMPTZ(3),
  history         JSONB NOT NULL DEFAULT '[]',
  CONSTRAINT webhook_delivery_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_delivery_status_known CHECK (status IN ('waiting', 'delivered', 'failed')),
  CONSTRAINT webhook_delivery_only_waiting_is_due CHECK (next_attempt_at IS NULL OR status = 'waiting')
) PARTITION BY RANGE (id);
CREATE INDEX webhook_delivery_webhook_id_id_idx ON webhook_delivery (webhook_id, id);
CREATE INDEX webhook_delivery_order_key_idx ON webhook_delivery (order_key);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE TABLE webhook_delivery_default PARTITION OF webhook_delivery DEFAULT;

CREATE OR REPLACE FUNCTION waybill_partitioned() RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY['message', 'message_content', 'delivery', 'attempt', 'event', 'webhook_delivery'] $$;

ALTER TABLE webhook ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON webhook USING (account_id = waybill_account());
CREATE POLICY own_account ON webhook_secret
  USING (EXISTS (SELECT FROM webhook WHERE webhook.id = webhook_id AND account_id = waybill_account()));
CREATE POLICY own_account ON webhook_delivery USING (account_id = waybill_account());

CREATE FUNCTION waybill_grants_of_webhooks() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  GRANT SELECT, INSERT, UPDATE ON webhook, webhook_delivery TO waybill_api;
  GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_secret TO waybill_api;
END
$$;
