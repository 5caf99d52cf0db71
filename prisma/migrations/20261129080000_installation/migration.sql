-- One row: facts of the installation as a whole. The check value is derived from the master key, so that another key is noticed at start.
CREATE TABLE installation (
  id               SMALLINT NOT NULL DEFAULT 1,
  master_key_check BYTEA NOT NULL,
  created_at       TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT installation_pkey PRIMARY KEY (id),
  CONSTRAINT installation_one_row CHECK (id = 1)
);
