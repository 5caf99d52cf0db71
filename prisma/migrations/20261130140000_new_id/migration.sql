-- A fresh UUIDv7 (RFC 9562 §5.7), as makeId in packages/relay makes it, for rows that one statement adds without a known number of them.
CREATE FUNCTION waybill_new_id(at timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE STRICT PARALLEL SAFE AS $$
  SELECT encode(set_byte(raw, 6, (get_byte(raw, 6) & 15) | 112), 'hex')::uuid
  FROM (SELECT overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send(floor(extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6) AS raw) AS made
$$;
