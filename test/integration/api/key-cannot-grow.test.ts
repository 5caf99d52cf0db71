/** What a key makes, widens or gives a new secret has no right that the key lacks, by any route. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addMember, makeUser, openBrowser } from './people.ts';
import { type Ask, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
before(async () => {
  api = await openTestApi();
  account = await api.makeAccount();
});
after(() => api.close());

type Made = { readonly id: string; readonly key: string; readonly ask: Ask };

async function makeKey(settings: object): Promise<Made> {
  const { status, body, raw } = await account.ask('POST /v1/api-keys', { name: 'k', ...settings });
  assert.equal(status, 201, raw.body);
  return { id: body.id, key: body.key, ask: api.as(body.key) };
}

const makeCredential = async (settings: object): Promise<string> => {
  const { status, body, raw } = await account.ask('POST /v1/smtp-credentials', { name: 'c', ...settings });
  assert.equal(status, 201, raw.body);
  return body.id;
};

/** Expects the refusal of a request, for this reason. */
const refusal = (reason: RegExp) => async (ask: Ask, what: string, body: object) => {
  const answer = await ask(what, body);
  const said = `${what} ${JSON.stringify(body)}: ${answer.raw.body}`;
  assert.equal(answer.status, 403, said);
  // Resend's routes say it in `message`.
  assert.match(answer.body.detail ?? answer.body.message, reason, said);
  if (what.includes(' /v1/')) assert.equal(answer.body.code, 'forbidden', said);
};

async function allowed(ask: Ask, what: string, body: object): Promise<void> {
  const { status, raw } = await ask(what, body);
  assert.ok(status === 200 || status === 201, `${what} ${JSON.stringify(body)}: ${raw.body}`);
}

const hour = 3_600_000;
const later = (hours: number): string => new Date(Date.now() + hours * hour).toISOString();
// Requests of the tests come from here.
const home = '127.0.0.0/8';

test('a key that only manages credentials opens no mail by them', async () => {
  const { ask } = await makeKey({ scopes: ['credentials:*'] });
  const all = await makeKey({});
  const refused = refusal(/does not have \S+ itself/);
  await refused(ask, `POST /v1/api-keys/${all.id}/rotate`, {});
  await refused(ask, 'POST /v1/api-keys', { name: 'x', scopes: ['*'] });
  await refused(ask, 'POST /api-keys', { name: 'x', permission: 'sending_access' });
  const credential = await makeCredential({ sandbox: true, networks: ['198.51.100.0/24'] });
  await refused(ask, 'POST /v1/smtp-credentials', { name: 'x' });
  await refused(ask, `POST /v1/smtp-credentials/${credential}/rotate`, {});
  const certificate_fingerprints = ['ab'.repeat(32)];
  for (const change of [{ sandbox: false }, { networks: [] }, { certificate_fingerprints }])
    await refused(ask, `PATCH /v1/smtp-credentials/${credential}`, change);
  await refused(ask, 'POST /v1/ip-networks', { cidr: '93.184.216.0/24' });
  // What gives nothing is allowed.
  await allowed(ask, 'POST /v1/api-keys', { name: 'same' });
  await allowed(ask, `PATCH /v1/api-keys/${all.id}`, { name: 'renamed' });
  await allowed(ask, `PATCH /api-keys/${all.id}`, { name: 'renamed again' });
  await allowed(ask, `PATCH /v1/smtp-credentials/${credential}`, {
    name: 'n',
    networks: ['198.51.100.8/29'],
  });
  await allowed(ask, `PATCH /v1/api-keys/${all.id}`, { networks: [home], limits: { per_day: 10 } });
});

