/** The audit log says what stood before and what stands after, and says nothing where nothing changed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
before(async () => {
  api = await openTestApi();
  account = await api.makeAccount('Audited');
});
after(() => api.close());

const entries = async (): Promise<readonly Json[]> =>
  (await api.operator('GET /v1/admin/audit-log?limit=100')).body.data;
const newest = async (): Promise<Json> => (await entries())[0];

test('a change shows the fields that differ, before and after', async () => {
  await account.ask('PATCH /v1/account', { name: 'Renamed', hide_client_ip: false });
  const { action, detail } = await newest();
  assert.equal(action, 'account.changed');
  assert.deepEqual([detail.before, detail.after], [{ name: 'Audited' }, { name: 'Renamed' }]);
  assert.match(detail.request_id, /^req_/);
});

test('what is new has nothing before, what is removed nothing after, and neither shows a secret', async () => {
  const { body } = await account.ask('POST /v1/smtp-credentials', { name: 'app' });
  const created = (await newest()).detail;
  assert.deepEqual([created.before, created.after.id, created.after.name], [null, body.id, 'app']);
  await account.ask(`DELETE /v1/smtp-credentials/${body.id}`);
  const removed = (await newest()).detail;
  assert.deepEqual([removed.before.id, removed.after], [body.id, null]);
  assert.ok(!JSON.stringify(await entries()).includes(body.secret));
});

test('a request that changes nothing leaves no entry', async () => {
  const stream = (await account.ask('POST /v1/streams', { name: 'quiet' })).body;
  await account.ask('POST /v1/suppressions', { address: 'known@example.com' });
  const inside = `/v1/admin/accounts/${account.id}`;
  const count = (await entries()).length;
  for (const [ask, request, body] of [
    [account.ask, 'PATCH /v1/account', { name: 'Renamed' }],
    [account.ask, 'PATCH /v1/account', {}],
    [account.ask, `PATCH /v1/streams/${stream.id}`, { retention: stream.retention }],
    [account.ask, 'POST /v1/suppressions', { address: 'KNOWN@example.com' }],
    [account.ask, 'DELETE /v1/sandbox/messages', undefined],
    [api.operator, `PATCH ${inside}`, { limits: { per_hour: null } }],
    [api.operator, `POST ${inside}/resume`, undefined],
  ] as const)
    assert.equal((await ask(request, body)).status, 200, request);
  assert.equal((await entries()).length, count);
});

test('suspending shows the status before and after, with the reason', async () => {
  const { id } = (await api.operator('POST /v1/admin/accounts', { name: 'Late' })).body;
  await api.operator(`POST /v1/admin/accounts/${id}/suspend`, { reason: 'unpaid' });
  const { detail, target } = await newest();
  assert.equal(target, id);
  assert.deepEqual(detail.before, { status: 'active', suspended_reason: null });
  assert.deepEqual(detail.after, { status: 'suspended', suspended_reason: 'unpaid' });
});

const url = 'smtp://relay:hunter2@smarthost.example:587';
const masked = 'smtp://relay:***@smarthost.example:587';

test('a smarthost URL is shown masked, and sent back as it is shown it changes nothing', async () => {
  const made = await api.operator('POST /v1/admin/accounts', { name: 'Smart', smarthost_url: url });
  assert.equal(made.body.smarthost_url, masked);
  const path = `/v1/admin/accounts/${made.body.id}`;
  const count = (await entries()).length;
  const same = await api.operator(`PATCH ${path}`, { smarthost_url: masked });
  assert.deepEqual([same.status, same.body.smarthost_url], [200, masked]);
  assert.equal((await entries()).length, count);
  const changed = await api.operator(`PATCH ${path}`, { smarthost_url: url.replace('hunter2', 'hunter3') });
  assert.equal(changed.body.smarthost_url, masked);
  const entry = await newest();
  assert.deepEqual([entry.action, entry.detail.after], ['account.changed', { smarthost_url: masked }]);
  const refused = await api.operator(`PATCH ${path}`, {
    smarthost_url: masked.replace('smarthost', 'other'),
  });
  assert.equal(refused.status, 400);
  assert.equal(refused.body.errors[0].pointer, '/smarthost_url');
  assert.equal((await api.operator(`PATCH ${path}`, { smarthost_url: null })).body.smarthost_url, null);
  assert.doesNotMatch(JSON.stringify(await entries()), /hunter/);
});

test('an account does not see the smarthost that the operator gave it', async () => {
  assert.equal('smarthost_url' in (await account.ask('GET /v1/account')).body, false);
});
