import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, someId, someMessage, somePrepared } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const store = openMessageStore({ database });
const accountId = await addAccount(database);
after(() => opened.close());

const count = async (sql: string, values: readonly unknown[] = []): Promise<number> => {
  const { rows } = await database.pool.query<{ count: string }>(
    `SELECT count(*) AS count FROM ${sql}`,
    values as unknown[],
  );
  return Number(rows[0]?.count);
};

test('returns a message as it was accepted, byte for byte', async () => {
  const message = someMessage(accountId, {
    bytes: randomBytes(100_000),
    options: {
      tags: ['a "quoted" tag', 'ünï'],
      customId: 'order-1',
      metadata: { k: 'v' },
    },
    sendAt: new Date('2026-12-01T00:00:00Z'),
    envelope: { mailFrom: undefined, rcptTo: ['ada@rcpt.example'], smtpUtf8: true, body: '8bitmime' },
    notes: [{ step: 'door', what: 'read' }],
  });
  await store.accept(message);
  const stored = await store.load(message.id);
  assert.deepEqual(
    { ...stored, session: { ...message.session, ...stored?.session } },
    {
      ...message,
      envelope: { rcptTo: ['ada@rcpt.example'], smtpUtf8: true, body: '8bitmime' },
      resolution: { accountId, by: 'auth', reason: message.resolution.reason, rejected: [] },
      sendAt: new Date('2026-12-01T00:00:00Z'),
      state: 'accepted',
      processAttempts: 1,
      isRunCounted: false,
    },
  );
});

test('does not find a message that does not exist', async () => {
  assert.equal(await store.load(someId()), undefined);
});

test('stores a hundred concurrent messages in a few transactions', async () => {
  const messages = Array.from({ length: 100 }, () => someMessage(accountId));
  await Promise.all(messages.map((message) => store.accept(message)));
  const ids = messages.map((message) => message.id);
  assert.equal(await count('message WHERE id = ANY ($1)', [ids]), 100);
  // A row's xmin is the transaction that wrote it.
  const { rows } = await database.pool.query('SELECT DISTINCT xmin::text FROM message WHERE id = ANY ($1)', [
    ids,
  ]);
  assert.ok(rows.length <= 3, `${rows.length} transactions`);
});

test('a message that cannot be stored fails alone: the others of its batch are stored', async () => {
  const good = Array.from({ length: 20 }, () => someMessage(accountId));
  const poisoned = someMessage(accountId, { streamId: 'not a uuid' });
  const all = [...good.slice(0, 7), poisoned, ...good.slice(7)];
  const results = await Promise.allSettled(all.map((message) => store.accept(message)));
  assert.deepEqual(
    results.flatMap((result, index) => (result.status === 'rejected' ? [all[index]] : [])),
    [poisoned],
  );
  assert.equal(await count('message WHERE id = ANY ($1)', [good.map((message) => message.id)]), 20);
  assert.equal(
    await count('message_content WHERE message_id = ANY ($1)', [all.map((message) => message.id)]),
    20,
  );
});

test('stores a message with NUL and broken surrogates in its subject', async () => {
  const message = someMessage(accountId, { subject: 'a\0b\ud800c \\u0000' });
  await store.accept(message);
  assert.equal((await store.load(message.id))?.subject, 'a\ufffdb\ufffdc \\u0000');
});

test('accepting twice keeps and counts one message', async () => {
  const account = await addAccount(database);
  const message = someMessage(account, {
    envelope: {
      mailFrom: 'a@acme.test',
      rcptTo: ['x@r.example', 'y@r.example'],
      smtpUtf8: false,
      body: '7bit',
    },
  });
  await store.accept(message);
  await store.accept(message);
  const { rows } = await database.pool.query(
    'SELECT messages, recipients, bytes::integer FROM usage_hour WHERE account_id = $1',
    [account],
  );
  assert.deepEqual(rows, [{ messages: 1, recipients: 2, bytes: message.bytes.length }]);
});

test('a message lies in the partition of its week, one without a partition in the default', async () => {
  const old = someMessage(accountId, { acceptedAt: new Date('2020-01-01T00:00:00Z') });
  const now = someMessage(accountId);
  await Promise.all([store.accept(old), store.accept(now)]);
  const { rows } = await database.pool.query<{ id: string; part: string }>(
    'SELECT id, tableoid::regclass::text AS part FROM message WHERE id = ANY ($1)',
    [[old.id, now.id]],
  );
  const partOf = (id: string) => rows.find((row) => row.id === id)?.part ?? '';
  assert.equal(partOf(old.id), 'message_default');
  assert.match(partOf(now.id), /^message_w\d{8}$/);
});

