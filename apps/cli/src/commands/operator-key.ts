import { randomBytes } from 'node:crypto';
import { loadConfig } from '@waybill/io/config/config';
import { type ApiKeyRecord, apiKeys } from '@waybill/io/postgres/api-keys';
import { auditLog } from '@waybill/io/postgres/audit-log';
import { type Database, openDatabase } from '@waybill/io/postgres/database';
import { makeApiKey, parseApiKey } from '@waybill/io/secrets/generated-secret';
import { makeId, parsePublicId, publicId } from '@waybill/relay/id';
import type { World } from './world.ts';

/** A fresh operator's key. Only its hash is kept. */
export async function createOperatorKey(database: Database, name: string): Promise<string> {
  const createdAt = new Date();
  const id = makeId(createdAt, randomBytes(10));
  const { text, secretHash } = makeApiKey('admin', id);
  await apiKeys(database).create({ id, kind: 'admin', name, secretHash, scopes: ['admin:*'], createdAt });
  return text;
}

async function withDatabase<T>(world: World, work: (database: Database) => Promise<T>): Promise<T> {
  const { DATABASE_URL } = loadConfig(world.env);
  const database = openDatabase({ url: DATABASE_URL, applicationName: 'waybill operator-key', poolSize: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** `waybill operator-key`: how the first person gets in. */
export const makeOperatorKey = (world: World, name: string): Promise<void> =>
  withDatabase(world, async (database) => {
    const key = await createOperatorKey(database, name);
    const id = parseApiKey(key)?.id ?? '';
    await noteInAuditLog(database, { action: 'operator_key.created', id });
    world.say(key);
  });

const shownTime = (at: Date | undefined): string => at?.toISOString() ?? 'never';

const lineOf = ({ id, name, createdAt, expiresAt, lastUsedAt }: ApiKeyRecord): string =>
  `${publicId('key', id)}  created ${shownTime(createdAt)}  last used ${shownTime(lastUsedAt)}  expires ${shownTime(expiresAt)}  ${name}`;

const PAGE_SIZE = 100;

async function everyKey(database: Database, after?: string): Promise<readonly ApiKeyRecord[]> {
  const page = { limit: PAGE_SIZE, ...(after === undefined ? {} : { after }) };
  const rows = await apiKeys(database).list(undefined, page);
  if (rows.length < PAGE_SIZE) return rows;
  return [...rows, ...(await everyKey(database, rows.at(-1)?.id))];
}

/** `waybill operator-key list`: without the secrets, of which only hashes are stored. */
export const listOperatorKeys = (world: World): Promise<void> =>
  withDatabase(world, async (database) => {
    for (const key of await everyKey(database)) world.say(lineOf(key));
  });

const refusals = {
  missing: (id: string) =>
    `${id} is no operator key that could be revoked: look at waybill operator-key list`,
  last: (id: string) =>
    `${id} is the last operator key that works: make another one first with waybill operator-key`,
} as const;

/** `waybill operator-key revoke ID`. */
export const revokeOperatorKey = (world: World, given: string): Promise<void> =>
  withDatabase(world, async (database) => {
    const id = parsePublicId('key', given);
    const done = id === undefined ? 'missing' : await apiKeys(database).revokeOperators(id, new Date());
    if (id === undefined || done !== 'revoked')
      throw new Error(refusals[done as keyof typeof refusals](given));
    await noteInAuditLog(database, { action: 'operator_key.revoked', id });
    world.say(`${given} is revoked`);
  });

type Noted = { readonly action: string; readonly id: string };

/** A person at the host of the installation has no key: the actor is the command. */
async function noteInAuditLog(database: Database, { action, id }: Noted): Promise<void> {
  const occurredAt = new Date();
  await auditLog(database).append({
    id: makeId(occurredAt, randomBytes(10)),
    actor: 'waybill operator-key',
    action,
    target: publicId('key', id),
    occurredAt,
  });
}
