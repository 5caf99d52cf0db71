-- New streams send again when the final dot was not answered (ADR 25). Streams that exist keep what they have.
ALTER TABLE stream ALTER COLUMN unknown_policy SET DEFAULT 'prefer_delivery';
