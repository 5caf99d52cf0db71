import { type Config, loadConfig } from '@waybill/io/config/config';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { migrate } from '@waybill/io/postgres/migrations/migrate';
import { migrationsFolder } from '@waybill/io/postgres/migrations/migrations-folder';
import { requireMasterKeyOf } from '@waybill/io/postgres/upkeep/master-key-check';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import type { Dependencies } from './dependencies.ts';
import { ensurePlatformDomain } from './platform-domain.ts';

const COMMAND = 'waybill migrate';

const hasMasterKey = ({ WAYBILL_MASTER_KEY, WAYBILL_MASTER_KEY_FILE }: Config): boolean =>
  WAYBILL_MASTER_KEY !== undefined || WAYBILL_MASTER_KEY_FILE !== undefined;

/** Makes what a new database needs besides its tables: the check value of the master key, and keys for the platform domain. */
async function prepareSecrets(config: Config, { env, say }: Dependencies): Promise<void> {
  const masterKey = loadMasterKey(config);
  const database = openDatabase({
    url: config.DATABASE_URL,
    applicationName: COMMAND,
    poolSize: 1,
  });
  try {
    await requireMasterKeyOf(database, masterKey);
    if (!env.WAYBILL_PLATFORM_DOMAIN) return;
    const domain = config.WAYBILL_PLATFORM_DOMAIN;
    const records = await ensurePlatformDomain(database, openSecretBox(masterKey), {
      domain,
      command: COMMAND,
    });
    if (records === undefined) return;
    say(
      `Made DKIM keys for ${domain}. Publish these records, so that mail of the platform itself is signed:`,
    );
    for (const { name, type, value } of records) say(`  ${name} ${type} "${value}"`);
  } finally {
    await database.close();
  }
}

/** `waybill migrate`: applies migrations and makes partitions. */
export async function runMigrate(dependencies: Dependencies): Promise<void> {
  const config = loadConfig(dependencies.env);
  const { applied, notices } = await migrate(config.DATABASE_URL, migrationsFolder, new Date());
  if (hasMasterKey(config)) await prepareSecrets(config, dependencies);
  for (const notice of notices) dependencies.say(notice);
  dependencies.say(
    applied.length === 0
      ? 'Nothing to do: the schema of the database is up to date.'
      : `Applied: ${applied.join(', ')}`,
  );
}
