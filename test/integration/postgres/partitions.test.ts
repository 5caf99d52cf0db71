import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { dropPartitions, ensurePartitions } from '@waybill/io/postgres/upkeep/partitions';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, someMessage, somePrepared } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const store = openMessageStore({ database });
const accountId = await addAccount(database);
after(() => opened.close());

const partitionOf = async (id: string): Promise<string> =>
  (await database.pool.query('SELECT tableoid::regclass::text AS part FROM message WHERE id = $1', [id]))
    .rows[0]?.part;

const weekOfToday = async (): Promise<string> => {
  const message = someMessage(accountId);
  await store.accept(message);
  return (await partitionOf(message.id)).replace('message', '');
};

test('a new partition gets the rows of the default one, and all rows are still found', async () => {
  const future = new Date(Date.now() + 400 * 86_400_000);
  const message = someMessage(accountId, { acceptedAt: future });
  await store.accept(message);
  await store.savePrepared(somePrepared(message, { at: future }));
  assert.equal(await partitionOf(message.id), 'message_default');
  await ensurePartitions(database, future);
  assert.match(await partitionOf(message.id), /^message_w/);
  assert.deepEqual((await store.load(message.id))?.bytes, message.bytes);
  const { rows } = await database.pool.query(
    'SELECT count(*)::integer AS left FROM event_default WHERE message_id = $1',
    [message.id],
  );
  assert.equal(rows[0].left, 0);
  await ensurePartitions(database, future);
});

test('a week keeps statistics of the columns that its indexes name, and none of wide ones', async () => {
  await ensurePartitions(database, new Date());
  const { rows } = await database.pool.query<{ name: string }>(
    `
    SELECT replace(attrelid::regclass::text, $1, '') || '.' || attname AS name FROM pg_attribute
    WHERE attrelid::regclass::text LIKE '%' || $1 AND attnum > 0 AND attstattarget = 0`,
    [await weekOfToday()],
  );
  const thin = new Set(rows.map(({ name }) => name));
  for (const wide of [
    'message.notes',
    'message_content.bytes',
    'delivery.patch',
    'attempt.transcript',
    'event.detail',
  ])
    assert.ok(thin.has(wide), wide);
  for (const narrow of [
    'message.id',
    'message.state',
    'message.message_id_header',
    'delivery.recipient_key',
    'event.account_id',
  ])
    assert.ok(!thin.has(narrow), narrow);
});

test('weeks are cut on Monday at midnight UTC', async () => {
  const sunday = someMessage(accountId, { acceptedAt: new Date('2031-03-02T23:59:59.999Z') });
  const monday = someMessage(accountId, { acceptedAt: new Date('2031-03-03T00:00:00.000Z') });
  await ensurePartitions(database, new Date('2031-03-03T00:00:00Z'));
  await Promise.all([store.accept(sunday), store.accept(monday)]);
  assert.equal(await partitionOf(sunday.id), 'message_w20310224');
  assert.equal(await partitionOf(monday.id), 'message_w20310303');
});

test('retention drops finished weeks and leaves a week with mail that is not finished', async () => {
  const old = new Date('2025-01-08T12:00:00Z');
  const older = new Date('2025-01-01T12:00:00Z');
  await ensurePartitions(database, old);
  const unfinished = someMessage(accountId, { acceptedAt: old });
  const finished = someMessage(accountId, { acceptedAt: older });
  await Promise.all([store.accept(unfinished), store.accept(finished)]);
  await store.saveHeld(finished.id, 'parked', older);
  const gone = await dropPartitions(database, new Date('2025-01-13T00:00:00Z'));
  assert.ok(gone.includes('message_w20241230'));
  assert.ok(gone.includes('message_content_w20241230'));
  assert.ok(!gone.includes('message_w20250106'));
  assert.equal(await store.load(finished.id), undefined);
  assert.ok(await store.load(unfinished.id));
});

test('a week is kept while a message that was scheduled in it is younger than the retention, counted from its time to send', async () => {
  const acceptedAt = new Date('2025-02-05T12:00:00Z');
  const sendAt = new Date('2025-03-05T12:00:00Z');
  await ensurePartitions(database, acceptedAt);
  const message = someMessage(accountId, { acceptedAt, sendAt });
  await store.accept(message);
  await store.savePrepared(somePrepared(message, { at: sendAt }));
  await database.pool.query(
    "UPDATE delivery SET status = 'delivered', next_action_at = NULL WHERE message_id = $1",
    [message.id],
  );
  const week = 'message_w20250203';
  assert.ok(!(await dropPartitions(database, new Date('2025-03-05T00:00:00Z'))).includes(week));
  assert.ok((await dropPartitions(database, new Date('2025-03-06T00:00:00Z'))).includes(week));
});
