-- Who a user is at a provider of OpenID Connect. Linked by the user itself or by an invitation, never by an address.
CREATE TABLE "oidc_identity" (
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "oidc_identity_pkey" PRIMARY KEY ("issuer", "subject")
);
CREATE UNIQUE INDEX "oidc_identity_user_id_issuer_key" ON "oidc_identity"("user_id", "issuer");
ALTER TABLE "oidc_identity" ADD CONSTRAINT "oidc_identity_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The product alone reads it; the role of accounts sees no row.
ALTER TABLE oidc_identity ENABLE ROW LEVEL SECURITY;
