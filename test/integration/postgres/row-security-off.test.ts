import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { fromAddresses } from '@waybill/io/postgres/management/from-addresses';
import { migrate } from '@waybill/io/postgres/migrations/migrate';
import pg from 'pg';
import { migrationsFolder, startTestServer } from '../../support/database.ts';
import { addAccount, someId } from './some.ts';

/** A server of its own: roles belong to the server, and this is about one that is missing. */
const server = await startTestServer();
const admin = new pg.Client({ connectionString: server.url });
await admin.connect();
await admin.query("CREATE ROLE plain LOGIN PASSWORD 'plain'");
await admin.query('CREATE DATABASE plain OWNER plain');
const url = server.url.replace(/\/\/[^@]+@/, '//plain:plain@').replace(/\/postgres$/, '/plain');
after(async () => {
  await admin.end();
  await server.close();
});

const withDatabase = async (
  work: (database: ReturnType<typeof openDatabase>) => Promise<void>,
): Promise<void> => {
  const database = openDatabase({ url, applicationName: 'plain' });
  await work(database).finally(() => database.close());
};

test('an owner who may not make roles can migrate, and gets a notice that names the missing role and the fix', async () => {
  const { applied, notices } = await migrate(url, migrationsFolder, new Date());
  assert.ok(applied.length > 0);
  assert.match(
    notices.join(),
    /row-level security is off.*CREATE ROLE waybill_api NOLOGIN; GRANT waybill_api TO plain/,
  );
  await withDatabase(async (database) => {
    assert.equal(await database.hasRowSecurity(), false);
    const [mine, theirs] = [await addAccount(database), await addAccount(database)];
    const store = fromAddresses(database);
    await store.create(mine, { id: someId(), address: 'a@acme.test', createdAt: new Date() });
    assert.equal((await store.list(mine, { limit: 5 })).length, 1);
    assert.equal((await store.list(theirs, { limit: 5 })).length, 0);
  });
});

test('a role that exists but was not granted has a notice of its own', async () => {
  await admin.query('CREATE ROLE waybill_api NOLOGIN');
  const { notices } = await migrate(url, migrationsFolder, new Date());
  assert.match(notices.join(), /may not act as role waybill_api.*GRANT waybill_api TO plain/);
});

test('once an administrator made and granted the role, migrating again switches row-level security on', async () => {
  await admin.query('GRANT waybill_api TO plain');
  const { applied, notices } = await migrate(url, migrationsFolder, new Date());
  assert.deepEqual([applied, notices], [[], []]);
  await withDatabase(async (database) => assert.equal(await database.hasRowSecurity(), true));
});
