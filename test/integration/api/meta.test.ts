import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { refusals } from '@waybill/relay/refusal-table';
import { buildApp } from '../../../apps/api/src/app.ts';
import { type Ask, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
let anonymous: Ask;
before(async () => {
  api = await openTestApi({ dependencies: { limits: { perKey: 20, failuresPerIp: 5, windowMs: 2_000 } } });
  account = await api.makeAccount();
  anonymous = api.as(undefined);
});
after(() => api.close());

test('alive and ready without a key, and not a word about the inside', async () => {
  assert.deepEqual((await anonymous('GET /healthz')).body, { ok: true });
  assert.deepEqual((await anonymous('GET /readyz')).body, { ready: true });
  const broken = await buildApp({
    ...api.dependencies,
    checks: { postgresql: async () => ({ ok: false, sentence: 'password wrong for waybill@10.0.0.1' }) },
  });
  const answer = await broken.inject('/readyz');
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.body, '{"ready":false}');
});

test('every refusal has its page, and a made-up one has none', async () => {
  const list = (await anonymous('GET /problems')).raw.body;
  for (const code of Object.keys(refusals)) {
    const answer = await anonymous(`GET /problems/${code}`);
    assert.equal(answer.status, 200, code);
    assert.match(answer.raw.body, new RegExp(`<h1><code>${code}</code></h1>`));
    assert.ok(list.includes(`/problems/${code}`));
  }
  const unknown = await anonymous('GET /problems/%3Cscript%3Ealert(1)%3C%2Fscript%3E');
  assert.equal(unknown.status, 404);
  assert.ok(!unknown.raw.body.includes('<script>'));
  assert.match(unknown.raw.body, /&lt;script&gt;/);
});

test('the description is OpenAPI 3.1, names every route’s key and every problem', async () => {
  const { body } = await anonymous('GET /openapi.json');
  assert.equal(body.openapi, '3.1.0');
  assert.deepEqual(body.security, [{ key: [] }, { session: [] }]);
  const { post } = body.paths['/v1/messages'];
  assert.ok(post.responses['202'] && post.responses['403'] && post.responses['503']);
  assert.ok(post.requestBody.content['application/json'].schema);
});