test('saving a prepared message twice makes each delivery and each event once', async () => {
  const message = someMessage(accountId, {
    envelope: {
      mailFrom: 'a@acme.test',
      rcptTo: ['Ada@rcpt.example', 'bob@rcpt.example'],
      smtpUtf8: false,
      body: '7bit',
    },
    notes: [{ step: 'door', what: 'read' }],
  });
  await store.accept(message);
  const prepared = somePrepared(message);
  await Promise.all([store.savePrepared(prepared), store.savePrepared(prepared)]);
  await store.savePrepared({ ...prepared, at: new Date(prepared.at.getTime() + 5_000) });
  const { rows } = await database.pool.query(
    'SELECT id, recipient_key, status, patch, sandbox, next_action_at > not_before AS later FROM delivery WHERE message_id = $1 ORDER BY recipient_index',
    [message.id],
  );
  assert.deepEqual(
    rows.map((row) => [row.id, row.recipient_key, row.status, [...row.patch], row.later]),
    prepared.deliveries.map((delivery) => [
      delivery.id,
      delivery.recipient.toLowerCase(),
      'queued',
      [1, 2, delivery.index],
      true,
    ]),
  );
  assert.equal(await count("event WHERE message_id = $1 AND type = 'queued'", [message.id]), 2);
  const stored = await store.load(message.id);
  assert.equal(stored?.state, 'processed');
  assert.deepEqual(
    stored?.notes.map((note) => note.step),
    ['door', 'strip-bcc'],
  );
  assert.equal(await count('message WHERE id = $1 AND next_action_at IS NOT NULL', [message.id]), 0);
});

test('a suppressed recipient has a delivery and an event, and nothing left to do', async () => {
  const message = someMessage(accountId);
  await store.accept(message);
  const prepared = somePrepared(message);
  await store.savePrepared({
    ...prepared,
    deliveries: prepared.deliveries.map((delivery) => ({
      ...delivery,
      status: 'suppressed',
      patch: undefined,
    })),
  });
  assert.equal(
    await count(
      "delivery WHERE message_id = $1 AND status = 'suppressed' AND next_action_at IS NULL AND patch IS NULL",
      [message.id],
    ),
    1,
  );
  assert.equal(await count("event WHERE message_id = $1 AND type = 'suppressed'", [message.id]), 1);
});

test('a message prepared by two runs at once has its events once', async () => {
  const message = someMessage(accountId);
  await store.accept(message);
  const at = new Date();
  await Promise.all(
    [0, 1].map((ms) => store.savePrepared(somePrepared(message, { at: new Date(at.getTime() + ms) }))),
  );
  const { rows } = await database.pool.query('SELECT type, occurred_at FROM event WHERE message_id = $1', [
    message.id,
  ]);
  assert.deepEqual(rows, [{ type: 'queued', occurred_at: at }]);
});

test('counts how often a message was loaded, until it is processed', async () => {
  const message = someMessage(accountId, { acceptedAt: new Date(Date.now() - 31_000) });
  await store.accept(message);
  assert.equal((await store.load(message.id))?.processAttempts, 1);
  assert.equal((await store.load(message.id))?.processAttempts, 2);
  await store.savePrepared(somePrepared(message));
  assert.equal((await store.load(message.id))?.processAttempts, 2);
});

test('a discarded message is seen by the operator, once, and is not processed afterwards', async () => {
  const message = someMessage(accountId);
  await store.accept(message);
  const discard = {
    id: someId(),
    messageId: message.id,
    stage: 'worker' as const,
    resolution: { ...message.resolution, accountId: undefined, reason: 'no account owns it' },
    evidence: { connectingIp: '192.0.2.9' },
    occurredAt: new Date(),
  };
  await store.saveDiscard(discard);
  await store.saveDiscard(discard);
  await store.savePrepared(somePrepared(message));
  assert.equal(await count('discard WHERE message_id = $1', [message.id]), 1);
  assert.equal(await count('delivery WHERE message_id = $1', [message.id]), 0);
  assert.equal((await store.load(message.id))?.state, 'discarded');
});

test('a held message stays visible with its reason and one event', async () => {
  const message = someMessage(accountId);
  await store.accept(message);
  const at = new Date();
  await store.saveHeld(message.id, 'the parser died three times', at);
  await store.saveHeld(message.id, 'the parser died three times', at);
  assert.equal(
    await count(
      "message WHERE id = $1 AND state = 'held' AND reason = 'the parser died three times' AND next_action_at IS NULL",
      [message.id],
    ),
    1,
  );
  assert.equal(await count("event WHERE message_id = $1 AND type = 'held'", [message.id]), 1);
});
