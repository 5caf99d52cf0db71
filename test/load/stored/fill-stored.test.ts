import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { attemptIdOf, deliveryIdOf, publicId } from '@waybill/relay/id';
import { addAccount, deliverOne } from '../../integration/postgres/some.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { openStored } from './fill-stored.ts';

let db: TestDatabase;
let account: string;
before(async () => {
  db = await openTestDatabase();
  account = await addAccount(db.database);
});
after(() => db.close());

const rows = async (sql: string) => (await db.database.pool.query(sql)).rows;

test('without a delivered message there is nothing to copy', async () => {
  await assert.rejects(openStored(db.url, publicId('acc', account)), /No delivered message/);
});

test('fills up to the number asked for, with all that belongs to a message, over several weeks', async () => {
  await deliverOne(db.database, account);
  const stored = await openStored(db.url, publicId('acc', account));
  await stored.fillTo(50);
  await stored.fillTo(120);
  await stored.close();
  for (const table of ['message', 'message_content', 'delivery', 'attempt'])
    assert.deepEqual(await rows(`SELECT count(*)::integer FROM ${table}`), [{ count: 120 }], table);
  assert.deepEqual(await rows(`SELECT count(*)::integer FROM event`), [{ count: 240 }]);
  const [partitions] = await rows('SELECT count(DISTINCT tableoid)::integer FROM message');
  assert.ok(partitions?.count >= 2, 'more than one week');
});

test('what is filled in is finished, belongs to the account, and its ids are derived as the product derives them', async () => {
  const unfinished = `SELECT count(*)::integer FROM delivery
    WHERE status <> 'delivered' OR next_action_at IS NOT NULL OR account_id <> '${account}'`;
  assert.deepEqual(await rows(unfinished), [{ count: 0 }]);
  const ids = await rows(`SELECT message.id AS message, delivery.id AS delivery, attempt.id AS attempt
    FROM message JOIN delivery ON message_id = message.id JOIN attempt ON delivery_id = delivery.id`);
  assert.equal(ids.length, 120);
  for (const { message, delivery, attempt } of ids) {
    assert.equal(delivery, deliveryIdOf(message, 0));
    assert.equal(attempt, attemptIdOf(delivery, 1));
  }
});

test('a bare message has a delivery without a patch, and nothing else', async () => {
  const stored = await openStored(db.url, publicId('acc', account));
  await stored.fillBareTo(150);
  await stored.close();
  assert.deepEqual(await rows('SELECT count(*)::integer FROM message'), [{ count: 150 }]);
  assert.deepEqual(await rows('SELECT count(*)::integer FROM delivery WHERE patch IS NULL'), [{ count: 30 }]);
  assert.deepEqual(await rows('SELECT count(*)::integer FROM attempt'), [{ count: 120 }]);
});
