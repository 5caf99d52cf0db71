import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { alignOutbox } from '../outbox/outbox-clock.ts';
import { ensurePartitionsAt } from '../upkeep/partitions.ts';

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };

export type Migrated = {
  /** Names of the migrations that this run applied. */
  readonly applied: readonly string[];
  /** Sentences for the operator: what is limited on this server, and how to change that. */
  readonly notices: readonly string[];
};

const CONNECT_TIMEOUT_MS = 5_000;
/** The advisory lock of migrations. The number is arbitrary. */
const LOCK = 7_283_041_962;

/** The migration table of Prisma, so that `prisma migrate deploy` agrees with this code. */
const ledgerSql = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

async function loadMigrations(folder: string): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, name, 'migration.sql'));
      const checksum = createHash('sha256').update(bytes).digest('hex');
      return { name, sql: bytes.toString('utf8'), checksum };
    }),
  );
}

/** The missing migrations. Throws when an applied migration was changed afterwards. */
function pendingOf(files: readonly Migration[], ledger: ReadonlyMap<string, string>): readonly Migration[] {
  for (const { name, checksum } of files) {
    const applied = ledger.get(name);
    if (applied !== undefined && applied !== checksum)
      throw new Error(
        `Migration ${name} was changed after it was applied (applied ${applied.slice(0, 12)}…, file ${checksum.slice(0, 12)}…). ` +
          'Restore the file and put the change in a new migration.',
      );
  }
  const known = new Set(files.map((file) => file.name));
  const unknown = [...ledger.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Error(`The database is newer than this program: it knows ${unknown.join(', ')}. Update first.`);
  return files.filter((file) => !ledger.has(file.name));
}

async function readLedger(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished: boolean }>(
    'SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const failed = rows.find((row) => !row.finished);
  if (failed)
    throw new Error(
      `Migration ${failed.migration_name} failed earlier under another tool. Resolve it there first.`,
    );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`Migration ${migration.name} failed; nothing of it was kept`, { cause: error });
  }
}

/** Whether the schema has the function. Earlier migrations alone, as tests of one migration apply them, may lack it. */
async function hasFunction(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>('SELECT to_regproc($1) IS NOT NULL AS known', [
    name,
  ]);
  return rows[0]?.known ?? false;
}

/** Gives the role of the API what it needs. Returns what is in the way. */
async function grantApi(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ notice: string | null }>('SELECT waybill_grant_api() AS notice');
  const notices = rows.flatMap((row) => row.notice ?? []);
  if (notices.length === 0 && (await hasFunction(client, 'waybill_grant_parts')))
    await client.query('SELECT waybill_grant_parts()');
  return notices;
}

async function bringUpToDate(client: pg.Client, folder: string, at: Date): Promise<Migrated> {
  await client.query(ledgerSql);
  const pending = pendingOf(await loadMigrations(folder), await readLedger(client));
  for (const migration of pending) await apply(client, migration);
  await ensurePartitionsAt(client, at);
  if (await hasFunction(client, 'waybill_align_outbox')) await alignOutbox(client);
  return { applied: pending.map((migration) => migration.name), notices: await grantApi(client) };
}

/** The state of a database relative to these migrations. */
export type SchemaState = {
  /** No migration was ever applied. */
  readonly isEmpty: boolean;
  /** Names of the migrations that the database lacks. */
  readonly pending: readonly string[];
};

/** Reads the state and changes nothing. Throws when the database is newer than the files or was made from other files. */
export async function schemaState(connectionString: string, folder: string): Promise<SchemaState> {
  const client = new pg.Client({
    connectionString,
    application_name: 'waybill check',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS known");
    const ledger = rows[0]?.known ? await readLedger(client) : new Map<string, string>();
    const pending = pendingOf(await loadMigrations(folder), ledger).map((migration) => migration.name);
    return { isEmpty: ledger.size === 0, pending };
  } finally {
    await client.end();
  }
}

/** The message for an operator about an outdated schema; `undefined`: the schema is up to date. */
export const schemaProblem = ({ isEmpty, pending }: SchemaState): string | undefined => {
  if (pending.length === 0) return undefined;
  return isEmpty
    ? `The database is empty: it lacks ${pending.length} migrations.`
    : `The database is older than this program: it lacks ${pending.length} migrations: ${pending.join(', ')}.`;
};

/** Applies missing migrations, one transaction each, under a lock, so that several processes may call it concurrently. */
export async function migrate(connectionString: string, folder: string, at: Date): Promise<Migrated> {
  const client = new pg.Client({ connectionString, application_name: 'waybill migrate' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    return await bringUpToDate(client, folder, at);
  } finally {
    // Ends the session and with it the lock.
    await client.end();
  }
}
