/** POST /v1/messages/actions and POST /v1/messages/{id}/resend. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { parsePublicId } from '@waybill/relay/id';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let account: Seeded;
let other: Seeded;
const enqueued: (readonly [string, readonly string[]])[] = [];

before(async () => {
  const jobs = { enqueue: async (queue: string, ids: readonly string[]) => void enqueued.push([queue, ids]) };
  api = await openTestApi({ dependencies: { jobs } });
  account = await seedAccount(api, 1);
  other = await seedAccount(api, 2);
});
after(() => api.close());

async function send(custom_id: string, more: object = {}, by = account): Promise<string> {
  const body = { from: by.from, to: 'ada@example.com', subject: 'x', text: 'Hi', custom_id, ...more };
  const { body: sent, raw } = await by.ask('POST /v1/messages', body);
  assert.ok(sent.id, raw.body);
  return sent.id;
}

const act = async (body: object, by = account): Promise<Json> =>
  (await by.ask('POST /v1/messages/actions', body)).body;

const statusOf = async (id: string): Promise<string> =>
  (await account.ask(`GET /v1/messages/${id}`)).body.status;

const newestEntry = async (): Promise<Json> => (await account.ask('GET /v1/audit-log?limit=1')).body.data[0];

test('a dry run counts what an action would change, and changes nothing', async () => {
  const ids = [await send('batch-1', { tags: ['dry'] }), await send('batch-2', { tags: ['dry'] })];
  const { matched, changed, dry_run, has_more } = await act({
    action: 'cancel',
    filter: { tag: 'dry' },
    dry_run: true,
  });
  assert.deepEqual([matched, changed, dry_run, has_more], [2, 0, true, false]);
  assert.deepEqual(await Promise.all(ids.map(statusOf)), ['accepted', 'accepted']);
});

test('all messages of a filter are cancelled, with one entry in the audit log, and only once', async () => {
  const [first, second] = [await send('c-1', { tags: ['stop'] }), await send('c-2', { tags: ['stop'] })];
  const kept = await send('c-3');
  const foreign = await send('c-4', { tags: ['stop'] }, other);
  const { matched, changed } = await act({ action: 'cancel', filter: { tag: 'stop' } });
  assert.deepEqual([matched, changed], [2, 2]);
  assert.deepEqual(
    [await statusOf(first), await statusOf(second), await statusOf(kept)],
    ['cancelled', 'cancelled', 'accepted'],
  );
  assert.equal((await other.ask(`GET /v1/messages/${foreign}`)).body.status, 'accepted');
  const { action, target, detail } = await newestEntry();
  assert.deepEqual([action, target], ['message.cancelled', '2 messages']);
  assert.deepEqual(detail.after, { messages: 2, filter: { tag: 'stop' } });
  assert.deepEqual((await act({ action: 'cancel', filter: { tag: 'stop' } })).matched, 0);
});

test('held messages are released and go back to the worker', async () => {
  const ids = [await send('h-1', { tags: ['held'] }), await send('h-2', { tags: ['held'] })];
  const store = openMessageStore({ database: api.test.database });
  const inner = ids.map((id) => parsePublicId('msg', id) ?? '');
  for (const id of inner) await store.saveHeld(id, 'poison', new Date());
  const { matched, changed } = await act({ action: 'release', filter: { status: 'held' } });
  assert.deepEqual([matched, changed], [2, 2]);
  assert.deepEqual([enqueued.at(-1)?.[0], enqueued.at(-1)?.[1].toSorted()], ['accepted', inner.toSorted()]);
  assert.deepEqual(await Promise.all(ids.map(statusOf)), ['accepted', 'accepted']);
});

test('more messages than a slice are worked through', async () => {
  await api.test.database.pool.query(
    `INSERT INTO message (id, account_id, state, envelope, size, accepted_at, custom_id)
      SELECT waybill_new_id(now()), $1, 'accepted', '{"rcptTo": ["ada@example.com"]}', 1, now(), 'many' FROM generate_series(1, 1200)`,
    [account.innerId],
  );
  const { matched, changed, has_more } = await act({ action: 'cancel', filter: { custom_id: 'many' } });
  assert.deepEqual([matched, changed, has_more], [1200, 1200, false]);
});

test('a filter is required, and mail of a suspended account is not retried', async () => {
  assert.equal(
    (await account.ask('POST /v1/messages/actions', { action: 'cancel', filter: {} })).status,
    400,
  );
  await api.operator(`POST /v1/admin/accounts/${other.id}/suspend`, { reason: 'test' });
  const retry = { action: 'retry', filter: { status: 'failed' } };
  const refused = await other.ask('POST /v1/messages/actions', retry);
  assert.equal(refused.body.code, 'account_suspended');
  await api.operator(`POST /v1/admin/accounts/${other.id}/resume`);
});

test('a test key cancels only mail that was sent as a test', async () => {
  const { body: key } = await account.ask('POST /v1/api-keys', { name: 'test', kind: 'test' });
  const live = await send('t-1', { tags: ['both'] });
  await send('t-2', { tags: ['both'], sandbox: true });
  const asked = { action: 'cancel', filter: { tag: 'both' } };
  assert.equal((await api.as(key.key)('POST /v1/messages/actions', asked)).body.changed, 1);
  assert.equal(await statusOf(live), 'accepted');
});

test('a message is sent again as a new one, linked to the old', async () => {
  const old = await send('r-1', { tags: ['again'], metadata: { order: '7' }, cc: 'bob@example.com' });
  const answer = await account.ask(`POST /v1/messages/${old}/resend`);
  assert.equal(answer.status, 202, answer.raw.body);
  assert.notEqual(answer.body.id, old);
  assert.deepEqual(
    answer.body.deliveries.map(({ recipient }: Json) => recipient),
    ['ada@example.com', 'bob@example.com'],
  );
  const [before, now] = [
    (await account.ask(`GET /v1/messages/${old}`)).body,
    (await account.ask(`GET /v1/messages/${answer.body.id}`)).body,
  ];
  assert.deepEqual([before.resent_from, now.resent_from], [null, old]);
  assert.deepEqual([now.tags, now.metadata, now.custom_id], [['again'], { order: '7' }, 'r-1']);
  const headers = async (id: string) =>
    (await account.ask(`GET /v1/messages/${id}/content?part=headers`)).raw.body;
  assert.equal((await headers(answer.body.id)).match(/^Received:/gm)?.length, 1);
  assert.doesNotMatch(await headers(answer.body.id), /^(Message-ID|Date):/m, 'the worker writes new ones');
  const { action, target } = await newestEntry();
  assert.deepEqual([action, target], ['message.resent', old]);
});

test('a message whose bytes retention removed cannot be sent again', async () => {
  const id = await send('r-2');
  const inner = parsePublicId('msg', id);
  await api.test.database.pool.query('DELETE FROM message_content WHERE message_id = $1', [inner]);
  const refused = await account.ask(`POST /v1/messages/${id}/resend`);
  assert.deepEqual([refused.status, refused.body.code], [409, 'conflict']);
});
