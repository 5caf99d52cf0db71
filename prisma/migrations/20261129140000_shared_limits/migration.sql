-- Limits that all processes share. The tables are UNLOGGED: a claim needs no fsync, and after a crash of the server every living
-- process claims what it holds again within seconds.

-- How many permits of a key each process holds. `refused_until`: the process wants more than it was granted.
CREATE UNLOGGED TABLE "permit_holding" (
    "key" TEXT NOT NULL,
    "holder" UUID NOT NULL,
    "held" INTEGER NOT NULL,
    "refused_until" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "permit_holding_pkey" PRIMARY KEY ("key", "holder")
) WITH (fillfactor = 50);

-- Takes of a key in the current second, for keys with a limit per second.
CREATE UNLOGGED TABLE "permit_rate" (
    "key" TEXT NOT NULL,
    "second" TIMESTAMPTZ(3) NOT NULL,
    "taken" INTEGER NOT NULL,

    CONSTRAINT "permit_rate_pkey" PRIMARY KEY ("key")
) WITH (fillfactor = 50);

-- Sets what the process `asking` holds of each key: `hold`, or as much of it as the other processes leave of `most`. An advisory lock
-- for each key makes the sum exact. The locks are taken in the order of their numbers, so that two processes cannot deadlock.
CREATE FUNCTION waybill_claim_permits(asking uuid, claims jsonb, lifetime_ms integer, wanted_ms integer)
RETURNS TABLE (place bigint, held integer, expires_in_ms integer, is_wanted boolean, sharers integer, tokens integer, tokens_expire_in_ms integer)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  claim record;
  others record;
  mine permit_holding;
  at timestamptz;
  until timestamptz;
  refused timestamptz;
  this_second timestamptz;
  taken_before integer;
BEGIN
  FOR claim IN
    SELECT given.*, value AS entry, hashtext(given.key) AS lock_id, ordinality
    FROM jsonb_array_elements(claims) WITH ORDINALITY AS t(value, ordinality),
      jsonb_to_record(value) AS given(key text, most integer, hold integer, is_waiting boolean, per_second integer, wanted_tokens integer)
    ORDER BY lock_id
  LOOP
    PERFORM pg_advisory_xact_lock(hashtext('waybill_permits'), claim.lock_id);
    -- The clock is read after the lock, so that it never stands before the time of the process that held it.
    at := clock_timestamp();
    SELECT coalesce(sum(p.held) FILTER (WHERE p.expires_at > at), 0) AS held,
      count(*) FILTER (WHERE p.expires_at > at) AS sharers,
      coalesce(bool_or(p.refused_until > at), false) AS is_wanted
    INTO others FROM permit_holding p WHERE p.key = claim.key AND p.holder <> asking;
    SELECT * INTO mine FROM permit_holding p WHERE p.key = claim.key AND p.holder = asking;

    place := claim.ordinality;
    held := greatest(0, least(claim.hold, claim.most - others.held));
    is_wanted := others.is_wanted;
    sharers := others.sharers + 1;
    refused := CASE WHEN claim.is_waiting OR held < claim.hold THEN at + wanted_ms * interval '1 millisecond' END;
    until := at + lifetime_ms * interval '1 millisecond';

    IF held = 0 AND refused IS NULL THEN
      DELETE FROM permit_holding p WHERE p.key = claim.key AND p.holder = asking;
    ELSIF mine.held = held AND refused IS NULL AND mine.refused_until IS NULL AND mine.expires_at > at + lifetime_ms * interval '0.6 millisecond' THEN
      -- Renewed not long ago: a heartbeat that changes nothing writes nothing.
      until := mine.expires_at;
    ELSE
      INSERT INTO permit_holding AS p VALUES (claim.key, asking, waybill_claim_permits.held, refused, until)
      ON CONFLICT ON CONSTRAINT permit_holding_pkey DO UPDATE
        SET held = excluded.held, refused_until = excluded.refused_until, expires_at = excluded.expires_at;
    END IF;
    expires_in_ms := floor(extract(epoch FROM until - at) * 1000);

    tokens := 0;
    this_second := date_trunc('second', at);
    tokens_expire_in_ms := floor(1000 - extract(milliseconds FROM at)::numeric % 1000);
    IF claim.wanted_tokens > 0 THEN
      SELECT taken INTO taken_before FROM permit_rate r WHERE r.key = claim.key AND r.second = this_second;
      taken_before := coalesce(taken_before, 0);
      tokens := greatest(0, least(claim.wanted_tokens, claim.per_second - taken_before));
      INSERT INTO permit_rate AS r VALUES (claim.key, this_second, taken_before + tokens)
      ON CONFLICT ON CONSTRAINT permit_rate_pkey DO UPDATE SET second = excluded.second, taken = excluded.taken;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

-- The counters of rate limits: failed logins, and requests to the API (ADR 28). The columns are those of rate-limiter-flexible.
CREATE UNLOGGED TABLE "rate_limit" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
) WITH (fillfactor = 50);
