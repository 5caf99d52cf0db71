import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { migrate } from '@waybill/io/postgres/migrations/migrate';
import pg from 'pg';
import { migrationsFolder, openEmptyDatabase } from '../../support/database.ts';

const at = new Date('2026-11-21T12:00:00Z');
const empty = await openEmptyDatabase();
const folder = await mkdtemp(join(tmpdir(), 'waybill-migrations-'));
await cp(migrationsFolder, folder, { recursive: true });
after(async () => {
  await empty.close();
  await rm(folder, { recursive: true });
});

async function query(sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

test('applies every migration once, also when several processes start at the same time', async () => {
  const runs = await Promise.all([1, 2, 3].map(() => migrate(empty.url, folder, at)));
  const applied = runs.flatMap((run) => run.applied);
  assert.equal(new Set(applied).size, applied.length);
  assert.ok(applied.includes('20261121090000_start'));
  assert.deepEqual(
    runs.flatMap((run) => run.notices),
    [],
  );
  const ledger = await query('SELECT migration_name, length(checksum) AS length FROM _prisma_migrations');
  assert.equal(ledger.length, applied.length);
  assert.equal(ledger[0]?.length, 64);
});

test('has partitions from the week before to eight weeks ahead, for every partitioned table', async () => {
  const rows = await query(
    "SELECT relname FROM pg_class WHERE relname ~ '^(message|message_content|delivery|attempt|event)_w[0-9]{8}$'",
  );
  assert.equal(rows.length, 5 * 10);
  assert.ok(rows.some((row) => row.relname === 'delivery_w20261109'));
  assert.ok(rows.some((row) => row.relname === 'event_w20270111'));
});

test('rolls a failed migration back and names it', async () => {
  const broken = join(folder, '20990101000000_broken');
  await cp(join(folder, '20261121090000_start'), broken, { recursive: true });
  await writeFile(join(broken, 'migration.sql'), 'CREATE TABLE half (id int); SELECT 1/0;');
  await assert.rejects(
    migrate(empty.url, folder, at),
    /20990101000000_broken failed; nothing of it was kept/,
  );
  assert.deepEqual(await query("SELECT FROM pg_class WHERE relname = 'half'"), []);
  await rm(broken, { recursive: true });
});

test('refuses when an applied migration was changed', async () => {
  const path = join(folder, '20261121090000_start', 'migration.sql');
  await writeFile(path, 'SELECT 1;');
  await assert.rejects(
    migrate(empty.url, folder, at),
    /20261121090000_start was changed after it was applied/,
  );
});

test('refuses a database that is newer than the program', async () => {
  await rm(join(folder, '20261121090000_start'), { recursive: true });
  await assert.rejects(migrate(empty.url, folder, at), /newer than this program/);
});
