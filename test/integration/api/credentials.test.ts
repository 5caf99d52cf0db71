import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { secretHashOf } from '@waybill/io/secrets/generated-secret';
import { parsePublicId } from '@waybill/relay/id';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
before(async () => {
  api = await openTestApi();
  account = await api.makeAccount();
});
after(() => api.close());

const credentialRow = async (id: string): Promise<Json> =>
  (
    await api.test.database.pool.query('SELECT * FROM smtp_credential WHERE id = $1', [
      parsePublicId('cred', id),
    ])
  ).rows[0];

test('an SMTP secret is generated, shown once and kept as a hash', async () => {
  const { status, body } = await account.ask('POST /v1/smtp-credentials', { name: 'app' });
  assert.equal(status, 201);
  assert.match(body.secret, /^[0-9a-z]{32}$/);
  const row = await credentialRow(body.id);
  assert.ok(row.secret_hash.equals(secretHashOf(body.secret)));
  assert.equal(row.secret_box, null);
  for (const path of [`/v1/smtp-credentials/${body.id}`, '/v1/smtp-credentials'])
    assert.ok(!(await account.ask(`GET ${path}`)).raw.body.includes('secret'));
});

test('only CRAM-MD5 keeps a secret recoverable, sealed', async () => {
  const { body } = await account.ask('POST /v1/smtp-credentials', { name: 'old', cram_md5: true });
  const row = await credentialRow(body.id);
  assert.ok(row.secret_box.length > 0);
  assert.ok(!row.secret_box.includes(body.secret));
});

test('a client cannot choose a secret', async () => {
  for (const field of ['secret', 'password'])
    assert.equal(
      (await account.ask('POST /v1/smtp-credentials', { name: 'x', [field]: 'hunter2' })).status,
      400,
    );
});

test('a user name is made up or chosen, and belongs to one', async () => {
  const made = await account.ask('POST /v1/smtp-credentials', { name: 'a' });
  assert.match(made.body.username, /^wb-[0-9a-z]{16}$/);
  const chosen = { name: 'b', username: 'newsletter' };
  assert.equal((await account.ask('POST /v1/smtp-credentials', chosen)).body.username, 'newsletter');
  const other = await api.makeAccount();
  assert.equal((await other.ask('POST /v1/smtp-credentials', chosen)).status, 409);
  for (const username of ['ab', 'with space', 'a\r\nb', 'x'.repeat(65)])
    assert.equal((await account.ask('POST /v1/smtp-credentials', { name: 'c', username })).status, 400);
});

test('rotation makes a new secret and leaves the old one its grace', async () => {
  const { body: made } = await account.ask('POST /v1/smtp-credentials', { name: 'rotating' });
  const { status, body } = await account.ask(`POST /v1/smtp-credentials/${made.id}/rotate`, {
    grace_minutes: 10,
  });
  assert.equal(status, 200);
  assert.notEqual(body.secret, made.secret);
  const row = await credentialRow(made.id);
  assert.ok(row.secret_hash.equals(secretHashOf(body.secret)));
  assert.ok(row.previous_secret_hash.equals(secretHashOf(made.secret)));
  const minutes = (row.previous_expires_at.getTime() - Date.now()) / 60_000;
  assert.ok(minutes > 9 && minutes < 10.1);
  assert.equal((await account.ask(`POST /v1/smtp-credentials/${made.id}/rotate`)).status, 200);
});

test('settings change one by one; null clears, absent stays', async () => {
  const stream = (await account.ask('POST /v1/streams', { name: 'for-cred' })).body.id;
  const { body: made } = await account.ask('POST /v1/smtp-credentials', {
    name: 'x',
    stream_id: stream,
    networks: ['198.51.100.7'],
    sender_domains: ['Acme.Test'],
  });
  assert.deepEqual(made.networks, ['198.51.100.7/32']);
  assert.deepEqual(made.sender_domains, ['acme.test']);
  const path = `PATCH /v1/smtp-credentials/${made.id}`;
  const renamed = await account.ask(path, { name: 'y' });
  assert.equal(renamed.body.stream_id, stream);
  assert.equal((await account.ask(path, { stream_id: null })).body.stream_id, null);
  assert.equal((await account.ask(path, { networks: ['everywhere'] })).status, 400);
  assert.equal((await account.ask(path, { cram_md5: true })).status, 400);
});

