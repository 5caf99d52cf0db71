/** Who may register an address, and what makes it count. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLATFORM_ACCOUNT_ID } from '@waybill/relay/domains/sender-standing';
import { publicId } from '@waybill/relay/id';
import { eventually } from '../../support/eventually.ts';
import { openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let acme: TestAccount;
let beta: TestAccount;

async function verify(account: TestAccount, domain: string): Promise<void> {
  const { body } = await account.ask('POST /v1/domains', { domain });
  const { pool } = api.test.database;
  const { rowCount } = await pool.query(
    "UPDATE sender_domain SET status = 'verified' WHERE account_id = $1 AND domain = $2",
    [account.innerId, domain],
  );
  assert.equal(rowCount, 1, JSON.stringify(body));
  await eventually(
    'the directory knows the domain',
    async () => (await api.dependencies.directory.domainHolder(domain))?.kind === 'account',
  );
}

const register = (account: TestAccount, address: string) =>
  account.ask('POST /v1/from-addresses', { address });
const send = (account: TestAccount, from: string) =>
  account.ask('POST /v1/messages', { from, to: 'ada@example.com', text: 'x' });

before(async () => {
  api = await openTestApi({
    env: {
      WAYBILL_PLATFORM_DOMAIN: 'relay.test',
      WAYBILL_RETURN_PATH_DOMAIN: 'bounces.relay.test',
      WAYBILL_HOSTNAME: 'smtp.hosting.test',
      WAYBILL_TRACKER_URL: 'https://t.clicks.test/x',
    },
  });
  acme = await api.makeAccount('Acme');
  beta = await api.makeAccount('Beta');
  await verify(acme, 'acme.test');
  await verify(beta, 'shop.acme.test');
});
after(() => api.close());

const foreign = [
  'ceo@acme.test',
  'CEO@Sub.ACME.test',
  'x@a.b.acme.test',
  'postmaster@relay.test',
  'x@below.relay.test',
  'x@bounces.relay.test',
  'x@smtp.hosting.test',
  'x@deep.smtp.hosting.test',
  'x@t.clicks.test',
];
for (const address of foreign)
  test(`an account can neither register ${address} nor send as it`, async () => {
    const registered = await register(beta, address);
    assert.deepEqual([registered.status, registered.body.code], [403, 'sender_not_allowed']);
    const sent = await send(beta, address);
    assert.deepEqual([sent.status, sent.body.code], [403, 'sender_not_allowed']);
  });

test('a lenient account cannot send as a domain of another account or of the platform, and can as any other', async () => {
  const free = await api.operator('POST /v1/admin/accounts', { name: 'free', sender_policy: 'lenient' });
  const inside = { 'waybill-account': free.body.id };
  const sendAs = (from: string) =>
    api.operator('POST /v1/messages', { from, to: 'ada@example.com', text: 'x' }, inside);
  for (const from of foreign) {
    const { status, body } = await sendAs(from);
    assert.deepEqual([status, body.code], [403, 'sender_not_allowed'], from);
  }
  assert.equal((await sendAs('x@stranger-bank.test')).status, 202);
});

test('a subdomain that an account verified itself stays its own, and everything below it', async () => {
  for (const address of ['x@shop.acme.test']) {
    const { status, body } = await register(beta, address);
    assert.deepEqual([status, body.status, body.proof], [201, 'confirmed', 'domain']);
    assert.equal((await send(beta, address)).status, 202);
  }
  for (const address of ['x@shop.acme.test', 'x@eu.shop.acme.test'])
    assert.equal((await register(acme, address)).body.code, 'sender_not_allowed');
  const below = await register(beta, 'x@eu.shop.acme.test');
  assert.deepEqual([below.status, below.body.status, below.body.proof], [202, 'unconfirmed', null]);
});

test('an address in a verified domain of the same account counts at once', async () => {
  const { status, body } = await register(acme, 'News@ACME.test');
  assert.deepEqual(
    [status, body.address, body.status, body.proof],
    [201, 'News@acme.test', 'confirmed', 'domain'],
  );
});

test('an address without proof is registered as unconfirmed, and sends nothing', async () => {
  const { status, body } = await register(beta, 'ceo@stranger-bank.test');
  assert.deepEqual([status, body.status, body.proof], [202, 'unconfirmed', null]);
  const sent = await send(beta, 'ceo@stranger-bank.test');
  assert.deepEqual([sent.status, sent.body.code], [403, 'sender_not_verified']);
});

test('the operator vouches for an address, which is written down; the account cannot', async () => {
  const { body } = await register(beta, 'desk@partner.example');
  const path = `POST /v1/from-addresses/${body.id}/vouch`;
  assert.equal((await beta.ask(path)).status, 403);
  const inside = { 'waybill-account': beta.id };
  const vouched = await api.operator(path, undefined, inside);
  assert.deepEqual([vouched.status, vouched.body.status, vouched.body.proof], [200, 'vouched', 'operator']);
  const [entry] = (await beta.ask('GET /v1/audit-log?limit=1')).body.data;
  assert.deepEqual([entry.action, entry.target], ['from_address.vouched', body.id]);
  await eventually(
    'the directory knows the domain',
    async () => (await send(beta, 'desk@partner.example')).status === 202,
  );
});

test('an address that was vouched for counts for its account no more once another account verifies the domain', async () => {
  await beta.mayBeFrom('desk@later.test');
  await eventually(
    'the directory knows the domain',
    async () => (await send(beta, 'desk@later.test')).status === 202,
  );
  await verify(acme, 'later.test');
  const sent = await send(beta, 'desk@later.test');
  assert.deepEqual([sent.status, sent.body.code], [403, 'sender_not_allowed']);
  const row = (await beta.ask('GET /v1/from-addresses?limit=100')).body.data.find(
    (one: { address: string }) => one.address === 'desk@later.test',
  );
  assert.deepEqual([row.status, row.proof], ['vouched', null]);
  const inside = { 'waybill-account': beta.id };
  const again = await api.operator(`POST /v1/from-addresses/${row.id}/vouch`, undefined, inside);
  assert.deepEqual([again.status, again.body.code], [403, 'sender_not_allowed']);
});

test('the account of the platform is in no list, cannot be changed, and no operator acts in it', async () => {
  const id = publicId('acc', PLATFORM_ACCOUNT_ID);
  const { rows } = await api.test.database.pool.query('SELECT id FROM account WHERE id = $1', [
    PLATFORM_ACCOUNT_ID,
  ]);
  assert.equal(rows.length, 1);
  const listed = (await api.operator('GET /v1/admin/accounts?limit=100')).body.data;
  assert.ok(!listed.some((one: { id: string }) => one.id === id));
  const path = `/v1/admin/accounts/${id}`;
  for (const [what, body] of [
    [`GET ${path}`],
    [`PATCH ${path}`, { name: 'x' }],
    [`POST ${path}/suspend`, { reason: 'x' }],
    [`POST ${path}/resume`],
    [`DELETE ${path}`],
  ] as const)
    assert.equal((await api.operator(what, body)).status, 404, what);
  const inside = { 'waybill-account': id };
  for (const what of ['GET /v1/messages', 'GET /v1/events', 'GET /v1/sandbox/messages', 'POST /v1/api-keys'])
    assert.equal((await api.operator(what, undefined, inside)).status, 404, what);
});

/** What `normalAddress` makes one: case of the domain, A-labels and U-labels, quotation marks that are not needed. */
for (const [first, ...others] of [
  ['case@Spelled.example', 'case@spelled.example', 'case@SPELLED.EXAMPLE'],
  ['ada@müller.example', 'ada@xn--mller-kva.example', 'ada@MÜLLER.example', 'ada@XN--MLLER-KVA.example'],
  ['quoted@spelled.example', '"quoted"@spelled.example', '"quo\\ted"@spelled.example'],
  ['two..dots@spelled.example', '"two..dots"@spelled.example'],
  ['.ends.@spelled.example', '".ends."@Spelled.example'],
] as const)
  test(`${first} is registered once, however it is spelled`, async () => {
    const made = await register(beta, first);
    assert.equal(made.status, 202, made.raw.body);
    for (const other of [first, ...others]) {
      const { status, body } = await register(beta, other);
      assert.deepEqual([status, body.code], [409, 'conflict'], other);
    }
    const { data } = (await beta.ask('GET /v1/from-addresses?limit=100')).body;
    const same = data.filter(({ address }: { address: string }) => address === made.body.address);
    assert.equal(same.length, 1);
    assert.equal((await register(acme, others[0])).status, 202, 'another account has its own');
  });

test('the case of the local part is kept: only the receiver knows what it means', async () => {
  assert.equal((await register(beta, 'Joe@spelled.example')).body.address, 'Joe@spelled.example');
  assert.equal((await register(beta, 'joe@spelled.example')).status, 202);
});
