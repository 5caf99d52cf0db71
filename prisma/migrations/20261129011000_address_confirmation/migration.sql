-- The link that a mailbox confirms a From address with: only its hash is kept, and it works once, until it expires.
ALTER TABLE "from_address"
  ADD COLUMN "token_hash" BYTEA,
  ADD COLUMN "token_expires_at" TIMESTAMPTZ(3);
CREATE UNIQUE INDEX "from_address_token_hash_key" ON "from_address"("token_hash");

-- Confirmation mails of the last days: one a day per address over all accounts, ten a day per account.
CREATE TABLE "confirmation_mail" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "mailed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "confirmation_mail_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "confirmation_mail_address_mailed_at_idx" ON "confirmation_mail"("address", "mailed_at");
CREATE INDEX "confirmation_mail_account_id_mailed_at_idx" ON "confirmation_mail"("account_id", "mailed_at");
CREATE INDEX "confirmation_mail_mailed_at_idx" ON "confirmation_mail"("mailed_at");

-- Mailboxes that answered "not me": no account has a confirmation mail sent to them again.
CREATE TABLE "confirmation_refusal" (
    "address" TEXT NOT NULL,
    "refused_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "confirmation_refusal_pkey" PRIMARY KEY ("address")
);

-- Both are read by the product only, never inside an account: no policy, so the role of accounts sees no row.
ALTER TABLE confirmation_mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE confirmation_refusal ENABLE ROW LEVEL SECURITY;
