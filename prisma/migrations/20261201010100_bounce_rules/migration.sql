-- Rules of the operator for the text of replies. They are tried before the built-in ones, in the order of their positions.
CREATE TABLE "bounce_rule" (
    "id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "pattern" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "party" TEXT NOT NULL,
    "outcome" TEXT,
    "note" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "bounce_rule_pkey" PRIMARY KEY ("id")
);
-- It belongs to no account: with row-level security and no policy, requests of accounts see none of it.
ALTER TABLE bounce_rule ENABLE ROW LEVEL SECURITY;
