import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@waybill/io/embedded/embedded-postgres';
import { type Database, openDatabase } from '@waybill/io/postgres/connection/database';
import { migrate } from '@waybill/io/postgres/migrations/migrate';
import pg from 'pg';
import { makeOpenFolder } from './open-folder.ts';

/** A real server for tests: of its own, or the one that TEST_DATABASE_URL names. A database per caller, copied from a migrated template. */
export type TestServer = { readonly url: string; readonly pid: number; close(): Promise<void> };
export type TestDatabase = { readonly url: string; readonly database: Database; close(): Promise<void> };

export const migrationsFolder = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const fast = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** `isDurable`: with fsync, where the test is about what survives. */
export async function startTestServer(options: { readonly isDurable?: boolean } = {}): Promise<TestServer> {
  const folder = await makeOpenFolder('test-postgres');
  const server = await startEmbeddedPostgres({
    folder: join(folder, 'data'),
    port: await freePort(),
    password: 'test',
    settings: { shared_buffers: '64MB', ...(options.isDurable ? {} : fast) },
    log: () => undefined,
  });
  const kill = (): void => void process.kill(server.pid, 'SIGQUIT');
  process.once('exit', kill);
  return {
    url: server.url,
    pid: server.pid,
    async close() {
      process.off('exit', kill);
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const withDatabase = (url: string, name: string): string => {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
};

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function templateName(): Promise<string> {
  const hash = createHash('sha256');
  for (const path of (await readdir(migrationsFolder, { recursive: true })).sort())
    if (path.endsWith('.sql')) hash.update(await readFile(join(migrationsFolder, path)));
  return `waybill_template_${hash.digest('hex').slice(0, 12)}`;
}

/** Migrated once per server and version of the migrations, by the first test that needs it. */
async function ensureTemplate(serverUrl: string): Promise<string> {
  const name = await templateName();
  await withClient(serverUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock(4242)');
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return;
    await client.query(`CREATE DATABASE ${name}_making`);
    await migrate(withDatabase(serverUrl, `${name}_making`), migrationsFolder, new Date());
    await client.query(`ALTER DATABASE ${name}_making RENAME TO ${name}`);
  });
  return name;
}

let own: { readonly server: Promise<TestServer>; users: number } | undefined;

/** The server that all test files share, or one per test process, ended with its last database. */
async function borrowServer(): Promise<{ readonly url: string; giveBack(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, giveBack: async () => undefined };
  own ??= { server: startTestServer(), users: 0 };
  const mine = own;
  mine.users += 1;
  return {
    url: (await mine.server).url,
    async giveBack() {
      mine.users -= 1;
      if (mine.users > 0) return;
      if (own === mine) own = undefined;
      await (await mine.server).close();
    },
  };
}

export type TestDatabaseOptions = {
  readonly poolSize?: number;
};

/** A fresh, migrated database with an open `Database` on it. */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await borrowServer();
  const template = await ensureTemplate(server.url);
  const name = `test_${randomBytes(6).toString('hex')}`;
  // A template of a thousand small relations is copied by file in a third of the time that page by page through the WAL takes.
  await withClient(server.url, (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`),
  );
  const url = withDatabase(server.url, name);
  const database = openDatabase({ url, poolSize: options.poolSize ?? 5, applicationName: 'waybill test' });
  return {
    url,
    database,
    async close() {
      await database.close();
      await withClient(server.url, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
      await server.giveBack();
    },
  };
}

/** An empty database without migrations. */
export async function openEmptyDatabase(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = await borrowServer();
  const name = `empty_${randomBytes(6).toString('hex')}`;
  await withClient(server.url, (client) => client.query(`CREATE DATABASE ${name}`));
  return {
    url: withDatabase(server.url, name),
    async close() {
      await withClient(server.url, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
      await server.giveBack();
    },
  };
}
