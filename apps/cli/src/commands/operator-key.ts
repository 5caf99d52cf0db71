import { randomBytes } from 'node:crypto';
import { loadConfig } from '@waybill/io/config/config';
import { type Database, openDatabase } from '@waybill/io/postgres/connection/database';
import { type ApiKeyRecord, apiKeys } from '@waybill/io/postgres/management/api-keys';
import { makeApiKey } from '@waybill/io/secrets/generated-secret';
import { makeId, parsePublicId, publicId } from '@waybill/relay/id';
import type { Dependencies } from './dependencies.ts';
import { noteChange } from './note-change.ts';

const keyView = ({ id, kind, name, scopes, createdAt, expiresAt }: ApiKeyRecord) => ({
  id: publicId('key', id),
  kind,
  name,
  scopes,
  created_at: createdAt.toISOString(),
  expires_at: expiresAt?.toISOString() ?? null,
});

type Made = { readonly name: string; readonly command: string };

/** Makes an operator key, with an entry in the audit log. Only its hash is stored. */
export async function createOperatorKey(database: Database, { name, command }: Made): Promise<string> {
  const createdAt = new Date();
  const id = makeId(createdAt, randomBytes(10));
  const { text, secretHash } = makeApiKey('admin', id);
  const key = { id, kind: 'admin', name, secretHash, scopes: ['admin:*'], createdAt } as const;
  const after = keyView(await apiKeys(database).create(key));
  await noteChange(database, { command, action: 'operator_key.created', target: after.id, after });
  return text;
}

const COMMAND = 'waybill operator-key';

async function withDatabase<T>(
  dependencies: Dependencies,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const { DATABASE_URL } = loadConfig(dependencies.env);
  const database = openDatabase({ url: DATABASE_URL, applicationName: COMMAND, poolSize: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** `waybill operator-key`: makes a key and prints it once. */
export const makeOperatorKey = (dependencies: Dependencies, name: string): Promise<void> =>
  withDatabase(dependencies, async (database) =>
    dependencies.say(await createOperatorKey(database, { name, command: COMMAND })),
  );

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

/** `waybill operator-key list`: lists the keys without their secrets, of which only hashes are stored. */
export const listOperatorKeys = (dependencies: Dependencies): Promise<void> =>
  withDatabase(dependencies, async (database) => {
    for (const key of await everyKey(database)) dependencies.say(lineOf(key));
  });

const refusals = {
  missing: (id: string) => `${id} is no operator key that can be revoked. See: waybill operator-key list`,
  last: (id: string) => `${id} is the last valid operator key. Make another one first: waybill operator-key`,
} as const;

/** `waybill operator-key revoke ID`. */
export const revokeOperatorKey = (dependencies: Dependencies, given: string): Promise<void> =>
  withDatabase(dependencies, async (database) => {
    const id = parsePublicId('key', given);
    const row = id === undefined ? undefined : await apiKeys(database).one(undefined, id);
    const done = row === undefined ? 'missing' : await apiKeys(database).revokeOperators(row.id, new Date());
    if (row === undefined || done !== 'revoked')
      throw new Error(refusals[done as keyof typeof refusals](given));
    const before = keyView(row);
    await noteChange(database, {
      command: COMMAND,
      action: 'operator_key.revoked',
      target: before.id,
      before,
    });
    dependencies.say(`${given} is revoked`);
  });
