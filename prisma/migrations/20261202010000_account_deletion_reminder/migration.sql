-- Owners are reminded once before their account is erased for good.
ALTER TABLE account ADD COLUMN deletion_reminded_at TIMESTAMPTZ(3);
