/** The mailed link: who is asked, how often, and what opening it and pressing its buttons does. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PLATFORM_ACCOUNT_ID } from '@waybill/relay/domains/sender-standing';
import { publicId } from '@waybill/relay/id';
import { eventually } from '../../support/eventually.ts';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

const DAY_MS = 86_400_000;
const form = { 'content-type': 'application/x-www-form-urlencoded' };
let api: TestApi;
let clock = Date.now();

before(async () => {
  api = await openTestApi({
    env: { WAYBILL_PLATFORM_DOMAIN: 'relay.test', WAYBILL_RETURN_PATH_DOMAIN: 'bounces.relay.test' },
    dependencies: { now: () => new Date(clock) },
  });
});
after(() => api.close());

type Mail = { readonly id: string; readonly text: string; readonly recipients: readonly string[] };

/** Mail of the product as it was accepted, the oldest first. */
async function mailsTo(address: string): Promise<readonly Mail[]> {
  const { rows } = await api.test.database.pool.query(
    `SELECT m.id, m.envelope, convert_from(c.bytes, 'UTF8') AS text FROM message m JOIN message_content c ON c.message_id = m.id
     WHERE m.account_id = $1 ORDER BY m.id`,
    [PLATFORM_ACCOUNT_ID],
  );
  return rows
    .map((row: Json) => ({ id: row.id, text: row.text, recipients: row.envelope.rcptTo }))
    .filter(({ recipients }) => recipients.includes(address));
}

const tokenIn = (mail: Mail | undefined): string => {
  const found = /http:\/\/127\.0\.0\.1:3000\/confirm\/(wb_link_[0-9a-z]{32})/.exec(mail?.text ?? '')?.[1];
  assert.ok(found, `no link in: ${mail?.text}`);
  return found;
};

let count = 0;
const someAddress = (): string => `desk-${count++}@stranger.example`;
const register = (account: TestAccount, address: string) =>
  account.ask('POST /v1/from-addresses', { address });
const again = (account: TestAccount, id: string) => account.ask(`POST /v1/from-addresses/${id}/confirmation`);
const statusOf = async (account: TestAccount, id: string): Promise<string> =>
  (await account.ask('GET /v1/from-addresses?limit=100')).body.data.find((one: Json) => one.id === id).status;
const browser = (what: string) => api.as(undefined)(what, what.startsWith('POST') ? '' : undefined, form);

/** An address that was asked, with the token of its mail. */
async function asked(account: TestAccount, address = someAddress()) {
  const { status, body } = await register(account, address);
  assert.deepEqual([status, body.status, body.confirmation.mailed], [202, 'unconfirmed', true]);
  return { id: body.id as string, address, token: tokenIn((await mailsTo(address)).at(-1)) };
}