test('the reference at /docs loads nothing from elsewhere, and could not if it tried', async () => {
  assert.equal((await anonymous('GET /docs')).raw.headers.location, '/docs/');
  const page = (await anonymous('GET /docs/')).raw;
  assert.equal(page.statusCode, 200);
  const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
  assert.deepEqual(
    sources.filter((url) => /^(?:https?:)?\/\//.test(url)),
    [],
  );
  const policy = String(page.headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /https?:/);
  const script = (await anonymous('GET /docs/js/scalar.js')).raw;
  assert.equal(script.statusCode, 200);
  assert.match(String(script.headers['content-type']), /javascript/);
  assert.ok(script.body.length > 100_000);
});

test('what is not there is a problem document with a request id', async () => {
  for (const path of ['/nothing', '/v1/nothing', '/v1/messages/x/y/z', '/%00', '/v1/%ff'])
    assert.ok([400, 404].includes((await anonymous(`GET ${path}`)).status), path);
  const { body, raw } = await anonymous('GET /v1/nothing');
  assert.equal(body.code, 'no_such_endpoint');
  assert.equal(body.request_id, raw.headers['request-id']);
  assert.match(body.request_id, /^req_[0-9a-z]{26}$/);
});

test('answers carry the headers that keep browsers from guessing', async () => {
  const { raw } = await account.ask('GET /v1/account');
  assert.equal(raw.headers['x-content-type-options'], 'nosniff');
  assert.equal(raw.headers['cache-control'], 'no-store');
  assert.match(String(raw.headers['content-security-policy']), /default-src 'none'/);
  assert.equal(raw.headers['x-powered-by'], undefined);
  assert.equal(raw.headers['set-cookie'], undefined);
});

test('a key over its rate gets 429 and the time to retry', async () => {
  const key = (await account.ask('POST /v1/api-keys', { name: 'busy' })).body.key;
  const busy = api.as(key);
  let answer = await busy('GET /v1/account');
  assert.match(String(answer.raw.headers['ratelimit-policy']), /q=20;w=2/);
  // A window may end on the way, so the quota of two windows is spent at most.
  for (let n = 0; n < 40 && answer.status === 200; n++) answer = await busy('GET /v1/account');
  assert.equal(answer.status, 429);
  assert.equal(answer.body.code, 'rate_limited');
  assert.ok(Number(answer.raw.headers['retry-after']) >= 1);
  assert.equal((await account.ask('GET /v1/account')).status, 200, 'another key is not held up');
});

test('wrong keys from one address are slowed down, a missing one is not', async () => {
  const at = { remoteAddress: '198.51.100.9' };
  const ask = (authorization?: string) =>
    api.app.inject({
      url: '/v1/account',
      ...at,
      headers: authorization === undefined ? {} : { authorization },
    });
  for (let n = 0; n < 10; n++) assert.equal((await ask()).statusCode, 401);
  for (let n = 0; n < 5; n++) assert.equal((await ask('Bearer wb_live_x')).statusCode, 401);
  assert.equal((await ask('Bearer wb_live_x')).statusCode, 429);
  assert.equal((await account.ask('GET /v1/account')).status, 200, 'another address is not held up');
});

test('health is sentences, queues are numbers', async () => {
  const { body } = await api.operator('GET /v1/admin/health');
  assert.equal(body.ok, true);
  assert.match(body.version, /^\d+\.\d+\.\d+/);
  assert.ok(body.checks.some(({ sentence }: { sentence: string }) => sentence === 'PostgreSQL answers.'));
  const queues = (await api.operator('GET /v1/admin/queues')).body;
  assert.deepEqual(queues.map(({ queue }: { queue: string }) => queue).toSorted(), [
    'accepted',
    'delivery',
    'report',
    'webhook',
  ]);
});

test('health names the disk, the schema and the backend of the queues', async () => {
  const { checks } = (await api.operator('GET /v1/admin/health')).body;
  const sentenceOf = (name: string): string =>
    checks.find((check: { name: string }) => check.name === name)?.sentence;
  assert.match(sentenceOf('disk'), /^The database takes \d.* MB\. .*PostgreSQL/);
  assert.equal(sentenceOf('schema'), 'PostgreSQL answers and its schema is current.');
  assert.match(sentenceOf('queues'), /PostgreSQL, without Redis/);
});

test('a pending migration is a sentence with its fix', async () => {
  const { pool } = api.test.database;
  const newest = '(SELECT max(migration_name) FROM _prisma_migrations)';
  await pool.query(`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = ${newest}`);
  const { ok, checks } = (await api.operator('GET /v1/admin/health')).body;
  await pool.query('UPDATE _prisma_migrations SET rolled_back_at = NULL');
  assert.equal(ok, false);
  const { sentence, fix } = checks.find(({ name }: { name: string }) => name === 'schema');
  assert.match(sentence, /is older than this program: it lacks 1 migrations: \d+/);
  assert.equal(fix, 'Run: waybill migrate');
});

test('the checks of waybill doctor run one by one', async () => {
  const list = (await api.operator('GET /v1/admin/health/checks')).body;
  const names = list.map(({ name }: { name: string }) => name);
  assert.deepEqual(names, [
    ...['master key', 'database', 'queue', 'DNS', 'certificate', 'disk', 'platform domain'],
  ]);
  const run = async (name: string) =>
    (await api.operator(`GET /v1/admin/health/checks/${encodeURIComponent(name)}`)).body;
  assert.deepEqual(await run('database'), {
    name: 'database',
    ok: true,
    sentence: 'PostgreSQL answers and its schema is current.',
    fix: null,
  });
  const certificate = await run('certificate');
  assert.equal(certificate.ok, false);
  assert.equal(certificate.fix, 'Set TLS_CERT_FILE and TLS_KEY_FILE.');
  const platform = await run('platform domain');
  assert.match(platform.sentence, /^There are no DKIM keys for /);
  assert.equal((await api.operator('GET /v1/admin/health/checks/constructor')).status, 404);
  assert.equal((await account.ask('GET /v1/admin/health/checks/database')).status, 404);
});

test('a queue says since when its oldest job is due', async () => {
  const oldest = async (): Promise<string | null> =>
    (await api.operator('GET /v1/admin/queues')).body.find(
      ({ queue }: { queue: string }) => queue === 'webhook',
    ).oldest_due_at;
  assert.equal(await oldest(), null);
  const due = new Date(Date.now() - 60_000);
  await account.ask('POST /v1/webhooks', { url: 'https://hooks.example/oldest' });
  const { pool } = api.test.database;
  await pool.query('UPDATE webhook SET next_action_at = $1', [due]);
  assert.equal(await oldest(), due.toISOString());
});