test('a client certificate belongs to one live credential, wherever that is', async () => {
  const [shown, normal] = [`AB:${'CD:'.repeat(30)}EF`, `ab${'cd'.repeat(30)}ef`];
  const { body: first, status } = await account.ask('POST /v1/smtp-credentials', {
    name: 'with a certificate',
    certificate_fingerprints: [shown, normal],
  });
  assert.equal(status, 201);
  assert.deepEqual(first.certificate_fingerprints, [normal]);
  const other = await api.makeAccount();
  const { body: second } = await other.ask('POST /v1/smtp-credentials', { name: 'another' });
  assert.deepEqual(second.certificate_fingerprints, []);
  const change = { certificate_fingerprints: ['0'.repeat(64), normal] };
  const refused = await other.ask(`PATCH /v1/smtp-credentials/${second.id}`, change);
  assert.equal(refused.status, 409);
  assert.match(refused.body.detail, /certificate belongs to another/);
  assert.equal((await other.ask('POST /v1/smtp-credentials', { name: 'x', ...change })).status, 409);
  assert.equal((await account.ask(`DELETE /v1/smtp-credentials/${first.id}`)).status, 204);
  const taken = await other.ask(`PATCH /v1/smtp-credentials/${second.id}`, change);
  assert.deepEqual(taken.body.certificate_fingerprints, change.certificate_fingerprints);
  for (const wrong of ['', 'ab', 'g'.repeat(64), 'ab:'.repeat(32), normal.repeat(2)])
    assert.equal(
      (
        await other.ask(`PATCH /v1/smtp-credentials/${second.id}`, {
          certificate_fingerprints: [wrong],
        })
      ).status,
      400,
      wrong,
    );
});

test('a revoked credential is gone, and its recoverable secret with it', async () => {
  const { body } = await account.ask('POST /v1/smtp-credentials', { name: 'x', cram_md5: true });
  assert.equal((await account.ask(`DELETE /v1/smtp-credentials/${body.id}`)).status, 204);
  assert.equal((await account.ask(`GET /v1/smtp-credentials/${body.id}`)).status, 404);
  assert.equal((await credentialRow(body.id)).secret_box, null);
});

test('a key cannot make a key with more scopes than its own', async () => {
  const made = await account.ask('POST /v1/api-keys', {
    name: 'few',
    scopes: ['credentials:*', 'messages:read'],
  });
  const few = api.as(made.body.key);
  for (const scope of ['messages:send', 'messages:*', 'domains:read'])
    assert.equal((await few('POST /v1/api-keys', { name: 'x', scopes: [scope] })).status, 403, scope);
  const child = await few('POST /v1/api-keys', { name: 'x' });
  assert.deepEqual(child.body.scopes, ['credentials:*', 'messages:read']);
  for (const scope of ['admin:*', 'nonsense'])
    assert.equal((await account.ask('POST /v1/api-keys', { name: 'x', scopes: [scope] })).status, 400, scope);
  assert.equal((await account.ask('POST /v1/api-keys', { name: 'x', kind: 'admin' })).status, 400);
});

test('a key lies in the database as a hash, and expires', async () => {
  const soon = new Date(Date.now() + 700).toISOString();
  const { body } = await account.ask('POST /v1/api-keys', { name: 'short', expires_at: soon });
  const { rows } = await api.test.database.pool.query('SELECT * FROM api_key');
  assert.ok(!JSON.stringify(rows).includes(body.key));
  const ask = api.as(body.key);
  assert.equal((await ask('GET /v1/account')).status, 200);
  await new Promise((resolve) => setTimeout(resolve, 800));
  assert.equal((await ask('GET /v1/account')).status, 401);
  const past = new Date(Date.now() - 1000).toISOString();
  assert.equal((await account.ask('POST /v1/api-keys', { name: 'x', expires_at: past })).status, 400);
});

