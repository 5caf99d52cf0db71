/** API keys: limited to networks and sender domains, rotated with a grace period, and what is known of their use. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Ask, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
before(async () => {
  api = await openTestApi();
  account = await api.makeAccount();
});
after(() => api.close());

const make = async (more: object, by: Ask = account.ask) =>
  by('POST /v1/api-keys', { name: 'limited', ...more });

const from = (ip: string, key: string, url = '/v1/account') =>
  api.app.inject({ url, remoteAddress: ip, headers: { authorization: `Bearer ${key}` } });

test('a key that is limited to networks works from them alone', async () => {
  const { body } = await make({ networks: ['198.51.100.7/24'] });
  assert.deepEqual(body.networks, ['198.51.100.0/24']);
  assert.equal((await from('198.51.100.200', body.key)).statusCode, 200);
  const elsewhere = await from('192.0.2.1', body.key);
  assert.deepEqual([elsewhere.statusCode, elsewhere.json().code], [403, 'network_not_allowed']);
  assert.equal((await make({ networks: ['nonsense'] })).status, 400);
});

test('a key that is limited to domains sends as them alone, and makes no key without the limit', async () => {
  for (const address of ['a@one.example', 'a@two.example']) await account.mayBeFrom(address);
  const { body } = await make({ sender_domains: ['One.example'] });
  assert.deepEqual(body.sender_domains, ['one.example']);
  const limited = api.as(body.key);
  const send = (address: string) =>
    limited('POST /v1/messages', { from: address, to: 'b@example.com', text: 'x' });
  assert.equal((await send('a@one.example')).status, 202);
  const refused = await send('a@two.example');
  assert.equal(refused.status, 403, refused.raw.body);
  assert.equal((await make({}, limited)).status, 403);
  assert.equal((await limited('POST /v1/smtp-credentials', { name: 'x' })).status, 403);
});

test('limits are changed, and count at the next request', async () => {
  const { body } = await make({});
  const change = { name: 'renamed', networks: ['203.0.113.0/24'] };
  const changed = await account.ask(`PATCH /v1/api-keys/${body.id}`, change);
  assert.deepEqual([changed.body.name, changed.body.networks], ['renamed', ['203.0.113.0/24']]);
  assert.equal((await api.as(body.key)('GET /v1/account')).status, 403);
  await account.ask(`PATCH /v1/api-keys/${body.id}`, { networks: [] });
  assert.equal((await api.as(body.key)('GET /v1/account')).status, 200);
});

test('a rotated key keeps its id, and the old secret works for the grace period', async () => {
  const { body } = await make({});
  const rotated = await account.ask(`POST /v1/api-keys/${body.id}/rotate`, { grace_minutes: 60 });
  assert.equal(rotated.status, 200, rotated.raw.body);
  assert.equal(rotated.body.id, body.id);
  assert.ok(rotated.body.previous_key_expires_at);
  for (const key of [body.key, rotated.body.key])
    assert.equal((await api.as(key)('GET /v1/account')).status, 200);
  const { pool } = api.test.database;
  await pool.query(
    "UPDATE api_key SET previous_expires_at = now() - interval '1 second' WHERE name = 'limited'",
  );
  assert.equal((await api.as(body.key)('GET /v1/account')).status, 401);
  const again = await account.ask(`POST /v1/api-keys/${body.id}/rotate`, { grace_minutes: 0 });
  assert.equal((await api.as(rotated.body.key)('GET /v1/account')).status, 401);
  assert.equal((await api.as(again.body.key)('GET /v1/account')).status, 200);
});

test('the last use shows time, address and program, and a key that crossed a network in clear text is warned of', async () => {
  const proxied = await openTestApi({
    env: { WAYBILL_PUBLIC_URL: 'https://mail.acme.test', TRUST_PROXY: '127.0.0.0/8' },
  });
  try {
    const { ask } = await proxied.makeAccount();
    const { body } = await ask('POST /v1/api-keys', { name: 'app' });
    const use = (proto: string, agent: string) =>
      proxied.as(body.key)('GET /v1/account', undefined, {
        'x-forwarded-for': '192.0.2.9',
        'x-forwarded-proto': proto,
        'user-agent': agent,
      });
    await use('http', 'old-client/1.0');
    await use('https', 'good\tclient/2.0');
    // The use is saved every few seconds, and when the API closes.
    for (let round = 0; round < 80; round++) {
      const shown = (await ask(`GET /v1/api-keys/${body.id}`)).body;
      if (shown.last_used_at !== null) {
        assert.deepEqual([shown.last_used_ip, shown.last_used_agent], ['192.0.2.9', 'good?client/2.0']);
        assert.deepEqual(
          shown.warnings.map(({ code }: { code: string }) => code),
          ['seen_over_plain_http'],
        );
        const rotated = await ask(`POST /v1/api-keys/${body.id}/rotate`, {});
        assert.deepEqual(rotated.body.warnings, []);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail('the use was not saved');
  } finally {
    await proxied.close();
  }
});
