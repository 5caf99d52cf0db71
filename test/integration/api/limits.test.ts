/** Sending limits over HTTP: who sets them, what is left of them, and what an answer says about them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parsePublicId } from '@waybill/relay/id';
import { eventually } from '../../support/eventually.ts';
import { type Answer, type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

let count = 0;
async function anAccount(limits: object): Promise<TestAccount & { readonly from: string }> {
  const account = await api.makeAccount('Limited');
  const from = `app@limited-${count++}.test`;
  await account.mayBeFrom(from);
  const set = await api.operator(`PATCH /v1/admin/accounts/${account.id}`, { limits });
  assert.equal(set.status, 200, set.raw.body);
  return { ...account, from };
}

const send = (
  { ask, from }: Awaited<ReturnType<typeof anAccount>>,
  to: readonly string[],
  more: object = {},
): Promise<Answer> => ask('POST /v1/messages', { from, to, text: 'x', ...more });

const someone = (): string => `r${count++}@example.com`;

const limitsOf = async ({ ask }: TestAccount): Promise<readonly string[]> =>
  (await ask('GET /v1/limits')).body.data.map(
    (one: Json) => `${one.scope} ${one.counts} ${one.window} ${one.used}/${one.limit}`,
  );

test('a send says what is left of every sending limit it used', async () => {
  const account = await anAccount({ per_hour: 10, per_month: 100, new_per_hour: 5 });
  const { raw, status } = await send(account, [someone(), someone()]);
  assert.equal(status, 202);
  const policy = String(raw.headers['ratelimit-policy']);
  assert.match(policy, /^"key";q=\d+;w=10, /);
  assert.match(policy, /"account-hour";q=10;w=3600;qu="recipients"/);
  assert.match(policy, /"account-month";q=100;w=(2419200|2505600|2592000|2678400);qu="recipients"/);
  assert.match(policy, /"account-new-hour";q=5;w=3600;qu="new-recipients"/);
  const left = String(raw.headers.ratelimit);
  assert.match(
    left,
    /"key";r=\d+;t=\d+, "account-hour";r=8;t=\d+, "account-month";r=98;t=\d+, "account-new-hour";r=3;t=\d+$/,
  );
  assert.deepEqual(await limitsOf(account), [
    'account recipients hour 2/10',
    'account recipients month 2/100',
    'account new_recipients hour 2/5',
  ]);
});

test('a refusal by a limit is temporary, names it, and says when to come back', async () => {
  const account = await anAccount({ per_day: 3 });
  await send(account, [someone(), someone()]);
  const { status, body, raw } = await send(account, [someone(), someone()]);
  assert.deepEqual([status, body.code], [429, 'quota_exceeded']);
  assert.match(body.detail, /^1 of 2 recipients left in the limit per day, try again after /);
  assert.ok(Number(raw.headers['retry-after']) > 0);
  assert.match(String(raw.headers.ratelimit), /"account-day";r=1;t=\d+/);
});

test('more recipients than a limit allows at all are refused for good', async () => {
  const account = await anAccount({ per_hour: 1, new_per_hour: 1 });
  assert.equal((await send(account, [someone(), someone()])).body.code, 'quota_too_small');
  const strict = await anAccount({ new_per_hour: 1 });
  const { status, body } = await send(strict, [someone(), someone()]);
  assert.deepEqual([status, body.code], [422, 'quota_too_small']);
  assert.match(body.detail, /2 recipients are new, the limit is 1/);
});

test('recipients that were counted once are not new again', async () => {
  const account = await anAccount({});
  const known = [someone(), someone(), someone()];
  assert.equal((await send(account, known)).status, 202);
  await api.operator(`PATCH /v1/admin/accounts/${account.id}`, { limits: { new_per_hour: 3 } });
  assert.equal((await send(account, known)).status, 202);
  assert.equal((await send(account, known)).status, 202);
  assert.equal((await send(account, [someone()])).status, 429);
});

test('an account lowers the limits of its streams and credentials, never beyond its own', async () => {
  const account = await anAccount({ per_hour: 100, max_recipients: 20 });
  const stream = await account.ask('POST /v1/streams', { name: 'news', limits: { per_hour: 5 } });
  assert.equal(stream.body.limits.per_hour, 5);
  const key = (await account.ask('GET /v1/api-keys')).body.data[0];
  const unlimited = api.as((await account.ask('POST /v1/api-keys', { name: 'manages' })).body.key);
  const limited = await account.ask(`PATCH /v1/api-keys/${key.id}`, {
    limits: { per_day: 3, max_recipients: 2 },
  });
  assert.deepEqual([limited.status, limited.body.limits.per_day], [200, 3]);
  const smtp = await account.ask('POST /v1/smtp-credentials', { name: 'x', limits: { per_minute: 1 } });
  assert.equal(smtp.body.errors[0].pointer, '/limits/per_minute');

  const beyond = await account.ask(`PATCH /v1/streams/${stream.body.id}`, { limits: { per_hour: 101 } });
  assert.deepEqual([beyond.status, beyond.body.errors[0].pointer], [400, '/limits/per_hour']);
  assert.match(beyond.body.errors[0].detail, /the limit of the account, 100/);

  assert.equal((await send(account, [someone(), someone(), someone()])).body.code, 'too_many_recipients');
  assert.equal((await send(account, [someone(), someone()], { stream: 'news' })).status, 202);
  const second = await send(account, [someone(), someone()], { stream: 'news' });
  assert.deepEqual([second.status, second.body.code], [429, 'quota_exceeded']);
  assert.match(second.body.detail, /the limit per day of the credential/);
  assert.deepEqual((await limitsOf(account)).toSorted(), [
    'account recipients hour 2/100',
    'credential recipients day 2/3',
    'stream recipients hour 2/5',
  ]);
  const lifted = { limits: { per_day: null, max_recipients: null } };
  assert.equal((await account.ask(`PATCH /v1/api-keys/${key.id}`, lifted)).status, 403);
  const free = await unlimited(`PATCH /v1/api-keys/${key.id}`, lifted);
  assert.equal(free.body.limits.per_day, null);
  await eventually('the key has no limit any more', async () => {
    const { status } = await send(account, [someone(), someone()], { stream: 'news' });
    return status === 202;
  });
});

test('limits of another account are neither shown nor changed', async () => {
  const one = await anAccount({ per_hour: 7 });
  const other = await anAccount({ per_hour: 9 });
  const { id } = (await one.ask('GET /v1/api-keys')).body.data[0];
  assert.equal((await other.ask(`PATCH /v1/api-keys/${id}`, { limits: { per_day: 1 } })).status, 404);
  assert.deepEqual(await limitsOf(other), ['account recipients hour 0/9']);
});

test('usage counts every accepted message once, by day, for the account and for the operator', async () => {
  const account = await anAccount({ per_month: 4 });
  await send(account, [someone(), someone()]);
  const headers = { 'idempotency-key': 'once' };
  const body = { from: account.from, to: someone(), text: 'x' };
  for (let turn = 0; turn < 3; turn += 1) await account.ask('POST /v1/messages', body, headers);
  const used = (await account.ask('GET /v1/usage')).body;
  assert.deepEqual([used.messages, used.recipients], [2, 3]);
  assert.ok(used.bytes > 100);
  const today = new Date().toISOString().slice(0, 10);
  assert.deepEqual([used.from, used.to, used.days[0].recipients], [`${today.slice(0, 8)}01`, today, 3]);
  assert.deepEqual((await api.operator(`GET /v1/admin/accounts/${account.id}/usage`)).body, used);
  const own = (await account.ask('GET /v1/account')).body;
  assert.equal(own.usage.recipients, 3);
  assert.deepEqual(own.warnings, []);
  await send(account, [someone()]);
  const [warning] = (await account.ask('GET /v1/account')).body.warnings;
  assert.deepEqual([warning.window, warning.used, warning.remaining], ['month', 4, 0]);
});

test('a period of usage is checked', async () => {
  const { ask } = await anAccount({});
  const asked = async (query: string) => (await ask(`GET /v1/usage?${query}`)).body.errors?.[0]?.pointer;
  assert.equal(await asked('from=2026-02-02&to=2026-02-01'), '/to');
  assert.equal(await asked('from=2024-01-01&to=2026-01-01'), '/from');
  assert.equal(await asked('from=2026-02-30'), '/from');
  assert.equal(await asked('from=2026-02-01&to=2026-02-28'), undefined);
});

test('the operator alone sets the limits of an account', async () => {
  const account = await anAccount({});
  assert.equal((await account.ask('PATCH /v1/account', { limits: { per_hour: 1 } })).status, 400);
  const set = { max_bounce_rate: 0.1, max_complaint_rate: 1, new_per_hour: 50 };
  const { body } = await api.operator(`PATCH /v1/admin/accounts/${account.id}`, { limits: set });
  assert.deepEqual({ ...body.limits, ...set }, body.limits);
  assert.ok(parsePublicId('acc', body.id));
});
