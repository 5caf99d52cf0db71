-- "What bounced?", "what is held?": a look at what needs attention must not read all that went well. The way of nearly all
-- mail, accepted → processed and queued → delivered, never meets these indexes, so it does not pay for them.
CREATE INDEX message_set_aside ON message (account_id, state, id) WHERE state IN ('held', 'discarded');
CREATE INDEX delivery_set_aside ON delivery (account_id, status, id)
  WHERE status IN ('deferred', 'held', 'unknown', 'suppressed', 'cancelled', 'failed', 'bounced', 'complained');
