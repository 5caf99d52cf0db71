-- What SMTP does with a bare CR or LF in a message of this account. A constant default rewrites no row.
ALTER TABLE account
  ADD COLUMN bare_line_endings TEXT NOT NULL DEFAULT 'refuse',
  ADD CONSTRAINT account_bare_line_endings_known CHECK (bare_line_endings IN ('refuse', 'repair'));
