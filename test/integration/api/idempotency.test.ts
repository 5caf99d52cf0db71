import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type Answer, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

const from = 'app@twice.test';
let api: TestApi;
let account: TestAccount;

before(async () => {
  api = await openTestApi();
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

test('ten requests at once make one message; those that came too early get 409 and Retry-After', async () => {
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

test('a refusal of the request itself is remembered as it was', async () => {
  const first = await send('e', { to: 'absent' });
  const again = await send('e', { to: 'absent' });
  assert.equal(again.status, 400);
  assert.equal(again.body.request_id, first.body.request_id);
  assert.equal(again.raw.headers['idempotency-replayed'], 'true');
  assert.match(String(again.raw.headers['content-type']), /^application\/problem\+json/);
});

const changes: readonly (readonly [
  string,
  string,
  Record<string, unknown>,
  number,
  () => Promise<unknown>,
])[] = [
  [
    'a sender that is verified meanwhile',
    'h1',
    { from: 'late@twice.test' },
    403,
    () => account.mayBeFrom('late@twice.test'),
  ],
  [
    'a suppression that is removed meanwhile',
    'h2',
    { to: 'back@example.com' },
    409,
    () => account.ask('DELETE /v1/suppressions/back@example.com'),
  ],
  [
    'a stream that is made meanwhile',
    'h3',
    { stream: 'later' },
    400,
    () => account.ask('POST /v1/streams', { name: 'later' }),
  ],
];
for (const [what, key, body, status, change] of changes)
  test(`a refusal is not replayed: ${what} lets the same key and body through`, async () => {
    await account.ask('POST /v1/suppressions', { address: 'back@example.com' });
    const first = await send(key, body);
    assert.equal(first.status, status, first.raw.body);
    await change();
    let again = await send(key, body);
    // Other processes learn of a change of settings by a notice.
    for (let tries = 0; again.status !== 202 && tries < 50; tries += 1) {
      await setTimeout(100);
      again = await send(key, body);
    }
    assert.equal(again.status, 202, again.raw.body);
    assert.equal(again.raw.headers['idempotency-replayed'], undefined);
  });

test('a batch of which nothing was sent is tried again; one of which something was sent is replayed', async () => {
  const batch = (key: string, froms: readonly string[]) =>
    account.ask(
      'POST /v1/messages/batch',
      { messages: froms.map((one) => ({ from: one, to: 'ada@example.com', text: 'x' })) },
      { 'idempotency-key': key },
    );
  await batch('i1', ['x@elsewhere.example']);
  const none = await batch('i1', ['x@elsewhere.example']);
  assert.equal(none.raw.headers['idempotency-replayed'], undefined);
  await batch('i2', [from, 'x@elsewhere.example']);
  const some = await batch('i2', [from, 'x@elsewhere.example']);
  assert.equal(some.raw.headers['idempotency-replayed'], 'true');
});

test('a temporary failure is forgotten, so that trying again tries again', async () => {
  let calls = 0;
  const failing = await openTestApi({
    dependencies: {
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
