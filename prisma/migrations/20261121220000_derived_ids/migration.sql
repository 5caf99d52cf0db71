-- The same ids as before (deriveId in packages/relay), by a language whose calls cost a tenth: a function in SQL that is too large to
-- become part of its caller starts an executor for each call, 10 to 20 µs.
CREATE OR REPLACE FUNCTION waybill_derive_id(parent uuid, kind text, number integer) RETURNS uuid
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  raw bytea := substring(uuid_send(parent) FOR 6) || substring(sha256(uuid_send(parent) || convert_to(kind || ':' || number, 'UTF8')) FOR 10);
BEGIN
  RETURN encode(set_byte(set_byte(raw, 6, (get_byte(raw, 6) & 15) | 112), 8, (get_byte(raw, 8) & 63) | 128), 'hex')::uuid;
END
$$;
