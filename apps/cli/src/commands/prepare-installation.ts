import { type Database, openDatabase } from '@waybill/io/postgres/connection/database';
import { apiKeys } from '@waybill/io/postgres/management/api-keys';
import { migrate } from '@waybill/io/postgres/migrations/migrate';
import { migrationsFolder } from '@waybill/io/postgres/migrations/migrations-folder';
import { requireMasterKeyOf } from '@waybill/io/postgres/upkeep/master-key-check';
import { isSecretOf, parseApiKey } from '@waybill/io/secrets/generated-secret';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { createOperatorKey } from '@waybill/relay/management/api-keys';
import { callerOf, portsOf } from './on-host.ts';
import { ensurePlatformDomain } from './platform-domain.ts';

export type Installation = {
  readonly databaseUrl: string;
  readonly masterKey: Buffer;
  readonly platformDomain: string;
  /** The key of an earlier start. It is used again if it is valid in this database. */
  readonly knownOperatorKey: string | undefined;
};

async function isUsable(database: Database, key: string | undefined): Promise<boolean> {
  const parsed = key === undefined ? undefined : parseApiKey(key);
  const stored = parsed && (await apiKeys(database).byId(parsed.id, new Date()));
  return stored !== undefined && parsed !== undefined && isSecretOf(parsed.secretHash, stored.secretHashes);
}

/** Migrates the database, makes the platform domain, and returns a valid operator key. */
export async function prepareInstallation(installation: Installation): Promise<string> {
  const { databaseUrl, masterKey, platformDomain, knownOperatorKey } = installation;
  await migrate(databaseUrl, migrationsFolder, new Date());
  const database = openDatabase({ url: databaseUrl, applicationName: 'waybill dev', poolSize: 2 });
  try {
    await requireMasterKeyOf(database, masterKey);
    await ensurePlatformDomain(database, openSecretBox(masterKey), {
      domain: platformDomain,
      command: 'waybill dev',
    });
    if (knownOperatorKey !== undefined && (await isUsable(database, knownOperatorKey)))
      return knownOperatorKey;
    return (await createOperatorKey('waybill dev', callerOf('waybill dev'), portsOf(database))).key;
  } finally {
    await database.close();
  }
}
