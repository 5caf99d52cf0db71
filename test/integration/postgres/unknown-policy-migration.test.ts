import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { streams } from '@waybill/io/postgres/management/streams';
import { migrate } from '@waybill/io/postgres/migrations/migrate';
import { migrationsFolder, openEmptyDatabase } from '../../support/database.ts';
import { someId } from './some.ts';

const MIGRATION = '20261129120000_prefer_delivery';
const empty = await openEmptyDatabase();
const before = await mkdtemp(join(tmpdir(), 'waybill-migrations-'));
for (const name of await readdir(migrationsFolder))
  if (name < MIGRATION) await cp(join(migrationsFolder, name), join(before, name), { recursive: true });
after(async () => {
  await empty.close();
  await rm(before, { recursive: true });
});

test('a stream that exists keeps its policy for an unanswered final dot, and a new one prefers delivery', async () => {
  const at = new Date();
  await migrate(empty.url, before, at);
  const database = openDatabase({ url: empty.url, applicationName: 'test' });
  const [account, old] = [someId(), someId()];
  try {
    await database.pool.query("INSERT INTO account (id, name) VALUES ($1, 'Acme')", [account]);
    await database.pool.query("INSERT INTO stream (id, account_id, name) VALUES ($1, $2, 'old')", [
      old,
      account,
    ]);
    await migrate(empty.url, migrationsFolder, at);
    await streams(database).create(account, { id: someId(), name: 'new', createdAt: at });
    const policies = (await streams(database).list(account)).map(({ name, unknownPolicy }) => [
      name,
      unknownPolicy,
    ]);
    assert.deepEqual(policies.toSorted(), [
      ['new', 'prefer_delivery'],
      ['old', 'prefer_no_duplicate'],
    ]);
  } finally {
    await database.close();
  }
});
