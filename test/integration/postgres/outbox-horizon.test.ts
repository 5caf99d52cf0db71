/** Readers wait for the open transactions of their own database, and miss no event of it whatever the order of commits. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { appendAccountEvents, outbox } from '@waybill/io/postgres/outbox/account-events';
import { openReader, type Reader } from '@waybill/io/postgres/outbox/reader';
import { events } from '@waybill/io/postgres/reading/events';
import pg from 'pg';
import { openEmptyDatabase, openTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { addAccount } from './some.ts';

const opened = await openTestDatabase({ poolSize: 12 });
const { database } = opened;
const { pool } = database;
const other = await openEmptyDatabase();
const elsewhere = new pg.Pool({ connectionString: other.url, max: 4 });
after(async () => {
  await elsewhere.end();
  await other.close();
  await opened.close();
});

const accountId = await addAccount(database);
await elsewhere.query('CREATE TABLE note (n integer)');

const numbered = (n: number) => ({
  accountId,
  type: 'credential.locked' as const,
  occurredAt: new Date(),
  detail: { n },
});

async function begun(name: string): Promise<Reader> {
  const reader = openReader({ database, name });
  await reader.next(1, async () => undefined);
  return reader;
}

/** Reads what there is, once. */
async function readOnce(reader: Reader, limit = 100): Promise<readonly number[]> {
  const read: number[] = [];
  await reader.next(limit, async (_client, batch) => {
    read.push(...batch.map(({ detail }) => Number(detail.n)));
  });
  return read;
}

/** A transaction that has written and is open. */
async function writing(of: pg.Pool): Promise<pg.PoolClient> {
  const client = await of.connect();
  await client.query('BEGIN');
  await client.query('SELECT pg_current_xact_id()');
  return client;
}

async function end(client: pg.PoolClient): Promise<void> {
  await client.query('COMMIT');
  client.release();
}

test('a long transaction in another database of the server holds no reader back, one in its own does', async () => {
  const reader = await begun('patient');
  const feed = events(database);
  const from = await feed.end();
  const foreign = await writing(elsewhere);
  await outbox(database).append(numbered(1));
  assert.deepEqual(await readOnce(reader), [1]);
  assert.equal((await feed.since(accountId, { limit: 10, after: from })).length, 1);
  const own = await writing(pool);
  await outbox(database).append(numbered(2));
  assert.deepEqual(await readOnce(reader), []);
  await end(own);
  assert.deepEqual(await readOnce(reader), [2]);
  await end(foreign);
});

test('a user who may not see the sessions of others finds the same horizon', async () => {
  const foreign = await writing(elsewhere);
  await outbox(database).append(numbered(3));
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query(
    "SELECT set_config('role', 'waybill_api', true), set_config('waybill.account_id', $1, true)",
    [accountId],
  );
  const { rows } = await client.query(
    'SELECT waybill_outbox_horizon() > max(tx) AS passes FROM event WHERE account_id = $1',
    [accountId],
  );
  await client.query('ROLLBACK');
  client.release();
  await end(foreign);
  assert.deepEqual(rows, [{ passes: true }]);
});

const WRITERS = 8;
const BATCHES = 40;

/** Transactions that stay open for different times, so that they commit in another order than they began; some are rolled back. */
async function writeBatches(writer: number, kept: Set<number>): Promise<void> {
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const client = await writing(pool);
    const n = (writer * BATCHES + batch) * 2;
    await appendAccountEvents(client, [numbered(n)]);
    await new Promise((resolve) => setTimeout(resolve, (n * 7) % 11));
    await appendAccountEvents(client, [numbered(n + 1)]);
    const isKept = n % 10 !== 0;
    await client.query(isKept ? 'COMMIT' : 'ROLLBACK');
    client.release();
    if (isKept) kept.add(n).add(n + 1);
  }
}

test('each event is read exactly once while many transactions of two databases commit in any order', async () => {
  const readers = await Promise.all(['one', 'two', 'three'].map(begun));
  const kept = new Set<number>();
  let isWriting = true;
  const foreign = await writing(elsewhere);
  const noise = Array.from({ length: 3 }, async () => {
    while (isWriting) {
      const client = await writing(elsewhere);
      await client.query('INSERT INTO note VALUES (1)');
      await new Promise((resolve) => setTimeout(resolve, 1));
      await end(client);
    }
  });
  const writers = Array.from({ length: WRITERS }, (_, writer) => writeBatches(writer, kept));
  const read = readers.map(async (reader) => {
    const seen: number[] = [];
    const deadline = Date.now() + 60_000;
    while (isWriting || (seen.length < kept.size && Date.now() < deadline))
      seen.push(...(await readOnce(reader, 7)));
    return seen;
  });
  await Promise.all(writers);
  isWriting = false;
  const all = await Promise.all(read);
  await Promise.all(noise);
  await end(foreign);
  for (const seen of all) {
    assert.equal(new Set(seen).size, seen.length);
    assert.deepEqual(
      seen.toSorted((one, another) => one - another),
      [...kept].toSorted((one, another) => one - another),
    );
  }
  await eventually('nothing is left', async () => (await readOnce(readers[0] as Reader)).length === 0);
});