test('the mail names the account, the address and the link, and holds no other word of the account', async () => {
  const account = await api.makeAccount('<b>Evil</b> https://evil.example/pay\u202e "now"');
  const { address } = await asked(account);
  const [mail] = await mailsTo(address);
  assert.match(mail?.text ?? '', /^From: Waybill <noreply@relay\.test>\r$/m);
  assert.match(mail?.text ?? '', /^Auto-Submitted: auto-generated\r$/m);
  assert.match(mail?.text ?? '', /^Account: b Evil b https evil\. example pay now\r$/m);
  assert.doesNotMatch(mail?.text ?? '', /evil\.example|<b>|\u202e/);
  assert.equal(mail?.text.match(/https?:\/\//g)?.length, 1);
});

test('opening the link shows who asks and changes nothing; its button confirms, once', async () => {
  const account = await api.makeAccount('Shop & <Co>');
  const { id, address, token } = await asked(account);
  for (let opened = 0; opened < 3; opened++) {
    const { status, raw } = await browser(`GET /confirm/${token}`);
    assert.equal(status, 200);
    assert.match(raw.body, /Shop &amp; Co/);
    assert.ok(raw.body.includes(address) && raw.body.includes('relay.test'));
    assert.doesNotMatch(raw.body, /<script/i);
    assert.match(String(raw.headers['content-security-policy']), /default-src 'none'.*form-action 'self'/);
    assert.equal(raw.headers['referrer-policy'], 'same-origin');
    assert.equal(raw.headers['cache-control'], 'no-store');
  }
  assert.equal(await statusOf(account, id), 'unconfirmed');
  assert.equal((await browser(`HEAD /confirm/${token}`)).status, 200);
  const both = await Promise.all([browser(`POST /confirm/${token}`), browser(`POST /confirm/${token}`)]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 404]);
  assert.equal(await statusOf(account, id), 'confirmed');
  assert.equal((await browser(`GET /confirm/${token}`)).status, 404);
  const entries = (await account.ask('GET /v1/audit-log')).body.data;
  const confirmed = entries.filter((one: Json) => one.action === 'from_address.confirmed');
  assert.deepEqual(
    confirmed.map((one: Json) => [one.actor, one.target, one.detail]),
    [['mailbox', id, { address, before: { status: 'unconfirmed' }, after: { status: 'confirmed' } }]],
  );
  await eventually('the address may send', async () => {
    const sent = { from: address, to: 'ada@example.com', text: 'x' };
    return (await account.ask('POST /v1/messages', sent)).status === 202;
  });
});

test('a link works for 24 hours', async () => {
  const account = await api.makeAccount();
  const { id, token } = await asked(account);
  clock += DAY_MS - 1000;
  assert.equal((await browser(`GET /confirm/${token}`)).status, 200);
  clock += 1001;
  assert.equal((await browser(`GET /confirm/${token}`)).status, 404);
  assert.equal((await browser(`POST /confirm/${token}`)).status, 404);
  assert.equal((await browser(`POST /confirm/${token}/refuse`)).status, 404);
  assert.equal(await statusOf(account, id), 'unconfirmed');
});

test('a token that was never made opens nothing', async () => {
  for (const token of ['x', `wb_link_${'0'.repeat(32)}`, 'wb_link_%00', "'", '..%2f..'])
    for (const what of [`GET /confirm/${token}`, `POST /confirm/${token}`, `POST /confirm/${token}/refuse`])
      assert.equal((await browser(what)).status, 404, what);
});

test('only the hash of the token is stored with the address', async () => {
  const account = await api.makeAccount();
  const { token } = await asked(account);
  const { rows } = await api.test.database.pool.query(
    'SELECT row_to_json(f)::text AS row FROM from_address f',
  );
  assert.ok(rows.every((row: Json) => !row.row.includes(token)));
});

test('"not me" uses the link up, and no account can have a mail sent to this address again', async () => {
  const [account, other] = [await api.makeAccount(), await api.makeAccount()];
  const { id, address, token } = await asked(account);
  assert.equal((await browser(`POST /confirm/${token}/refuse`)).status, 200);
  assert.equal((await browser(`POST /confirm/${token}`)).status, 404);
  assert.equal(await statusOf(account, id), 'unconfirmed');
  clock += 2 * DAY_MS;
  const mails = (await mailsTo(address)).length;
  const refused = await again(account, id);
  assert.deepEqual([refused.status, refused.body.code], [409, 'confirmation_refused']);
  const registered = await register(other, address.replace('desk', 'DESK'));
  assert.deepEqual(
    [registered.status, registered.body.confirmation.mailed, registered.body.confirmation.code],
    [202, false, 'confirmation_refused'],
  );
  assert.equal((await mailsTo(address)).length, mails);
  const entries = (await account.ask('GET /v1/audit-log')).body.data;
  const entry = entries.find((one: Json) => one.action === 'from_address.refused' && one.target === id);
  assert.deepEqual([entry.detail.before, entry.detail.after], [{ refused: false }, { refused: true }]);
});

test('an address gets one mail a day, over all accounts and however many ask at once', async () => {
  const accounts = await Promise.all(Array.from({ length: 8 }, () => api.makeAccount()));
  const address = someAddress();
  const answers = await Promise.all(accounts.map((account) => register(account, address)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    accounts.map(() => 202),
  );
  assert.equal(answers.filter(({ body }) => body.confirmation.mailed).length, 1);
  const late = answers.find(({ body }) => !body.confirmation.mailed);
  assert.equal(late?.body.confirmation.code, 'confirmation_limited');
  assert.match(late?.body.confirmation.detail, /one mail a day to this address/);
  assert.equal((await mailsTo(address)).length, 1);
  const asker = accounts[answers.findIndex(({ body }) => body.confirmation.mailed)] as TestAccount;
  const id = answers.find(({ body }) => body.confirmation.mailed)?.body.id;
  const tooEarly = await again(asker, id);
  assert.deepEqual([tooEarly.status, tooEarly.body.code], [429, 'confirmation_limited']);
  assert.ok(Number(tooEarly.raw.headers['retry-after']) > 86_000, 'Retry-After says when');
  clock += DAY_MS;
  const next = await again(asker, id);
  assert.deepEqual([next.status, next.body.confirmation.mailed], [202, true]);
  const mails = await mailsTo(address);
  assert.equal(mails.length, 2);
  assert.equal((await browser(`GET /confirm/${tokenIn(mails[0])}`)).status, 404, 'the older link');
  assert.equal((await browser(`GET /confirm/${tokenIn(mails[1])}`)).status, 200, 'the newer link');
});

test('an account has ten mails a day, however many it asks for at once', async () => {
  const account = await api.makeAccount();
  const addresses = Array.from({ length: 14 }, someAddress);
  const answers = await Promise.all(addresses.map((address) => register(account, address)));
  assert.equal(answers.filter(({ body }) => body.confirmation.mailed).length, 10);
  const refused = answers.find(({ body }) => !body.confirmation.mailed)?.body;
  assert.match(refused.confirmation.detail, /ten mails a day for this account/);
  const mailed = await Promise.all(addresses.map(mailsTo));
  assert.equal(mailed.flat().length, 10);
  assert.equal((await again(account, refused.id)).status, 429);
  assert.equal((await asked(await api.makeAccount())).address.length > 0, true);
  clock += DAY_MS;
  assert.equal((await again(account, refused.id)).status, 202);
});

test('no mail goes to an address that the account or the platform has suppressed', async () => {
  const account = await api.makeAccount();
  const [own, platform] = [someAddress(), someAddress()];
  await account.ask('POST /v1/suppressions', { address: own });
  await api.dependencies.stores.suppressions.create(PLATFORM_ACCOUNT_ID, [
    {
      id: '01a22499-7706-758e-a14f-726b2cf8799e',
      address: platform,
      reason: 'hard_bounce',
      createdAt: new Date(),
    },
  ]);
  for (const address of [own, platform]) {
    const { status, body } = await register(account, address);
    assert.deepEqual(
      [status, body.confirmation.mailed, body.confirmation.code],
      [202, false, 'recipient_suppressed'],
    );
    assert.equal((await again(account, body.id)).status, 409);
    assert.equal((await mailsTo(address)).length, 0);
  }
});

test('a link does not work any more once another account has verified the domain', async () => {
  const [account, owner] = [await api.makeAccount(), await api.makeAccount()];
  const { id, token } = await asked(account, 'desk@soon-verified.example');
  await owner.ask('POST /v1/domains', { domain: 'soon-verified.example' });
  await api.test.database.pool.query(
    "UPDATE sender_domain SET status = 'verified' WHERE domain = 'soon-verified.example'",
  );
  await eventually(
    'the address may send',
    async () => (await browser(`GET /confirm/${token}`)).status === 404,
  );
  assert.equal((await browser(`POST /confirm/${token}`)).status, 404);
  assert.equal(await statusOf(account, id), 'unconfirmed');
  const refused = await again(account, id);
  assert.deepEqual([refused.status, refused.body.code], [403, 'sender_not_allowed']);
});

test('a suspended account has no mail sent', async () => {
  const account = await api.makeAccount();
  const { id, address } = await asked(account);
  await api.operator(`POST /v1/admin/accounts/${account.id}/suspend`, { reason: 'spam' });
  clock += DAY_MS;
  const other = someAddress();
  for (const refused of [await again(account, id), await register(account, other)])
    assert.deepEqual([refused.status, refused.body.code], [403, 'account_suspended']);
  assert.equal((await mailsTo(address)).length, 1);
  assert.equal((await mailsTo(other)).length, 0);
});

test('an address that counts needs no mail and gets none', async () => {
  const account = await api.makeAccount();
  const address = someAddress();
  const id = await account.mayBeFrom(address);
  const mails = (await mailsTo(address)).length;
  clock += DAY_MS;
  const { status, body } = await again(account, id);
  assert.deepEqual([status, body.code], [409, 'conflict']);
  assert.equal((await mailsTo(address)).length, mails);
});

test('an address whose mail could not be accepted is not registered, and takes no place in the limits', async () => {
  const account = await api.makeAccount();
  const address = someAddress();
  const { accept } = api.dependencies;
  const broken = api.dependencies as { accept: typeof accept };
  broken.accept = async () => {
    throw new Error('no database');
  };
  const failed = await register(account, address).finally(() => {
    broken.accept = accept;
  });
  assert.equal(failed.status, 503);
  assert.deepEqual((await account.ask('GET /v1/from-addresses')).body.data, []);
  await asked(account, address);
});

test('in production the sandbox shows mail of the product to no operator either', async () => {
  const caught = (accountId: string | undefined, id: string) => ({
    id,
    ...(accountId === undefined ? {} : { accountId }),
    mailFrom: 'b@bounces.relay.test',
    rcptTo: 'desk@caught.example',
    heloName: 'localhost',
    bytes: Buffer.from('Subject: Caught\r\n\r\nhttps://relay.test/confirm/wb_link_0\r\n'),
    receivedAt: new Date(),
  });
  const [hidden, shown] = ['01a22499-7706-758e-a14f-726b2cf87991', '01a22499-7706-758e-a14f-726b2cf87992'];
  await api.dependencies.stores.sandbox.save(caught(PLATFORM_ACCOUNT_ID, hidden));
  await api.dependencies.stores.sandbox.save(caught(undefined, shown));
  const list = await api.operator('GET /v1/sandbox/messages?to=desk@caught.example');
  assert.deepEqual(
    list.body.data.map((one: Json) => one.id),
    [publicId('box', shown)],
  );
  for (const path of ['', '/raw'])
    assert.equal(
      (await api.operator(`GET /v1/sandbox/messages/${publicId('box', hidden)}${path}`)).status,
      404,
    );
});

test('mail of the product can be read by no tenant and no operator, in any way that the API has', async () => {
  const account = await api.makeAccount();
  const { token, address } = await asked(account);
  const messageId = (await mailsTo(address))[0]?.id ?? '';
  const publicMessage = publicId('msg', messageId);
  for (const ask of [account.ask, api.operator])
    for (const path of [
      `/v1/messages/${publicMessage}`,
      `/v1/messages/${publicMessage}/trace`,
      `/v1/messages/${publicMessage}/events`,
      `/v1/messages/${publicMessage}/content?part=raw`,
    ])
      assert.notEqual((await ask(`GET ${path}`)).status, 200, path);
  for (const path of [
    '/v1/messages',
    '/v1/events',
    `/v1/recipients/${encodeURIComponent(address)}`,
    '/v1/audit-log',
    '/v1/from-addresses',
    '/v1/sandbox/messages',
  ])
    assert.ok(!(await account.ask(`GET ${path}`)).raw.body.includes(token), path);
  for (const path of [
    '/v1/sandbox/messages',
    '/v1/admin/audit-log',
    '/v1/admin/discards',
    '/v1/admin/accounts',
  ])
    assert.ok(!(await api.operator(`GET ${path}?limit=100`)).raw.body.includes(token), path);
});
