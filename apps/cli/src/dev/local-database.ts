import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@waybill/io/embedded/embedded-postgres';

/** The embedded server. It is started again when it dies, until it is stopped. */
export type LocalDatabase = { readonly url: string; pid(): number; stop(): Promise<void> };

export type LocalDatabaseOptions = {
  readonly folder: string;
  readonly port: number;
  readonly log: (line: string) => void;
  readonly onRestart: () => void;
};

const passwordFile = (folder: string): string => join(folder, 'postgres-password');

/** The password that the first start made; `undefined`: there was no start, or the database is not the embedded one. */
export async function knownPassword(folder: string): Promise<string | undefined> {
  return (await readFile(passwordFile(folder), 'utf8').catch(() => '')) || undefined;
}

async function passwordOf(folder: string): Promise<string> {
  const path = passwordFile(folder);
  const known = await knownPassword(folder);
  if (known !== undefined) return known;
  const made = randomBytes(18).toString('hex');
  await writeFile(path, made, { mode: 0o600 });
  return made;
}

export async function openLocalDatabase(options: LocalDatabaseOptions): Promise<LocalDatabase> {
  const password = await passwordOf(options.folder);
  const start = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({
      folder: join(options.folder, 'postgres'),
      port: options.port,
      password,
      log: options.log,
    });
  let server = await start();
  let isStopping = false;

  const keepAlive = async (): Promise<void> => {
    while (!isStopping) {
      await server.ended;
      if (isStopping) return;
      options.log('PostgreSQL ended; starting it again');
      server = await start().catch(async (error: unknown) => {
        options.log(String(error));
        await wait(500);
        return server;
      });
      // A stop was requested while the server was starting again. No other code stops this server.
      if (isStopping) await server.stop();
      else options.onRestart();
    }
  };
  const keeping = keepAlive();

  return {
    url: server.url,
    pid: () => server.pid,
    async stop() {
      isStopping = true;
      await server.stop();
      await keeping;
    },
  };
}
