import type { Config } from '../config/config.ts';
import { type Database, openDatabase } from '../postgres/connection/database.ts';

/** Runs a check on a connection of its own, so that the check works where the pool of the process does not. */
export async function withOwnDatabase<T>(
  { DATABASE_URL }: Pick<Config, 'DATABASE_URL'>,
  look: (database: Database) => Promise<T>,
): Promise<T> {
  const database = openDatabase({ url: DATABASE_URL, applicationName: 'waybill-doctor', poolSize: 1 });
  try {
    return await look(database);
  } finally {
    await database.close();
  }
}
