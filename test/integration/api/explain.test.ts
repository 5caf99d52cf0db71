import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { loadConfig } from '@waybill/io/config/config';
import { openReadOnly } from '@waybill/io/delivery/open-explaining';
import { parseHeaders } from '@waybill/mail/headers';
import { eventually } from '../../support/eventually.ts';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
let bare: TestAccount;

before(async () => {
  api = await openTestApi({ env: { DELIVERY_MODE: 'sandbox', SANDBOX_PORT: '2500' } });
  account = await api.makeAccount('Acme');
  bare = await api.makeAccount('Bare');
  const made = await account.ask('POST /v1/domains', { domain: 'acme.example' });
  assert.equal(made.status, 201, made.raw.body);
  const { pool } = api.test.database;
  await pool.query(
    "UPDATE sender_domain SET status = 'verified', verified_at = now() WHERE account_id = $1",
    [account.innerId],
  );
  await pool.query("UPDATE dkim_key SET state = 'active'");
});
after(() => api.close());

const mail = {
  from: 'Acme <app@acme.example>',
  to: 'ada@example.com',
  subject: 'Hello',
  html: '<p>See <a href="https://acme.example/a">this</a></p>',
};

const explain = async (body: unknown, ask = account.ask): Promise<Json> => {
  const { status, body: answer, raw } = await ask('POST /v1/explain', body);
  assert.equal(status, 200, raw.body);
  return answer;
};

/** Rows of every table but those that count requests and uses of keys; the first use of a key from a network is an event. */
async function rowsOf(): Promise<Readonly<Record<string, string>>> {
  const { pool } = api.test.database;
  const { rows } = await pool.query(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ('rate_limit', 'api_key', 'credential_network')",
  );
  const counts: [string, string][] = [];
  for (const { relname } of rows) {
    const uses = relname.startsWith('event_w') ? "WHERE type <> 'credential.new_network'" : '';
    const { rows: found } = await pool.query(
      `SELECT count(*) || ' ' || coalesce(max(xmin::text::bigint), 0) AS state FROM "${relname}" ${uses}`,
    );
    counts.push([relname, found[0].state]);
  }
  return Object.fromEntries(counts);
}