const networks: readonly (readonly [string, number, string?])[] = [
  ['93.184.216.34', 201, '93.184.216.34/32'],
  ['93.184.217.77/24', 201, '93.184.217.0/24'],
  ['::ffff:93.184.218.1', 201, '93.184.218.1/32'],
  ['2606:2800:220::/48', 201, '2606:2800:220::/48'],
  ['127.0.0.1', 403],
  ['127.0.0.42/32', 403],
  ['::1', 403],
  ['::ffff:127.0.0.1', 403],
  ['10.0.0.0/8', 403],
  ['172.16.0.1', 403],
  ['192.168.1.0/24', 403],
  ['169.254.169.254', 403],
  ['100.64.0.1', 403],
  ['fd00::/8', 403],
  ['fe80::1', 403],
  ['0.0.0.0/0', 403],
  ['::/0', 403],
  ['93.0.0.0/8', 403],
  ['93.187.0.0/23', 403],
  ['::ffff:93.187.0.0/119', 403],
  ['64:ff9b::5dbb:0/112', 403],
  ['2606:2800::/47', 403],
  ['224.0.0.0/24', 403],
  ['ff0e::/48', 403],
  ['240.0.0.1', 403],
  ['255.255.255.255', 403],
  ['192.0.2.0/24', 403],
  ['2001:db8::/48', 403],
  ['64:ff9b::808:808', 403],
  ['0177.0.0.1', 400],
  ['2130706433', 400],
  ['1.2.3', 400],
  ['1.2.3.4/33', 400],
  ['example.com', 400],
  ['', 400],
];
for (const [cidr, status, normal] of networks)
  test(`an account that registers ${cidr || 'nothing'} gets ${status}`, async () => {
    const answer = await account.ask('POST /v1/ip-networks', { cidr });
    assert.equal(answer.status, status, answer.raw.body);
    if (normal !== undefined) assert.equal(answer.body.cidr, normal);
  });

test('the operator registers private networks for an account', async () => {
  const inside = { 'waybill-account': account.id };
  assert.equal((await api.operator('POST /v1/ip-networks', { cidr: '127.0.0.42' }, inside)).status, 201);
});

const kinds = [
  ['a trusted relay', '/v1/admin/ip-networks', () => ({})],
  ['a network of an account', '/v1/ip-networks', () => ({ 'waybill-account': account.id })],
] as const;
for (const [what, path, headers] of kinds) {
  const register = (cidr: string, confirm?: boolean) =>
    api.operator(`POST ${path}`, { cidr, confirm }, headers());

  for (const cidr of ['0.0.0.0/0', '9.9.9.9/0', '::/0', '::ffff:0:0/96', '2a00::/0'])
    test(`${what} of every address, ${cidr}, is refused, confirmed or not`, async () => {
      for (const confirm of [undefined, false, true]) {
        const { status, body } = await register(cidr, confirm);
        assert.equal(status, 400, `${cidr} ${confirm}`);
        assert.match(body.detail, /\/cidr: is every address of IPv[46]/);
      }
    });

  for (const [cidr, needsConfirmation] of [
    ['60.0.0.0/7', true],
    ['62.0.0.0/8', false],
    ['2c00::/15', true],
    ['2d00::/16', false],
  ] as const)
    test(`${what} ${cidr} ${needsConfirmation ? 'needs' : 'needs no'} confirmation`, async () => {
      const plain = await register(cidr);
      assert.equal(plain.status, needsConfirmation ? 400 : 201, plain.raw.body);
      if (needsConfirmation) assert.equal(plain.body.errors[0].pointer, '/confirm');
      const made = needsConfirmation ? await register(cidr, true) : plain;
      assert.equal(made.status, 201, made.raw.body);
      await api.operator(`DELETE ${path}/${made.body.id}`, undefined, headers());
    });
}