test('a key that works from its networks alone frees neither itself nor another way in', async () => {
  const { id, ask } = await makeKey({ networks: [home, '198.51.100.0/24'] });
  const other = await makeKey({});
  const refused = refusal(/works from its own networks only/);
  for (const networks of [
    [],
    ['0.0.0.0/0'],
    ['198.51.0.0/16'],
    [home, '203.0.113.7/32'],
    ['2001:db8::/64'],
  ]) {
    await refused(ask, `PATCH /v1/api-keys/${id}`, { networks });
    await refused(ask, 'POST /v1/api-keys', { name: 'x', networks });
    await refused(ask, 'POST /v1/smtp-credentials', { name: 'x', networks });
  }
  await refused(ask, 'POST /v1/api-keys', { name: 'x' });
  await refused(ask, 'POST /api-keys', { name: 'x' });
  await refused(ask, `POST /v1/api-keys/${other.id}/rotate`, {});
  await refused(ask, `POST /v1/smtp-credentials/${await makeCredential({})}/rotate`, {});
  await refused(ask, 'POST /v1/ip-networks', { cidr: '93.184.217.0/24' });
  await refused(ask, 'POST /v1/invitations', { email: 'a@example.com', role: 'viewer' });
  await allowed(ask, 'POST /v1/api-keys', { name: 'x', networks: ['127.0.0.1', '198.51.100.128/25'] });
  await allowed(ask, 'POST /v1/smtp-credentials', { name: 'x', networks: ['198.51.100.9'] });
  await allowed(ask, `POST /v1/api-keys/${id}/rotate`, { grace_minutes: 60 });
  await allowed(ask, `PATCH /v1/api-keys/${id}`, { networks: [home] });
  await refused(ask, `PATCH /v1/api-keys/${id}`, { networks: [home, '198.51.100.0/24'] });
});

test('what a key makes lasts no longer than the key', async () => {
  const { id, ask } = await makeKey({ expires_at: later(2) });
  const forever = await makeKey({});
  const refused = refusal(/must not last longer/);
  await refused(ask, 'POST /v1/api-keys', { name: 'x' });
  await refused(ask, 'POST /v1/api-keys', { name: 'x', expires_at: later(3) });
  await refused(ask, 'POST /api-keys', { name: 'x' });
  await refused(ask, `POST /v1/api-keys/${forever.id}/rotate`, {});
  await refused(ask, 'POST /v1/smtp-credentials', { name: 'x' });
  await refused(ask, `POST /v1/smtp-credentials/${await makeCredential({})}/rotate`, {});
  await refused(ask, 'POST /v1/ip-networks', { cidr: '93.184.218.0/24' });
  await refused(ask, 'POST /v1/invitations', { email: 'b@example.com', role: 'viewer' });
  await allowed(ask, 'POST /v1/api-keys', { name: 'x', expires_at: later(1) });
  const rotated = await ask(`POST /v1/api-keys/${id}/rotate`, {});
  assert.equal(rotated.status, 200);
  assert.notEqual(rotated.body.expires_at, null);
});

test('a key with sending limits neither lifts them nor sends beside them', async () => {
  const { id, ask } = await makeKey({ limits: { per_hour: 100, max_recipients: 5 } });
  const other = await makeKey({});
  const raised = refusal(/has lower sending limits itself/);
  for (const limits of [{ per_hour: null }, { per_hour: 101 }, { max_recipients: null }])
    await raised(ask, `PATCH /v1/api-keys/${id}`, { limits });
  const second = refusal(/would send beyond them/);
  // Each key counts apart: with the same limits two keys send twice as much.
  for (const limits of [{}, { per_hour: 100, max_recipients: 5 }]) {
    await second(ask, 'POST /v1/api-keys', { name: 'x', limits });
    await second(ask, 'POST /v1/smtp-credentials', { name: 'x', limits });
  }
  await second(ask, 'POST /api-keys', { name: 'x', permission: 'sending_access' });
  await second(ask, `POST /v1/api-keys/${other.id}/rotate`, {});
  await second(ask, `POST /v1/smtp-credentials/${await makeCredential({})}/rotate`, {});
  await second(ask, 'POST /v1/ip-networks', { cidr: '93.184.219.0/24' });
  await allowed(ask, 'POST /v1/api-keys', { name: 'reads', scopes: ['messages:read'] });
  await allowed(ask, `PATCH /v1/api-keys/${id}`, { limits: { per_hour: 50, per_day: 500 } });
  await allowed(ask, `POST /v1/api-keys/${id}/rotate`, {});
});

test('a limit of recipients alone is passed on', async () => {
  const { ask } = await makeKey({ limits: { max_recipients: 5 } });
  const refused = refusal(/has lower sending limits itself/);
  await refused(ask, 'POST /v1/api-keys', { name: 'x' });
  await refused(ask, 'POST /v1/smtp-credentials', { name: 'x', limits: { max_recipients: 6 } });
  await allowed(ask, 'POST /v1/api-keys', { name: 'x', limits: { max_recipients: 5 } });
});

