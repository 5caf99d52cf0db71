import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;

before(async () => {
  api = await openTestApi();
  account = await api.makeAccount();
});
after(() => api.close());

const make = async (name: string, more: object = {}): Promise<Json> =>
  (await account.ask('POST /v1/streams', { name, ...more })).body;
const defaults = async (): Promise<readonly string[]> =>
  (await account.ask('GET /v1/streams')).body.data
    .filter(({ is_default }: Json) => is_default)
    .map(({ name }: Json) => name);

test('an account has one default stream, and another can take its place', async () => {
  assert.deepEqual(await defaults(), ['transactional']);
  const { id, is_default } = await make('news');
  assert.equal(is_default, false);
  const changed = await account.ask(`PATCH /v1/streams/${id}`, { is_default: true });
  assert.equal(changed.body.is_default, true);
  assert.deepEqual(await defaults(), ['news']);
  await make('codes', { is_default: true });
  assert.deepEqual(await defaults(), ['codes']);
});

test('metadata, events and bytes are kept for times of their own, none longer than metadata', async () => {
  const { id, retention } = await make('receipts', { retention: { bytes_days: 7, events_days: 30 } });
  assert.deepEqual(retention, { metadata_days: 45, events_days: 30, bytes_days: 7 });
  const long = await make('archive', { retention: { bytes_days: 400 } });
  assert.deepEqual(long.retention, { metadata_days: 400, events_days: 45, bytes_days: 400 });
  const refused = await account.ask(`PATCH /v1/streams/${id}`, { retention: { metadata_days: 20 } });
  assert.deepEqual([refused.status, refused.body.errors[0].pointer], [400, '/retention']);
  const changed = await account.ask(`PATCH /v1/streams/${id}`, { retention: { events_days: 10 } });
  assert.deepEqual(changed.body.retention, { metadata_days: 45, events_days: 10, bytes_days: 7 });
});

test('the default stream is not removed, and a removed one frees its name', async () => {
  const { id: fallback } = (await account.ask('GET /v1/streams')).body.data[0];
  const refused = await account.ask(`DELETE /v1/streams/${fallback}`);
  assert.deepEqual([refused.status, refused.body.code], [409, 'conflict']);
  const { id } = await make('brief');
  assert.equal((await account.ask(`DELETE /v1/streams/${id}`)).status, 204);
  assert.equal((await account.ask(`PATCH /v1/streams/${id}`, { name: 'x' })).status, 404);
  assert.equal((await account.ask(`DELETE /v1/streams/${id}`)).status, 404);
  assert.notEqual((await make('brief')).id, id);
});

test('the credentials of a stream stop its removal until they move to another', async () => {
  const [from, to] = [await make('old'), await make('new')];
  const { body: credential } = await account.ask('POST /v1/smtp-credentials', {
    name: 'app',
    stream_id: from.id,
  });
  const refused = await account.ask(`DELETE /v1/streams/${from.id}`);
  assert.match(refused.body.detail, /1 SMTP credentials use it/);
  assert.equal((await account.ask(`DELETE /v1/streams/${from.id}?credentials_to=${from.id}`)).status, 400);
  assert.equal((await account.ask(`DELETE /v1/streams/${from.id}?credentials_to=${to.id}`)).status, 204);
  const moved = await account.ask(`GET /v1/smtp-credentials/${credential.id}`);
  assert.equal(moved.body.stream_id, to.id);
});

test('mail that names a removed stream is refused, and mail of it stays', async () => {
  await account.mayBeFrom('app@streams.test');
  const { id } = await make('gone');
  const mail = { from: 'app@streams.test', to: 'ada@example.com', text: 'x', stream: 'gone' };
  const sent = await account.ask('POST /v1/messages', mail);
  assert.equal(sent.status, 202, sent.raw.body);
  await account.ask(`DELETE /v1/streams/${id}`);
  assert.equal((await account.ask('POST /v1/messages', mail)).status, 400);
  assert.equal((await account.ask(`GET /v1/messages/${sent.body.id}`)).body.stream_id, id);
});