test("lenient is the operator's to grant; an account may only return to strict", async () => {
  const own = await api.makeAccount();
  const refused = await own.ask('PATCH /v1/account', { sender_policy: 'lenient', hide_client_ip: true });
  assert.deepEqual([refused.status, refused.body.code], [403, 'forbidden']);
  const unchanged = (await own.ask('GET /v1/account')).body;
  assert.deepEqual([unchanged.sender_policy, unchanged.hide_client_ip], ['strict', false]);
  const granted = await api.operator(`PATCH /v1/admin/accounts/${own.id}`, { sender_policy: 'lenient' });
  assert.deepEqual([granted.status, granted.body.sender_policy], [200, 'lenient']);
  const back = await own.ask('PATCH /v1/account', { sender_policy: 'strict' });
  assert.deepEqual([back.status, back.body.sender_policy], [200, 'strict']);
  const inside = { 'waybill-account': own.id };
  const asGuest = await api.operator('PATCH /v1/account', { sender_policy: 'lenient' }, inside);
  assert.deepEqual([asGuest.status, asGuest.body.sender_policy], [200, 'lenient']);
  const made = await api.operator('POST /v1/admin/accounts', { name: 'free', sender_policy: 'lenient' });
  assert.deepEqual([made.status, made.body.sender_policy], [201, 'lenient']);
});

test('a network belongs to one account, unless all of them share it', async () => {
  const other = await api.makeAccount();
  const ask = (of: TestAccount, cidr: string, shared: boolean) =>
    of.ask('POST /v1/ip-networks', { cidr, shared });
  assert.equal((await ask(account, '93.186.1.1', false)).status, 201);
  assert.equal((await ask(other, '93.186.1.1', false)).status, 409);
  assert.equal((await ask(other, '93.186.1.1', true)).status, 409);
  assert.equal((await ask(account, '93.186.2.2', true)).status, 201);
  assert.equal((await ask(other, '93.186.2.2', true)).status, 201);
});

const overlaps: readonly (readonly [string, string, boolean?])[] = [
  ['93.188.0.128/25', 'inside'],
  ['93.188.0.1', 'an address of'],
  ['93.188.0.128/25', 'shared and inside', true],
  ['93.188.1.0/24', 'around'],
  ['2606:2801:1::/64', 'inside the IPv6 of'],
];
for (const [cidr, where, shared = false] of overlaps)
  test(`an account cannot register ${cidr}, which is ${where} another account's network`, async () => {
    const [owner, other] = [await api.makeAccount(), await api.makeAccount()];
    for (const taken of ['93.188.0.0/24', '93.188.1.8/29', '2606:2801:1::/48'])
      await owner.ask('POST /v1/ip-networks', { cidr: taken, shared });
    const refused = await other.ask('POST /v1/ip-networks', { cidr, shared });
    assert.equal(refused.status, 409, refused.raw.body);
    assert.equal(refused.body.code, 'conflict');
    assert.match(refused.body.detail, /overlaps with a network of another account or with a trusted relay/);
    assert.doesNotMatch(refused.raw.body, new RegExp(owner.id));
    assert.equal((await owner.ask('POST /v1/ip-networks', { cidr })).status, 201);
    for (const { id } of (await owner.ask('GET /v1/ip-networks')).body.data)
      assert.equal((await owner.ask(`DELETE /v1/ip-networks/${id}`)).status, 204);
  });

test('an account cannot register what overlaps with a trusted relay; the operator can, for it', async () => {
  const relay = await api.operator('POST /v1/admin/ip-networks', { cidr: '93.189.0.0/16' });
  assert.equal(relay.status, 201);
  const refused = await account.ask('POST /v1/ip-networks', { cidr: '93.189.7.0/24' });
  assert.equal(refused.status, 409);
  assert.match(refused.body.detail, /trusted relay/);
  const inside = { 'waybill-account': account.id };
  const allowed = await api.operator('POST /v1/ip-networks', { cidr: '93.189.7.0/24' }, inside);
  assert.equal(allowed.status, 201, allowed.raw.body);
});

test('of accounts that register overlapping networks at the same moment one gets its own', async () => {
  const rivals = await Promise.all(Array.from({ length: 6 }, () => api.makeAccount()));
  const answers = await Promise.all(
    rivals.map((rival, index) => rival.ask('POST /v1/ip-networks', { cidr: `93.190.0.0/${24 + index}` })),
  );
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [201, 409, 409, 409, 409, 409]);
});

