/** Checks whether the apps may run on this database: by its schema and its master key. */
import { setTimeout as wait } from 'node:timers/promises';
import { isConnectionTrouble } from '@waybill/io/postgres/connection/connection-trouble';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { schemaProblem, schemaState } from '@waybill/io/postgres/migrations/migrate';
import { migrationsFolder } from '@waybill/io/postgres/migrations/migrations-folder';
import { alignOutbox } from '@waybill/io/postgres/outbox/outbox-clock';
import { requireMasterKeyOf } from '@waybill/io/postgres/upkeep/master-key-check';

export type DatabaseCheck = { readonly databaseUrl: string; readonly masterKey: Buffer };

const AGAIN_MS = 2_000;

/** Throws an error that names the fix. */
async function requireUsableDatabase({ databaseUrl, masterKey }: DatabaseCheck): Promise<void> {
  const problem = schemaProblem(await schemaState(databaseUrl, migrationsFolder));
  if (problem !== undefined) throw new Error(`${problem} Run: waybill migrate`);
  const database = openDatabase({ url: databaseUrl, applicationName: 'waybill start', poolSize: 1 });
  try {
    await requireMasterKeyOf(database, masterKey);
    // Before the apps write: it may have been restored from another cluster.
    await alignOutbox(database.pool);
  } finally {
    await database.close();
  }
}

/** Waits until the database answers, then runs `requireUsableDatabase`. */
async function requireOnceAnswered(check: DatabaseCheck, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(AGAIN_MS, undefined, { signal });
    try {
      return await requireUsableDatabase(check);
    } catch (error) {
      if (!isConnectionTrouble(error)) throw error;
    }
  }
}

/**
 * Checks the database at once. If it does not answer, the apps start and wait for it (the tracker works without it), and the check
 * runs when it answers: the promise in `later` rejects if the apps may not run on the database.
 */
export async function checkDatabase(
  check: DatabaseCheck,
  { say, signal }: { readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<{ readonly later: Promise<never> }> {
  const never = new Promise<never>(() => undefined);
  try {
    await requireUsableDatabase(check);
    return { later: never };
  } catch (error) {
    if (!isConnectionTrouble(error)) throw error;
    say(
      'PostgreSQL does not answer yet. The apps start and wait for it; its schema and master key are checked when it answers.',
    );
  }
  const waited = requireOnceAnswered(check, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return { later: waited.then(() => never) };
}
