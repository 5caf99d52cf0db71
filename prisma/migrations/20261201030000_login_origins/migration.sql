-- The networks (/16 of IPv4, /32 of IPv6) and the programs from which each user logged in. A new one is an event.
CREATE TABLE "login_origin" (
    "user_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "login_origin_pkey" PRIMARY KEY ("user_id", "kind", "value"),
    CONSTRAINT "login_origin_kind_known" CHECK (kind IN ('network', 'agent'))
);
ALTER TABLE "login_origin" ADD CONSTRAINT "login_origin_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The product alone reads it; the role of accounts sees no row.
ALTER TABLE login_origin ENABLE ROW LEVEL SECURITY;

-- Networks of live login sessions are known. Their programs become known at the next login, without an event.
INSERT INTO login_origin (user_id, kind, value, last_seen_at)
SELECT user_id, 'network', waybill_network_of(ip)::text, max(last_seen_at) FROM login_session GROUP BY 1, 3;
