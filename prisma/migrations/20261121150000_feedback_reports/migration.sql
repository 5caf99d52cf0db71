-- What came to a return path may be a complaint. RFC 5965
ALTER TABLE report DROP CONSTRAINT report_kind_known,
  ADD CONSTRAINT report_kind_known CHECK (kind IN ('unread', 'dsn', 'feedback', 'other'));
