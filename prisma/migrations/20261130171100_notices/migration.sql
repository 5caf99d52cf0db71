-- Notices by mail: members get them unless they switched them off.
ALTER TABLE app_user ADD COLUMN notices BOOLEAN NOT NULL DEFAULT true;

-- How many notices of a type an account had lately. Mail never writes to it.
CREATE INDEX event_of_account ON event (account_id, occurred_at) WHERE message_id IS NULL;
