import { loadConfig } from '@waybill/io/config/config';
import { type Database, openDatabase } from '@waybill/io/postgres/connection/database';
import { apiKeys } from '@waybill/io/postgres/management/api-keys';
import { parsePublicId, publicId } from '@waybill/relay/id';
import { createOperatorKey, revokeOperatorKey } from '@waybill/relay/management/api-keys';
import type { ApiKeyRecord } from '@waybill/relay/management/records';
import { Refusal, type RefusalCode } from '@waybill/relay/refusal';
import type { Dependencies } from './dependencies.ts';
import { callerOf, portsOf } from './on-host.ts';

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
  withDatabase(dependencies, async (database) => {
    const { key } = await createOperatorKey(name, callerOf(COMMAND), portsOf(database));
    dependencies.say(key);
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

/** `waybill operator-key list`: lists the keys without their secrets, of which only hashes are stored. */
export const listOperatorKeys = (dependencies: Dependencies): Promise<void> =>
  withDatabase(dependencies, async (database) => {
    for (const key of await everyKey(database)) dependencies.say(lineOf(key));
  });

const refusals: Partial<Record<RefusalCode, string>> = {
  not_found: 'is no operator key that can be revoked. See: waybill operator-key list',
  conflict: 'is the last valid operator key. Make another one first: waybill operator-key',
};

/** `waybill operator-key revoke ID`. An id that is none matches no key. */
export const revokeKey = (dependencies: Dependencies, given: string): Promise<void> =>
  withDatabase(dependencies, async (database) => {
    const id = parsePublicId('key', given);
    try {
      if (id === undefined) throw new Refusal('not_found');
      await revokeOperatorKey(id, callerOf(COMMAND), portsOf(database));
    } catch (error) {
      const why = error instanceof Refusal ? refusals[error.code] : undefined;
      if (why === undefined) throw error;
      throw new Error(`${given} ${why}`, { cause: error });
    }
    dependencies.say(`${given} is revoked`);
  });
