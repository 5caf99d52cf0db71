import { type Config, loadConfig } from '@waybill/io/config/config';
import { openDatabase } from '@waybill/io/postgres/database';
import { requireMasterKeyOf } from '@waybill/io/postgres/master-key-check';
import { migrate } from '@waybill/io/postgres/migrate';
import { migrateQueues } from '@waybill/io/queue/migrate-queues';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { migrationsFolder } from './prepare-installation.ts';
import type { World } from './world.ts';

const hasMasterKey = ({ WAYBILL_MASTER_KEY, WAYBILL_MASTER_KEY_FILE }: Config): boolean =>
  WAYBILL_MASTER_KEY !== undefined || WAYBILL_MASTER_KEY_FILE !== undefined;

async function rememberMasterKey(url: string, masterKey: Buffer): Promise<void> {
  const database = openDatabase({ url, applicationName: 'waybill migrate', poolSize: 1 });
  try {
    await requireMasterKeyOf(database, masterKey);
  } finally {
    await database.close();
  }
}

/** `waybill migrate`: the schema, its partitions, and the queue's tables where the queues live in PostgreSQL. */
export async function runMigrate(world: World): Promise<void> {
  const config = loadConfig(world.env);
  const { DATABASE_URL, REDIS_URL } = config;
  const { applied, notices } = await migrate(DATABASE_URL, migrationsFolder, new Date());
  if (REDIS_URL === undefined) await migrateQueues(DATABASE_URL);
  if (hasMasterKey(config)) await rememberMasterKey(DATABASE_URL, loadMasterKey(config));
  for (const notice of notices) world.say(notice);
  world.say(
    applied.length === 0
      ? 'Nothing to do: the database is at the present schema.'
      : `Applied: ${applied.join(', ')}`,
  );
}