test('a From address is kept in normal form, once per account', async () => {
  const { body } = await account.ask('POST /v1/from-addresses', { address: '"Ada"@BÜCHER.example' });
  assert.equal(body.address, 'Ada@xn--bcher-kva.example');
  assert.equal((await account.ask('POST /v1/from-addresses', { address: 'Ada@bücher.example' })).status, 409);
  for (const address of ['ada', '@x.test', 'a@b@c', 'Ada <a@b.test>', 'a@b.test\r\nx'])
    assert.equal((await account.ask('POST /v1/from-addresses', { address })).status, 400, address);
});

test('streams and account settings change; what is not theirs does not', async () => {
  const { body } = await account.ask('PATCH /v1/account', {
    tracking: { opens: false },
    suppressed_recipients: 'report',
    bare_line_endings: 'repair',
  });
  assert.deepEqual(body.tracking, { opens: false, clicks: 'all' });
  assert.equal(body.suppressed_recipients, 'report');
  assert.equal(body.bare_line_endings, 'repair');
  assert.equal((await account.ask('PATCH /v1/account', { limits: { per_hour: 1 } })).status, 400);
  const [first] = (await account.ask('GET /v1/streams')).body.data;
  assert.equal(first.unknown_policy, 'prefer_delivery');
  assert.equal(first.is_default, true);
  const changed = await account.ask(`PATCH /v1/streams/${first.id}`, { expiry_minutes: 60 });
  assert.equal(changed.body.expiry_minutes, 60);
  assert.equal((await account.ask('POST /v1/streams', { name: first.name })).status, 409);
  assert.equal((await account.ask('POST /v1/streams', { name: 'Not A Name' })).status, 400);
});

test('suppressions come one by one or by the thousand, whatever the case', async () => {
  const many = Array.from({ length: 1000 }, (_, n) => ({ address: `S${n}@Example.com` }));
  const created = await account.ask('POST /v1/suppressions', { suppressions: many });
  assert.deepEqual(created.body, { created: 1000 });
  const again = await account.ask('POST /v1/suppressions', { suppressions: [{ address: 's7@example.com' }] });
  assert.deepEqual([again.status, again.body], [200, { created: 0 }]);
  const { body } = await account.ask('GET /v1/suppressions/S7%40example.COM');
  assert.equal(body.data[0].address, 's7@example.com');
  assert.equal(body.data[0].reason, 'manual');
  assert.deepEqual((await account.ask('DELETE /v1/suppressions/s7@example.com')).body, { removed: 1 });
  assert.equal((await account.ask('GET /v1/suppressions/s7@example.com')).status, 404);
  const tooMany = { suppressions: [...many, { address: 'x@example.com' }] };
  assert.equal((await account.ask('POST /v1/suppressions', tooMany)).status, 400);
});

test('the operator limits, suspends and resumes; secrets of a smarthost stay inside', async () => {
  const made = await api.operator('POST /v1/admin/accounts', {
    name: 'limited',
    delivery_mode: 'smarthost',
    smarthost_url: 'smtp://user:hunter2@mta.example:587',
    limits: { per_hour: 5 },
  });
  assert.equal(made.status, 201);
  assert.equal(made.body.limits.per_hour, 5);
  assert.ok(!made.raw.body.includes('hunter2'));
  const path = `/v1/admin/accounts/${made.body.id}`;
  const cleared = await api.operator(`PATCH ${path}`, { limits: { per_hour: null }, delivery_mode: null });
  assert.equal(cleared.body.limits.per_hour, null);
  assert.equal(cleared.body.delivery_mode, null);
  const suspended = await api.operator(`POST ${path}/suspend`, { reason: 'spam' });
  assert.deepEqual([suspended.body.status, suspended.body.suspended_reason], ['suspended', 'spam']);
  const log = await api.operator('GET /v1/admin/audit-log?limit=100');
  assert.ok(!log.raw.body.includes('hunter2'));
  assert.equal((await api.operator(`POST ${path}/resume`)).body.status, 'active');
});
