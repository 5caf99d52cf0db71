-- A recipient that an account has not written to for long is new again. What is known so far counts from today.
ALTER TABLE known_recipient ADD COLUMN known_since DATE NOT NULL DEFAULT CURRENT_DATE;
CREATE INDEX known_recipient_known_since_idx ON known_recipient (known_since);
