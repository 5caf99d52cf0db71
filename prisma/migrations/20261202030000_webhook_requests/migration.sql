-- Requests of each webhook by day of UTC: {"2026-12-02": [succeeded, failed]}. The sender counts them where it saves the attempts, and keeps
-- seven days, so that a list of webhooks shows rates without a count over rows of webhook_delivery.
ALTER TABLE webhook ADD COLUMN requests JSONB NOT NULL DEFAULT '{}';