test('it shows account, gates, stream, tracking, signatures, route and the bytes, and changes no row', async () => {
  const before = await rowsOf();
  const said = await explain(mail);
  assert.deepEqual([said.would_accept, said.refusal, said.resolution.by], [true, null, 'auth']);
  assert.deepEqual(
    said.gates.map(({ name, passes }: Json) => [name, passes]),
    [
      ...['require-sender-authorized', 'require-size', 'require-single-fields', 'require-loop-free'],
      ...['require-recipient-allowed', 'require-quota', 'take-quota'],
    ].map((name) => [name, true]),
  );
  assert.deepEqual([said.stream.name, said.tracking.opens.value], ['transactional', true]);
  const [delivery] = said.deliveries;
  assert.equal(delivery.status, 'queued');
  assert.deepEqual(delivery.route.hosts, [{ host: '127.0.0.1', port: 2500, tls: 'opportunistic' }]);
  assert.deepEqual(
    delivery.signatures.map(({ domain }: Json) => domain),
    ['acme.example', 'acme.example'],
  );
  const content = Buffer.from(delivery.content, 'base64');
  const { fields } = parseHeaders(content);
  const signatures = fields.filter(({ key }) => key === 'dkim-signature');
  assert.equal(signatures.length, 2);
  for (const { raw } of signatures) assert.match(raw.toString(), /d=acme\.example;[\s\S]*\bb=\r\n$/);
  assert.ok(fields.every(({ key }) => !key.startsWith('x-waybill-')));
  assert.match(content.toString(), /\/c\//);
  assert.deepEqual(await rowsOf(), before);
});

test('the bytes are those that a message would leave with, but for the signatures, ids and times', async () => {
  const plain = { ...mail, html: undefined, text: 'Hello Ada', tracking: { opens: false, clicks: 'none' } };
  const said = await explain(plain);
  const sent = Buffer.from(said.deliveries[0].content, 'base64').toString();
  assert.match(sent, /\r\nSubject: Hello\r\n/);
  assert.match(sent, /\r\n\r\nHello Ada/);
  assert.match(sent, /^List-Unsubscribe: /m);
  assert.equal(said.deliveries[0].return_path.split('@').length, 2);
});

test('a message that would be refused has every gate with its answer, and no copy', async () => {
  const said = await explain({ ...mail, from: 'x@foreign.example' });
  assert.deepEqual(
    [said.would_accept, said.refusal.code, said.deliveries],
    [false, 'sender_not_verified', []],
  );
  assert.ok(said.refusal.fix.length > 0);
  const [sender, ...others] = said.gates;
  assert.deepEqual([sender.passes, sender.code], [false, 'sender_not_verified']);
  assert.ok(others.every(({ passes }: Json) => passes));
});

test('with a recipient alone it answers whether mail to it would be accepted now', async () => {
  const free = await explain({ to: 'ada@example.com' });
  assert.deepEqual([free.would_accept, free.from], [true, 'postmaster@acme.example']);
  assert.deepEqual([free.deliveries[0].status, free.deliveries[0].content], ['queued', null]);
  await account.ask('POST /v1/suppressions', { address: 'bob@example.com' });
  const stopped = await explain({ to: 'bob@example.com' });
  assert.deepEqual([stopped.would_accept, stopped.refusal?.code], [false, 'recipient_suppressed']);
  const none = await explain({ to: 'ada@example.com' }, bare.ask);
  assert.deepEqual([none.would_accept, none.refusal.code], [false, 'sender_not_verified']);
});

test('a limit that is used up is an answer, and asking uses nothing of it', async () => {
  await api.operator(`PATCH /v1/admin/accounts/${account.id}`, { limits: { per_day: 1 } });
  for (const _ of [1, 2, 3]) assert.equal((await explain({ to: 'ada@example.com' })).would_accept, true);
  const two = await explain({ to: ['ada@example.com', 'eve@example.com'] });
  assert.equal(two.refusal.code, 'quota_too_small');
  assert.equal((await account.ask('POST /v1/messages', { ...mail, to: 'ada@example.com' })).status, 202);
  const full = await explain({ to: 'ada@example.com' });
  assert.deepEqual([full.would_accept, full.refusal.code], [false, 'quota_exceeded']);
  await api.operator(`PATCH /v1/admin/accounts/${account.id}`, { limits: { per_day: null } });
});

test('a whole message is explained with its envelope, and fields beside it are refused', async () => {
  const raw = Buffer.from(
    'From: app@acme.example\r\nTo: ada@example.com\r\nX-Waybill-Stream: none\r\nSubject: Raw\r\n\r\nHi\r\n',
  ).toString('base64');
  const said = await explain({ raw, to: ['ada@example.com', 'eve@example.com'] });
  assert.equal(said.deliveries.length, 2);
  assert.ok(said.deliveries[0].content !== null && said.deliveries[1].content === null);
  const { body } = await account.ask('POST /v1/explain', { raw, to: 'ada@example.com', html: '<p>' });
  assert.deepEqual([body.code, body.errors[0].pointer], ['request_malformed', '/html']);
});

test('what waits for its time says so; a suspended account is refused; a test key stays in the sandbox', async () => {
  const scheduled_at = new Date(Date.now() + 3_600_000).toISOString();
  assert.equal((await explain({ ...mail, scheduled_at })).deliveries[0].status, 'scheduled');
  const { key } = (await account.ask('POST /v1/api-keys', { name: 'test', kind: 'test' })).body;
  assert.equal((await explain(mail, api.as(key))).sandbox, true);
  await api.operator(`POST /v1/admin/accounts/${account.id}/suspend`, { reason: 'test' });
  const said = await eventually('the suspension is known', async () => {
    const answer = await explain(mail);
    return answer.would_accept ? undefined : answer;
  });
  assert.deepEqual([said.refusal.code, said.gates], ['account_suspended', []]);
  await api.operator(`POST /v1/admin/accounts/${account.id}/resume`);
});

test('its connections cannot write', async () => {
  const config = loadConfig({
    DATABASE_URL: api.test.url,
    WAYBILL_MASTER_KEY: randomBytes(32).toString('hex'),
  });
  const database = openReadOnly({ config, onTrouble: () => undefined });
  const writing = database.pool.query('UPDATE account SET name = name');
  await assert.rejects(writing, /read-only transaction/);
  await database.close();
});
