import { randomBytes } from 'node:crypto';
import { loadConfig } from '@waybill/io/config/config';
import { apiKeys } from '@waybill/io/postgres/api-keys';
import { type Database, openDatabase } from '@waybill/io/postgres/database';
import { makeApiKey } from '@waybill/io/secrets/generated-secret';
import { makeId } from '@waybill/relay/id';
import type { World } from './world.ts';

/** A fresh operator's key. Only its hash is kept. */
export async function createOperatorKey(database: Database, name: string): Promise<string> {
  const createdAt = new Date();
  const id = makeId(createdAt, randomBytes(10));
  const { text, secretHash } = makeApiKey('admin', id);
  await apiKeys(database).create({ id, kind: 'admin', name, secretHash, scopes: ['admin:*'], createdAt });
  return text;
}

/** `waybill operator-key`: how the first person gets in. */
export async function makeOperatorKey(world: World, name: string): Promise<void> {
  const { DATABASE_URL } = loadConfig(world.env);
  const database = openDatabase({ url: DATABASE_URL, applicationName: 'waybill operator-key', poolSize: 1 });
  try {
    world.say(await createOperatorKey(database, name));
  } finally {
    await database.close();
  }
}
