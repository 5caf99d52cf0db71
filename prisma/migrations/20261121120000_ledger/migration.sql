-- What nobody will ever ring again, though it has not ended. There must be no such row, so the indexes are empty and cost
-- nothing; they let the nightly look answer at once, however much mail is stored.
CREATE INDEX message_stranded ON message (id) WHERE state = 'accepted' AND next_action_at IS NULL;
CREATE INDEX delivery_stranded ON delivery (id) WHERE status IN ('queued', 'deferred') AND next_action_at IS NULL;
