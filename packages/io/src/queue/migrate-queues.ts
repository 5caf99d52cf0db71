import {
  assertSchemaCompatibility,
  DEFAULT_SCHEMA,
  LATEST_SCHEMA_VERSION,
  PostgresConnection,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';

type Client = Parameters<typeof runMigrations>[0];

async function versionOf(client: Client): Promise<number> {
  try {
    return await assertSchemaCompatibility(client, DEFAULT_SCHEMA);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  }
}

/**
 * Makes or updates BullMQ's own schema. Safe to call from many processes at once: BullMQ takes an advisory lock and
 * does it in one transaction. When it is current nothing is written, so a role without DDL rights may call it too.
 */
export async function migrateQueues(databaseUrl: string): Promise<void> {
  const connection = new PostgresConnection({
    connectionString: databaseUrl,
    max: 1,
    connectionTimeoutMillis: 5_000,
  });
  // A client that is in use when the server cuts it tells nobody but itself; unheard, that would end the process.
  connection.pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    const client = await connection.pool.connect();
    try {
      if ((await versionOf(client)) < LATEST_SCHEMA_VERSION) await runMigrations(client, DEFAULT_SCHEMA);
    } finally {
      client.release();
    }
  } finally {
    await connection.close();
  }
}
