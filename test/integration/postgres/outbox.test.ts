import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { suppressionList } from '@waybill/io/postgres/directory/suppression-list';
import { accounts } from '@waybill/io/postgres/management/accounts';
import { suppressions } from '@waybill/io/postgres/management/suppressions';
import { appendAccountEvents, outbox } from '@waybill/io/postgres/outbox/account-events';
import { alignOutbox } from '@waybill/io/postgres/outbox/outbox-clock';
import { openReader, type Reader, type ReaderOptions } from '@waybill/io/postgres/outbox/reader';
import type { StreamedEvent } from '@waybill/io/postgres/outbox/streamed-event';
import { unreadBefore } from '@waybill/io/postgres/outbox/unread-events';
import { events } from '@waybill/io/postgres/reading/events';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { timeOfId } from '@waybill/relay/id';
import pg from 'pg';
import { openTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { unreadOf } from '../../support/unread-of.ts';
import { addAccount, deliverOne, someId } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const { pool } = database;
after(() => opened.close());

const accountId = await addAccount(database);
let count = 0;
const aReader = async (over: Partial<ReaderOptions> = {}): Promise<Reader> => {
  const reader = openReader({ database, name: `reader ${count++}`, ...over });
  // The cursor is made at the first look.
  if (over.from !== 'start') await reader.next(1, async () => assert.fail('it begins with what comes'));
  return reader;
};

async function readAll(reader: Reader, limit = 100): Promise<readonly StreamedEvent[]> {
  const read: StreamedEvent[] = [];
  while ((await reader.next(limit, async (_client, batch) => void read.push(...batch))) > 0);
  return read;
}

/** Reads until nothing is unread. */
async function readToEnd(reader: Reader): Promise<readonly StreamedEvent[]> {
  const read: StreamedEvent[] = [];
  await eventually('everything is read', async () => {
    await reader.next(100, async (_client, batch) => void read.push(...batch));
    return (await unreadOf(database, reader)) === 0;
  });
  return read;
}

const locked = (n: number) => ({
  accountId,
  type: 'credential.locked' as const,
  occurredAt: new Date(),
  detail: { n },
});
const numbers = (read: readonly StreamedEvent[]) => read.map(({ detail }) => detail.n);
const append = (n: number) => outbox(database).append(locked(n));

test('a reader gets events of messages and of accounts, each once and in order', async () => {
  const reader = await aReader();
  await append(1);
  const message = await deliverOne(database, accountId);
  await append(2);
  const read = await readAll(reader, 2);
  assert.deepEqual(
    read.map(({ type, messageId }) => [type, messageId]),
    [
      ['credential.locked', undefined],
      ['queued', message.id],
      ['delivered', message.id],
      ['credential.locked', undefined],
    ],
  );
  const positions = read.map(({ position }) => position);
  assert.deepEqual(positions, positions.toSorted());
  assert.deepEqual(await readAll(reader), []);
});

test('an event whose transaction is open holds back those behind it, and none is jumped over', async () => {
  const reader = await aReader();
  const feed = events(database);
  const last = (await feed.since(accountId, { limit: 1_000 })).at(-1)?.position ?? '';
  const slow = new pg.Client({ connectionString: opened.url });
  await slow.connect();
  await slow.query('BEGIN');
  await slow.query(
    "INSERT INTO event (id, account_id, type, occurred_at, detail) VALUES ($1, $2, 'credential.locked', now(), '{\"n\": 1}')",
    [someId(), accountId],
  );
  await append(2);
  assert.deepEqual(await readAll(reader), []);
  assert.deepEqual(await feed.since(accountId, { limit: 10, after: last }), []);
  assert.equal(await unreadOf(database, reader), 1);
  await slow.query('COMMIT');
  await slow.end();
  assert.deepEqual(numbers(await readAll(reader)), [1, 2]);
  const listed = await feed.since(accountId, { limit: 10, after: last });
  assert.deepEqual(
    listed.map(({ detail }) => detail.n),
    [1, 2],
  );
  assert.equal(await unreadOf(database, reader), 0);
});

test('effects and cursor are committed together: work that fails is done again, and done once', async () => {
  await pool.query('CREATE TABLE IF NOT EXISTS effect (n integer)');
  const reader = await aReader();
  await outbox(database).append(locked(1), locked(2), locked(3));
  let failures = 2;
  const work = async (client: pg.PoolClient, batch: readonly StreamedEvent[]): Promise<void> => {
    for (const { detail } of batch) await client.query('INSERT INTO effect VALUES ($1)', [detail.n]);
    failures -= 1;
    if (failures >= 0) throw new Error('not yet');
  };
  const failed: string[] = [];
  await eventually('everything is handled', async () => {
    await reader.next(2, work).catch(({ message }: Error) => failed.push(message));
    return (await pool.query('SELECT FROM effect')).rowCount === 3;
  });
  assert.deepEqual(failed, ['not yet', 'not yet']);
  assert.deepEqual((await pool.query('SELECT n FROM effect ORDER BY n')).rows, [
    { n: 1 },
    { n: 2 },
    { n: 3 },
  ]);
});

test('of many processes that read for one reader one reads at a time, while events are written', async () => {
  await pool.query('CREATE TABLE IF NOT EXISTS seen (n integer)');
  const first = await aReader();
  const rivals = [
    first,
    openReader({ database, name: first.name }),
    openReader({ database, name: first.name }),
  ];
  const writing = (async () => {
    for (let n = 0; n < 60; n += 3) await outbox(database).append(locked(n), locked(n + 1), locked(n + 2));
  })();
  let isWriting = true;
  void writing.then(() => {
    isWriting = false;
  });
  const read = async (reader: Reader): Promise<void> => {
    for (let quiet = 0; isWriting || quiet < 10; ) {
      const handled = await reader.next(4, async (client, batch) => {
        await client.query('INSERT INTO seen SELECT unnest($1::integer[])', [
          batch.map(({ detail }) => detail.n),
        ]);
      });
      quiet = handled === 0 ? quiet + 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await Promise.all([writing, ...rivals.map(read)]);
  const { rows } = await pool.query('SELECT n FROM seen ORDER BY n');
  assert.deepEqual(
    rows.map(({ n }) => n),
    Array.from({ length: 60 }, (_, n) => n),
  );
});

test('a new reader begins with what comes, or with everything that is stored', async () => {
  await append(7);
  await readToEnd(await aReader({ from: 'start' }));
  assert.deepEqual(numbers(await readAll(await aReader())), []);
  const all = await readAll(await aReader({ from: 'start' }));
  assert.equal(all.length, (await pool.query('SELECT FROM event')).rowCount);
});

test('an event that cannot be handled is recorded and passed over', async () => {
  const reader = await aReader();
  await outbox(database).append(locked(1), locked(2));
  const passed = await eventually('there is one to pass over', () =>
    reader.passOver(new Error('no such thing')),
  );
  assert.deepEqual(passed?.detail, { n: 1 });
  assert.deepEqual(numbers(await readAll(reader)), [2]);
  const { rows } = await pool.query('SELECT account_id, error FROM passed_event WHERE event_id = $1', [
    passed?.id,
  ]);
  assert.deepEqual(rows, [{ account_id: accountId, error: 'Error: no such thing' }]);
});

test('an event is appended with the change that it tells, or not at all', async () => {
  const reader = await aReader();
  const client = await pool.connect();
  for (const end of ['ROLLBACK', 'COMMIT']) {
    await client.query('BEGIN');
    await appendAccountEvents(client, [{ ...locked(1), detail: { end } }]);
    await client.query(end);
  }
  client.release();
  assert.deepEqual(
    (await readAll(reader)).map(({ detail }) => detail.end),
    ['COMMIT'],
  );
});

test('the same fact twice is one event', async () => {
  const reader = await aReader();
  const event = { ...locked(1), id: someId() };
  await outbox(database).append(event);
  await outbox(database).append(event, event);
  assert.equal((await readAll(reader)).length, 1);
});

test('suppressions and suspensions are events, by hand and by a bounce', async () => {
  const reader = await aReader();
  const list = suppressions(database);
  const own = { id: someId(), address: 'ada@rcpt.example', reason: 'manual' as const, createdAt: new Date() };
  assert.deepEqual(await list.create(accountId, [own]), [own.id]);
  assert.deepEqual(await list.create(accountId, [{ ...own, id: someId() }]), []);
  assert.equal(await list.remove(accountId, own.address), 1);
  assert.equal(await list.remove(accountId, own.address), 0);
  const automatic = suppressionList(database);
  const bounced = { address: 'Bob@rcpt.example', reason: 'hard_bounce' as const, streamId: undefined };
  await automatic.add(accountId, bounced, {});
  await automatic.add(accountId, bounced, {});
  const settings = accounts(database, openSecretBox(Buffer.alloc(32)));
  assert.equal(await settings.suspend(accountId, 'it sends spam'), true);
  assert.equal(await settings.suspend(accountId, 'it sends much spam'), true);
  assert.equal((await settings.one(accountId))?.suspendedReason, 'it sends much spam');
  assert.equal(await settings.resume(accountId), true);
  assert.equal(await settings.suspend(someId(), 'x'), false);
  assert.deepEqual(
    (await readAll(reader)).map(({ type, detail }) => [type, detail.recipient ?? detail.reason]),
    [
      ['suppression.created', 'ada@rcpt.example'],
      ['suppression.deleted', 'ada@rcpt.example'],
      ['suppression.created', 'bob@rcpt.example'],
      ['account.suspended', 'it sends spam'],
      ['account.resumed', undefined],
    ],
  );
});

test('the ids that SQL makes are UUIDs of version 7 and of their time', async () => {
  const at = new Date('2026-11-30T10:00:00.123Z');
  const { rows } = await pool.query<{ id: string }>('SELECT waybill_make_id($1) AS id', [at]);
  const { id = '' } = rows[0] ?? {};
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(timeOfId(id), at);
});

test('what retention would drop before a reader has read it is known', async () => {
  const reader = await aReader();
  await readAll(reader);
  await append(1);
  const soon = new Date(Date.now() + 60_000);
  const unread = async (before: Date) =>
    (await unreadBefore(database, before)).find((one) => one.reader === reader.name);
  assert.deepEqual(await unread(soon), { reader: reader.name, events: 1 });
  assert.equal(await unread(new Date(Date.now() - 60_000)), undefined);
});

test('an event is read whose transaction was open when the reader found nothing, although no later one came', async () => {
  const reader = await aReader();
  const slow = await pool.connect();
  await slow.query('BEGIN');
  await appendAccountEvents(slow, [locked(1)]);
  assert.deepEqual(await readAll(reader), []);
  await slow.query('COMMIT');
  slow.release();
  assert.deepEqual(numbers(await readAll(reader)), [1]);
});

// The last one, because it moves the clock.
test('a database that was restored into another cluster goes on: new events follow the old ones', async () => {
  assert.equal(await alignOutbox(pool), 0);
  const reader = await aReader();
  await pool.query(
    "INSERT INTO event (id, account_id, type, occurred_at, detail, tx) VALUES ($1, $2, 'credential.locked', now(), '{\"n\": 1}', 5000000000)",
    [someId(), accountId],
  );
  await pool.query('UPDATE event_reader SET tx = 5000000000, seq = 0 WHERE name = $1', [reader.name]);
  await append(2);
  const raised = await alignOutbox(pool);
  assert.ok(raised > 4_000_000_000);
  assert.equal(await alignOutbox(pool), 0);
  await append(3);
  assert.deepEqual(numbers(await readToEnd(reader)), [1, 3]);
  // The events between restoring and aligning come before the old ones. `waybill start` aligns before any app writes.
  await pool.query('UPDATE event_reader SET tx = 5000000100, seq = 0 WHERE name = $1', [reader.name]);
  assert.ok((await alignOutbox(pool)) > 0);
});