test('a test key, and a key for one domain, manage no credentials', async () => {
  const refused = refusal(/a test key reads settings|limited to sender domains/);
  const sandboxed = await makeKey({ kind: 'test' });
  const domain = await makeKey({ sender_domains: ['one.example'] });
  const credential = await makeCredential({});
  for (const { id, ask } of [sandboxed, domain])
    for (const [what, body] of [
      ['POST /v1/api-keys', { name: 'x', kind: 'live', sender_domains: ['one.example'] }],
      [`PATCH /v1/api-keys/${id}`, { sender_domains: [] }],
      [`POST /v1/api-keys/${id}/rotate`, {}],
      ['POST /api-keys', { name: 'x' }],
      ['POST /v1/smtp-credentials', { name: 'x' }],
      [`PATCH /v1/smtp-credentials/${credential}`, { sandbox: false }],
      [`POST /v1/smtp-credentials/${credential}/rotate`, {}],
      ['POST /v1/ip-networks', { cidr: '93.184.220.0/24' }],
      ['POST /v1/from-addresses', { address: 'x@elsewhere.example' }],
      ['POST /v1/invitations', { email: 'c@example.com', role: 'viewer' }],
    ] as const)
      await refused(ask, what, body);
});

test('a key gives a member no role with scopes beyond its own', async () => {
  const { ask } = await makeKey({ scopes: ['members:*'] });
  const user = await makeUser(api);
  await addMember(api, user, { accountId: account.innerId, role: 'viewer' });
  const refused = refusal(/does not have \S+ itself/);
  for (const role of ['viewer', 'developer', 'admin'])
    await refused(ask, 'POST /v1/invitations', { email: `${role}@example.com`, role });
  const member = (await ask('GET /v1/members')).body.data.find(
    (row: { role: string }) => row.role === 'viewer',
  );
  await refused(ask, `PATCH /v1/members/${member.id}`, { role: 'admin' });
  await allowed(account.ask, `PATCH /v1/members/${member.id}`, { role: 'developer' });
  await allowed(ask, `PATCH /v1/members/${member.id}`, { role: 'viewer' });
});

test('a key is not shown the stored answer with a key or a secret that another one made', async () => {
  const { ask } = await makeKey({ scopes: ['credentials:*', 'messages:send'] });
  for (const what of ['POST /v1/api-keys', 'POST /api-keys', 'POST /v1/smtp-credentials']) {
    const headers = { 'idempotency-key': `guessed ${what}` };
    const made = await account.ask(what, { name: 'same' }, headers);
    const again = await account.ask(what, { name: 'same' }, headers);
    assert.deepEqual([made.status, again.body], [201, made.body]);
    const own = await ask(what, { name: 'same' }, headers);
    assert.deepEqual([own.status, own.raw.headers['idempotency-replayed']], [201, undefined], own.raw.body);
    assert.notEqual(own.body.id, made.body.id);
  }
});

test('a user makes, changes and rotates what has no scope beyond the role', async () => {
  const user = await makeUser(api);
  await addMember(api, user, { accountId: account.innerId, role: 'developer' });
  const browser = openBrowser(api);
  await browser.logIn(user);
  const narrow = await makeKey({ scopes: ['messages:*'], networks: [home], limits: { per_hour: 1 } });
  await allowed(browser.ask, `PATCH /v1/api-keys/${narrow.id}`, { networks: [], limits: { per_hour: null } });
  await allowed(browser.ask, `POST /v1/api-keys/${narrow.id}/rotate`, {});
  await allowed(browser.ask, 'POST /v1/smtp-credentials', { name: 'x' });
  const refused = refusal(/\* itself/);
  await refused(browser.ask, 'POST /v1/api-keys', { name: 'x', scopes: ['*'] });
  const whole = await makeKey({ scopes: ['*'], networks: [home] });
  await refused(browser.ask, `POST /v1/api-keys/${whole.id}/rotate`, {});
  await refused(browser.ask, `PATCH /v1/api-keys/${whole.id}`, { networks: [] });
  await allowed(browser.ask, `PATCH /v1/api-keys/${whole.id}`, { name: 'renamed' });
});
