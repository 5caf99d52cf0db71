import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { reportStore } from '@waybill/io/postgres/mail-store/report-store';
import { openSandboxStore } from '@waybill/io/postgres/mail-store/sandbox-store';
import { streams } from '@waybill/io/postgres/management/streams';
import { messages } from '@waybill/io/postgres/reading/messages';
import { retention } from '@waybill/io/postgres/upkeep/retention';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, someId, someMessage, somePrepared } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const store = openMessageStore({ database });
const keeping = retention(database);
const accountId = await addAccount(database);
after(() => opened.close());

const now = new Date('2026-11-21T12:00:00Z');
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);

const addStream = async (
  name: string,
  retentionBytesDays: number,
  retentionEventsDays = 60,
): Promise<string> => {
  const id = someId();
  const retention = { retentionBytesDays, retentionEventsDays, retentionMetadataDays: 60 };
  await streams(database).create(accountId, { id, name, createdAt: now, ...retention });
  return id;
};

const hasContent = async (id: string): Promise<boolean> =>
  (await messages(database).content(accountId, id)) !== undefined;

/** A message of a stream whose only delivery came to its end. */
async function finished(streamId: string, acceptedAt: Date, sendAt?: Date): Promise<string> {
  const message = someMessage(accountId, { streamId, acceptedAt, sendAt });
  await store.accept(message);
  await store.savePrepared(somePrepared(message, { at: sendAt ?? acceptedAt }));
  await database.pool.query(
    "UPDATE delivery SET status = 'delivered', next_action_at = NULL WHERE message_id = $1",
    [message.id],
  );
  return message.id;
}

test('the bytes of a stream are deleted after its retention, and the rest of the message stays', async () => {
  const [short, long] = [await addStream('codes', 7), await addStream('receipts', 60)];
  const [old, young, other] = [
    await finished(short, daysAgo(8)),
    await finished(short, daysAgo(6)),
    await finished(long, daysAgo(8)),
  ];
  assert.deepEqual(await keeping.horizon(now), daysAgo(60));
  assert.equal(await keeping.removeByStream(now), 1);
  assert.deepEqual(await Promise.all([old, young, other].map(hasContent)), [false, true, true]);
  assert.equal((await messages(database).one(accountId, old))?.deliveries.length, 1);
  assert.equal(await keeping.removeByStream(now), 0);
});

const countOf = async (table: string, messageId: string): Promise<number> => {
  const of =
    table === 'attempt'
      ? 'delivery_id IN (SELECT id FROM delivery WHERE message_id = $1)'
      : 'message_id = $1';
  return (await database.pool.query(`SELECT FROM ${table} WHERE ${of}`, [messageId])).rowCount ?? 0;
};

test('events and their attempts go before the message, where the stream keeps them for less', async () => {
  const streamId = await addStream('quiet', 60, 7);
  const [old, young] = [await finished(streamId, daysAgo(8)), await finished(streamId, daysAgo(6))];
  await database.pool.query(
    `INSERT INTO attempt (id, delivery_id, account_id, number, lease_id, started_at)
      SELECT waybill_derive_id(id, 'att', 1), id, account_id, 1, id, $2 FROM delivery WHERE message_id = $1`,
    [old, daysAgo(8)],
  );
  await keeping.removeByStream(now);
  assert.deepEqual([await countOf('event', old), await countOf('attempt', old)], [0, 0]);
  assert.ok((await countOf('event', young)) > 0);
  assert.equal((await messages(database).one(accountId, old))?.deliveries.length, 1);
  assert.equal(await hasContent(old), true);
});

