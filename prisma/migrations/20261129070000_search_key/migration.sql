-- What a search compares: the same words in any case and in any normal form of Unicode, whatever the locale of the database is.
-- ICU is part of every common build of PostgreSQL; version 17 brings rules of its own, and without both the locale decides.
DO $$
DECLARE
  rules text;
BEGIN
  SELECT format('COLLATE pg_catalog.%I', collname) INTO rules
  FROM pg_collation
  WHERE collname IN ('und-x-icu', 'pg_c_utf8') AND collnamespace = 'pg_catalog'::regnamespace
  ORDER BY collname DESC
  LIMIT 1;
  EXECUTE format(
    'CREATE FUNCTION waybill_search_key(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS %L',
    format('SELECT lower(normalize(words, NFC) %s)', coalesce(rules, ''))
  );
END
$$;

DROP INDEX sandbox_message_by_recipient;
CREATE INDEX sandbox_message_by_recipient ON sandbox_message (waybill_search_key(rcpt_to), id);
