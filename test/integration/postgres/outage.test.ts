import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@waybill/io/embedded/embedded-postgres';
import { isConnectionTrouble } from '@waybill/io/postgres/connection/connection-trouble';
import { openDatabase, pingDatabase } from '@waybill/io/postgres/connection/database';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { migrate } from '@waybill/io/postgres/migrations/migrate';
import { freePort, migrationsFolder } from '../../support/database.ts';
import { makeOpenFolder } from '../../support/open-folder.ts';
import { addAccount, someMessage } from './some.ts';

/** A server with fsync, so that committed data is on disk. */
const folder = await makeOpenFolder('outage');
const port = await freePort();
const start = (): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ folder: join(folder, 'data'), port, password: 'test', log: () => undefined });

let server = await start();
await migrate(server.url, migrationsFolder, new Date());
const troubles: Error[] = [];
const database = openDatabase({
  url: server.url,
  poolSize: 4,
  applicationName: 'outage',
  onTrouble: (error) => troubles.push(error),
});
const store = openMessageStore({ database });
const accountId = await addAccount(database);
const kept: string[] = [];

after(async () => {
  await database.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function acceptOne(): Promise<void> {
  const message = someMessage(accountId);
  await store.accept(message);
  kept.push(message.id);
}

async function there(): Promise<number> {
  const { rows } = await database.pool.query(
    'SELECT count(*)::integer AS count FROM message JOIN message_content ON message_id = id WHERE id = ANY ($1)',
    [kept],
  );
  return rows[0].count;
}

test('idle connections that the server closes are replaced without an error', async () => {
  await Promise.all(Array.from({ length: 8 }, acceptOne));
  await database.pool.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = $1',
    ['outage'],
  );
  await Promise.all(Array.from({ length: 8 }, acceptOne));
  assert.equal(await there(), 16);
});

test('while the server is stopped accept rejects with a temporary error, and no message is stored in part', async () => {
  await server.stop();
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => acceptOne()));
  assert.ok(results.every((result) => result.status === 'rejected' && isConnectionTrouble(result.reason)));
  await assert.rejects(pingDatabase(database));
  server = await start();
  await pingDatabase(database);
  assert.equal(await there(), kept.length);
});

test('messages that were accepted before the server was killed are stored', async () => {
  let isOver = false;
  const callers = Array.from({ length: 8 }, async () => {
    while (!isOver) await acceptOne().catch(() => wait(20));
  });
  await wait(150);
  process.kill(server.pid, 'SIGQUIT');
  await server.ended;
  await wait(50);
  isOver = true;
  await Promise.all(callers);
  server = await start();
  assert.ok(kept.length > 20);
  assert.equal(await there(), kept.length);
});