test('a stream that keeps its metadata for less than another leaves nothing of its old mail', async () => {
  const streamId = someId();
  const retention = { retentionBytesDays: 3, retentionEventsDays: 3, retentionMetadataDays: 3 };
  await streams(database).create(accountId, { id: streamId, name: 'brief', createdAt: now, ...retention });
  const [old, young] = [await finished(streamId, daysAgo(4)), await finished(streamId, daysAgo(2))];
  await keeping.removeByStream(now);
  assert.equal(await messages(database).one(accountId, old), undefined);
  for (const table of ['message_content', 'delivery', 'event'])
    assert.equal(await countOf(table, old), 0, table);
  assert.equal((await messages(database).one(accountId, young))?.deliveries.length, 1);
});

test('the retention of a scheduled message counts from its send time', async () => {
  const streamId = await addStream('scheduled', 7);
  const [old, young] = [
    await finished(streamId, daysAgo(30), daysAgo(8)),
    await finished(streamId, daysAgo(30), daysAgo(6)),
  ];
  await keeping.removeByStream(now);
  assert.deepEqual(await Promise.all([old, young].map(hasContent)), [false, true]);
});

test('unfinished and held messages keep their bytes at any age', async () => {
  const streamId = await addStream('patient', 1);
  const [waiting, open, held] = [1, 2, 3].map(() =>
    someMessage(accountId, { streamId, acceptedAt: daysAgo(9) }),
  );
  assert.ok(waiting && open && held);
  await Promise.all([waiting, open, held].map((message) => store.accept(message)));
  await store.savePrepared(somePrepared(open, { at: daysAgo(9) }));
  await store.saveHeld(held.id, 'poison', daysAgo(9));
  assert.equal(await keeping.removeByStream(now), 0);
  assert.deepEqual(await Promise.all([waiting.id, open.id, held.id].map(hasContent)), [true, true, true]);
});

test('one run deletes more than a batch', async () => {
  const streamId = await addStream('many', 1);
  await Promise.all(Array.from({ length: 1_100 }, () => finished(streamId, daysAgo(3))));
  assert.equal(await keeping.removeByStream(now), 1_100);
});

test('reports, catches of the sandbox and discards go with the longest retention, but not reports that were not read', async () => {
  const reports = reportStore(database);
  const ids = { read: someId(daysAgo(70)), unread: someId(daysAgo(70)), young: someId(daysAgo(3)) };
  for (const [name, id] of Object.entries(ids)) {
    await reports.save({ id, bytes: Buffer.from('x'), receivedAt: daysAgo(70) });
    if (name !== 'unread') await reports.finish(id, { kind: 'other', detail: {} });
  }
  const sandbox = openSandboxStore({ database });
  for (const at of [daysAgo(70), daysAgo(3)])
    await sandbox.save({
      id: someId(at),
      accountId,
      mailFrom: '',
      rcptTo: 'ada@there.example',
      heloName: 'x',
      bytes: randomBytes(8),
      receivedAt: at,
    });
  await store.saveDiscard({
    id: someId(daysAgo(70)),
    messageId: undefined,
    stage: 'session',
    resolution: {
      accountId: undefined,
      credentialId: undefined,
      by: undefined,
      reason: 'no account',
      rejected: [],
    },
    evidence: {},
    occurredAt: daysAgo(70),
  });
  assert.equal(await keeping.removeBeside(daysAgo(60)), 3);
  assert.equal(await reports.load(ids.read), undefined);
  assert.ok((await reports.load(ids.unread)) && (await reports.load(ids.young)));
  assert.equal((await sandbox.list(accountId, { limit: 5 })).length, 1);
});

test('a recipient is known for 400 days to an account that has no delivery of it', async () => {
  const sql = 'INSERT INTO known_recipient (account_id, address_hash, known_since) VALUES ($1, $2, $3)';
  for (const [place, days] of [399, 401].entries())
    await database.pool.query(sql, [accountId, Buffer.from([place]), daysAgo(days)]);
  assert.equal(await keeping.removeKnown(now), 1);
  const left = await database.pool.query('SELECT address_hash FROM known_recipient WHERE account_id = $1', [
    accountId,
  ]);
  assert.deepEqual(left.rows, [{ address_hash: Buffer.from([0]) }]);
});
