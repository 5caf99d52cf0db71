import { loadConfig } from '@waybill/io/config/config';
import { migrate } from '@waybill/io/postgres/migrate';
import { migrateQueues } from '@waybill/io/queue/migrate-queues';
import { migrationsFolder } from './prepare-installation.ts';
import type { World } from './world.ts';

/** `waybill migrate`: the schema, its partitions, and the queue's tables where the queues live in PostgreSQL. */
export async function runMigrate(world: World): Promise<void> {
  const { DATABASE_URL, REDIS_URL } = loadConfig(world.env);
  const { applied, notices } = await migrate(DATABASE_URL, migrationsFolder, new Date());
  if (REDIS_URL === undefined) await migrateQueues(DATABASE_URL);
  for (const notice of notices) world.say(notice);
  world.say(
    applied.length === 0
      ? 'Nothing to do: the database is at the present schema.'
      : `Applied: ${applied.join(', ')}`,
  );
}
