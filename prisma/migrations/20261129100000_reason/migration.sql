-- "because" is called "reason" everywhere, also in JSON that is already stored. Renaming a column of a partitioned table renames it in
-- every partition and rewrites no row.
ALTER TABLE "account" RENAME COLUMN "suspended_because" TO "suspended_reason";
ALTER TABLE "message" RENAME COLUMN "because" TO "reason";
ALTER TABLE "delivery" RENAME COLUMN "because" TO "reason";
ALTER TABLE "attempt" RENAME COLUMN "because" TO "reason";

-- A quotation mark inside a JSON string is escaped, so `"because":` can only be a key.
CREATE FUNCTION pg_temp.with_reason(document jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT replace(document::text, '"because":', '"reason":')::jsonb
$$;
UPDATE "message" SET "resolution" = pg_temp.with_reason("resolution"), "notes" = pg_temp.with_reason("notes")
 WHERE "resolution"::text LIKE '%"because":%' OR "notes"::text LIKE '%"because":%';
UPDATE "delivery" SET "notes" = pg_temp.with_reason("notes") WHERE "notes"::text LIKE '%"because":%';
UPDATE "event" SET "detail" = pg_temp.with_reason("detail") WHERE "detail"::text LIKE '%"because":%';
UPDATE "discard" SET "resolution" = pg_temp.with_reason("resolution") WHERE "resolution"::text LIKE '%"because":%';
UPDATE "report" SET "detail" = pg_temp.with_reason("detail") WHERE "detail"::text LIKE '%"because":%';
