import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, type ApiWorld, openApiWorld, type TestAccount } from './api-world.ts';

const from = 'app@twice.test';
let api: ApiWorld;
let account: TestAccount;

before(async () => {
  api = await openApiWorld();
  account = await api.makeAccount();
  await account.mayBeFrom(from);
});
after(() => api.close());

const send = (key: string, more: Record<string, unknown> = {}, ask = account.ask): Promise<Answer> =>
  ask('POST /v1/messages', { from, to: 'ada@example.com', text: 'x', ...more }, { 'idempotency-key': key });
const messageCount = async (): Promise<number> =>
  Number((await api.test.database.pool.query('SELECT count(*) AS n FROM message')).rows[0].n);

test('the same key and body is one message and one answer', async () => {
  const before = await messageCount();
  const first = await send('a');
  const again = await send('a');
  assert.equal(first.status, 202);
  assert.equal(again.status, 202);
  assert.deepEqual(again.body, first.body);
  assert.equal(first.raw.headers['idempotency-replayed'], undefined);
  assert.equal(again.raw.headers['idempotency-replayed'], 'true');
  assert.match(String(again.raw.headers['content-type']), /^application\/json/);
  assert.equal(await messageCount(), before + 1);
});

test('the same key with another body is refused', async () => {
  await send('b');
  const other = await send('b', { text: 'y' });
  assert.equal(other.status, 422);
  assert.equal(other.body.code, 'idempotency_conflict');
});

test('ten at once are one message; those that came too early are told to come back', async () => {
  const before = await messageCount();
  const answers = await Promise.all(Array.from({ length: 10 }, () => send('c')));
  assert.equal(await messageCount(), before + 1);
  for (const { status, raw } of answers) {
    assert.ok(status === 202 || status === 409, raw.body);
    if (status === 409) assert.ok(Number(raw.headers['retry-after']) >= 1);
  }
  assert.equal((await send('c')).status, 202);
});

test('keys of another account and of another route are other keys', async () => {
  const other = await api.makeAccount();
  await other.mayBeFrom(from);
  const first = await send('d');
  const foreign = await send('d', {}, other.ask);
  assert.equal(foreign.status, 202);
  assert.notEqual(foreign.body.id, first.body.id);
  const stream = await account.ask('POST /v1/streams', { name: 'd' }, { 'idempotency-key': 'd' });
  assert.equal(stream.status, 201);
});

test('a refusal is remembered as it was', async () => {
  const first = await send('e', { from: 'x@elsewhere.example' });
  const again = await send('e', { from: 'x@elsewhere.example' });
  assert.equal(again.status, 403);
  assert.equal(again.body.request_id, first.body.request_id);
  assert.match(String(again.raw.headers['content-type']), /^application\/problem\+json/);
});

test('a temporary failure is forgotten, so that trying again tries again', async () => {
  let calls = 0;
  const failing = await openApiWorld({
    world: {
      accept: async () => {
        calls += 1;
        throw new Error('storage is away: secret internals');
      },
    },
  });
  const own = await failing.makeAccount();
  const first = await send('f', {}, own.ask);
  await send('f', {}, own.ask);
  await failing.close();
  assert.equal(first.status, 503);
  assert.equal(first.body.code, 'temporarily_unavailable');
  assert.doesNotMatch(first.raw.body, /internals/);
  assert.equal(calls, 2);
});

test('a secret that was shown once is shown again to its own repetition, and lies sealed in the database', async () => {
  const headers = { 'idempotency-key': 'g' };
  const first = await account.ask('POST /v1/smtp-credentials', { name: 'g' }, headers);
  const again = await account.ask('POST /v1/smtp-credentials', { name: 'g' }, headers);
  assert.deepEqual(again.body, first.body);
  const { rows } = await api.test.database.pool.query('SELECT * FROM idempotency_key');
  assert.ok(!JSON.stringify(rows).includes(first.body.secret));
});

for (const key of ['', 'x'.repeat(257), 'ü'])
  test(`${JSON.stringify(key.slice(0, 10))} (${key.length}) is no idempotency key`, async () => {
    assert.equal((await send(key)).status, 400);
  });
