-- Somebody asked for it to be tried again: docs/adr/0009-requeued-is-the-one-way-back.md
ALTER TABLE event DROP CONSTRAINT event_type_known,
  ADD CONSTRAINT event_type_known CHECK (type IN ('queued', 'deferred', 'delivered', 'bounced', 'failed', 'unknown', 'suppressed', 'held', 'requeued', 'cancelled', 'complained', 'opened', 'clicked', 'unsubscribed'));
