-- The networks (/16 of IPv4, /32 of IPv6) from which each SMTP credential and API key was used. A new one is an event.
CREATE TABLE "credential_network" (
    "credential_id" UUID NOT NULL,
    "network" INET NOT NULL,
    "account_id" UUID NOT NULL,
    "country" TEXT,
    "first_used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "credential_network_pkey" PRIMARY KEY ("credential_id", "network")
);
ALTER TABLE credential_network ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON credential_network USING (account_id = waybill_account());

CREATE FUNCTION waybill_network_of(ip inet) RETURNS cidr
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT network(set_masklen(ip, CASE family(ip) WHEN 4 THEN 16 ELSE 32 END)) $$;

-- What is known of credentials so far is not new.
INSERT INTO credential_network (credential_id, network, account_id, first_used_at)
SELECT id, waybill_network_of(last_used_ip), account_id, coalesce(last_used_at, now()) FROM smtp_credential WHERE last_used_ip IS NOT NULL
UNION ALL
SELECT id, waybill_network_of(last_used_ip), account_id, coalesce(last_used_at, now()) FROM api_key WHERE last_used_ip IS NOT NULL AND account_id IS NOT NULL;
