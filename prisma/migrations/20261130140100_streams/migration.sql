-- Retention apart for bytes, events (with attempts) and metadata, and streams that were removed: their mail keeps what it was sent with.
ALTER TABLE stream RENAME COLUMN retention_days TO retention_bytes_days;
ALTER TABLE stream
  ADD COLUMN retention_events_days INTEGER NOT NULL DEFAULT 45,
  ADD COLUMN retention_metadata_days INTEGER NOT NULL DEFAULT 45,
  ADD COLUMN archived_at TIMESTAMPTZ(3);
UPDATE stream SET retention_events_days = retention_bytes_days, retention_metadata_days = retention_bytes_days;

ALTER TABLE stream
  DROP CONSTRAINT stream_times_positive,
  ADD CONSTRAINT stream_times_positive CHECK (expiry_minutes > 0 AND least(retention_bytes_days, retention_events_days) > 0),
  -- Bytes and events are found by the message.
  ADD CONSTRAINT stream_retention_within_metadata CHECK (greatest(retention_bytes_days, retention_events_days) <= retention_metadata_days),
  ADD CONSTRAINT stream_default_is_not_archived CHECK (NOT (is_default AND archived_at IS NOT NULL));

-- The name of a removed stream is free again.
DROP INDEX "stream_account_id_name_key";
CREATE UNIQUE INDEX stream_account_id_name_key ON stream (account_id, name) WHERE archived_at IS NULL;
