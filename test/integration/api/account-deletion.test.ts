/** An account is deleted, with a time in which that can be undone. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openLog } from '@waybill/io/log/log';
import { accountErasure, erasedTables } from '@waybill/io/postgres/erasure/account-erasure';
import type { Role } from '@waybill/relay/management/roles';
import { eraseDeleted, finishDeletions } from '../../../apps/worker/src/finish-deletions.ts';
import { codeOf } from '../../support/authenticator-app.ts';
import { addMember, type Browser, makeUser, openBrowser, PASSWORD } from './people.ts';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

const never = new AbortController().signal;
const ports = (now = () => new Date()) => ({
  stores: api.dependencies.stores,
  accountErasure: accountErasure(api.test.database),
  log: openLog({ level: 'silent', name: 'test' }),
  random: randomBytes,
  now,
});
const inDays = (days: number) => () => new Date(Date.now() + days * 86_400_000);

async function memberOf(account: TestAccount, role: Role): Promise<Browser> {
  const user = await makeUser(api);
  await addMember(api, user, { accountId: account.innerId, role });
  const browser = openBrowser(api);
  await browser.logIn(user);
  return browser;
}

/** An account with an owner, and a message that waits for its time. */
async function someAccount(name: string) {
  const account = await api.makeAccount(name);
  const owner = await memberOf(account, 'owner');
  await account.mayBeFrom('app@example.com');
  const sent = { from: 'app@example.com', to: 'ada@example.net', subject: 'Later', text: 'Hello' };
  const scheduled_at = inDays(2)().toISOString();
  const { body } = await account.ask('POST /v1/messages', { ...sent, scheduled_at });
  return { account, owner, messageId: String(body.id), sent };
}

const ask = (by: Browser, body: Json) => by.ask('POST /v1/account/deletion', body);
const proof = { current_password: PASSWORD };

test('an owner deletes its account by name and password: keys refuse, mail is cancelled, members only read', async () => {
  const { account, owner, messageId, sent } = await someAccount('Going');
  const wrong = await ask(owner, { name: 'Gone', ...proof });
  assert.deepEqual([wrong.status, wrong.body.errors[0].pointer], [400, '/name']);
  assert.equal((await ask(owner, { name: 'Going' })).status, 400);
  const asked = await ask(owner, { name: 'Going', ...proof });
  assert.equal(asked.status, 200, asked.raw.body);
  assert.equal(asked.body.status, 'deleting');
  const days = (Date.parse(asked.body.deletion.deletes_at) - Date.now()) / 86_400_000;
  assert.ok(days > 13.9 && days < 14.1);
  for (const what of ['GET /v1/account', 'GET /v1/messages'])
    assert.equal((await account.ask(what)).body.code, 'account_deleting');
  assert.equal((await account.ask('POST /v1/messages', sent)).body.code, 'account_deleting');
  assert.equal((await owner.ask('POST /v1/streams', { name: 'x' })).body.code, 'account_deleting');
  await finishDeletions(ports(), never);
  const [delivery] = (await owner.ask(`GET /v1/messages/${messageId}`)).body.deliveries;
  assert.deepEqual([delivery.status, delivery.reason], ['cancelled', 'account is being deleted']);
  assert.equal((await ask(owner, { name: 'Going', ...proof })).status, 403);
  assert.equal((await owner.ask('GET /v1/session')).body.accounts[0].status, 'deleting');
});

test('an owner undoes the deletion: keys work again, and the answer says what stays cancelled', async () => {
  const { account, owner, messageId } = await someAccount('Staying');
  await ask(owner, { name: 'Staying', ...proof });
  await finishDeletions(ports(), never);
  const admin = await memberOf(account, 'admin');
  assert.equal((await admin.ask('DELETE /v1/account/deletion')).status, 403);
  const undone = await owner.ask('DELETE /v1/account/deletion');
  assert.equal(undone.status, 200, undone.raw.body);
  assert.deepEqual([undone.body.status, undone.body.cancelled_deliveries], ['active', 1]);
  const [delivery] = (await account.ask(`GET /v1/messages/${messageId}`)).body.deliveries;
  assert.equal(delivery.status, 'cancelled');
  assert.equal((await owner.ask('DELETE /v1/account/deletion')).status, 409);
  const { rows } = await api.test.database.pool.query(
    `SELECT type FROM event WHERE account_id = $1 AND type LIKE 'account.%' ORDER BY tx, seq`,
    [account.innerId],
  );
  assert.deepEqual(
    rows.map((row: Json) => row.type),
    ['account.deletion_requested', 'account.deletion_undone'],
  );
});

test('three days before an account is erased its owners are reminded, once; a short time to undo has no reminder', async () => {
  const remindersOf = async ({ account }: { account: TestAccount }) => {
    const text = `SELECT detail FROM event WHERE account_id = $1 AND type = 'account.deletion_near'`;
    return (await api.test.database.pool.query(text, [account.innerId])).rows.map((row: Json) => row.detail);
  };
  const [long, short, undone] = [
    await someAccount('Long'),
    await someAccount('Short'),
    await someAccount('Undone'),
  ];
  const begun = await ask(long.owner, { name: 'Long', ...proof });
  await api.operator(`DELETE /v1/admin/accounts/${short.account.id}?grace_days=3`);
  await ask(undone.owner, { name: 'Undone', ...proof });
  await undone.owner.ask('DELETE /v1/account/deletion');
  await finishDeletions(ports(inDays(10.9)), never);
  assert.deepEqual(await remindersOf(long), []);
  for (const days of [11.1, 11.2, 13]) await finishDeletions(ports(inDays(days)), never);
  const [reminder, ...more] = await remindersOf(long);
  assert.equal(reminder.deletesAt, begun.body.deletion.deletes_at.replace(/\.\d+Z$/, 'Z'));
  assert.deepEqual(more, []);
  assert.deepEqual([await remindersOf(short), await remindersOf(undone)], [[], []]);

  await long.owner.ask('DELETE /v1/account/deletion');
  await ask(long.owner, { name: 'Long', ...proof });
  await finishDeletions(ports(inDays(12)), never);
  assert.equal((await remindersOf(long)).length, 2, 'a second deletion has a reminder of its own');
});

test('an owner with a second factor deletes its account by a code, and without a password by nothing else', async () => {
  const { account, owner } = await someAccount('By code');
  const begun = await owner.ask('POST /v1/me/totp', { current_password: PASSWORD });
  const code = (steps: number): string => codeOf(begun.body.secret, Date.now(), steps);
  const enabled = await owner.ask('POST /v1/me/totp/confirm', { code: code(0) });
  assert.equal(enabled.status, 200, enabled.raw.body);
  await api.test.database.pool.query(
    'UPDATE app_user SET password_hash = NULL WHERE id IN (SELECT user_id FROM membership WHERE account_id = $1)',
    [account.innerId],
  );
  const [recovery] = enabled.body.codes;
  for (const given of [{}, proof, { code: code(0) }]) {
    const refused = await ask(owner, { name: 'By code', ...given });
    assert.deepEqual([refused.status, refused.body.errors[0].pointer], [400, '/code']);
  }
  const asked = await ask(owner, { name: 'By code', code: recovery });
  assert.equal(asked.body.status, 'deleting', asked.raw.body);
});

test('neither a key nor a member below owner deletes an account', async () => {
  const { account } = await someAccount('Kept');
  const admin = await memberOf(account, 'admin');
  for (const by of [account, admin])
    assert.equal((await by.ask('POST /v1/account/deletion', { name: 'Kept', ...proof })).status, 403);
});

test('an undone deletion leaves a suspended account suspended', async () => {
  const { account } = await someAccount('Suspended');
  await api.operator(`POST /v1/admin/accounts/${account.id}/suspend`, { reason: 'unpaid' });
  const begun = await api.operator(`DELETE /v1/admin/accounts/${account.id}?grace_days=3`);
  assert.deepEqual([begun.status, begun.body.status], [200, 'deleting']);
  const listed = await api.operator('GET /v1/admin/accounts?status=deleting');
  assert.ok(listed.body.data.some((one: Json) => one.id === account.id));
  assert.equal((await api.operator(`DELETE /v1/admin/accounts/${account.id}`)).status, 409);
  const undone = await api.operator(`POST /v1/admin/accounts/${account.id}/undelete`);
  assert.deepEqual([undone.body.status, undone.body.suspended_reason], ['suspended', 'unpaid']);
});

const countOf = async (table: string, accountId: string): Promise<number> => {
  const text = `SELECT count(*)::integer AS count FROM ${table} WHERE account_id = $1`;
  return (await api.test.database.pool.query(text, [accountId])).rows[0].count;
};

test('after its time an account is erased, the audit log keeps the fact, and other accounts keep all', async () => {
  const { account, owner } = await someAccount('Erased Ltd.');
  const other = await someAccount('Other');
  await account.ask('POST /v1/suppressions', { address: 'gone@example.net' });
  await ask(owner, { name: 'Erased Ltd.', ...proof });
  await finishDeletions(ports(), never);
  await finishDeletions(ports(inDays(13)), never);
  assert.equal((await owner.ask('GET /v1/account')).status, 200);
  const late = ports(inDays(15));
  await finishDeletions(late, never);
  assert.equal(
    (await owner.ask('GET /v1/account', undefined, { 'waybill-account': account.id })).status,
    404,
  );
  assert.equal((await api.operator(`POST /v1/admin/accounts/${account.id}/undelete`)).status, 404);
  assert.ok((await eraseDeleted(late, never)) >= 1);
  for (const table of erasedTables) assert.equal(await countOf(table, account.innerId), 0, table);
  assert.equal(await countOf('message', other.account.innerId), 1);
  const { rows } = await api.test.database.pool.query(
    'SELECT action, target, detail FROM audit_entry WHERE account_id = $1 OR target = $2 ORDER BY sequence',
    [account.innerId, account.id],
  );
  const last = rows.at(-1);
  assert.deepEqual([last.action, last.target, last.detail.after.messages], ['account.erased', account.id, 1]);
  assert.ok(!JSON.stringify(rows).includes('Erased Ltd.'));
  assert.equal((await api.dependencies.stores.auditLog.verify()).ok, true);
  assert.equal(await eraseDeleted(late, never), 0);
});

test('every table with an account is erased, or is known to stay', async () => {
  const { rows } = await api.test.database.pool.query(
    `SELECT table_name AS name FROM information_schema.columns c JOIN pg_class p ON p.relname = c.table_name
     WHERE c.column_name = 'account_id' AND c.table_schema = 'public' AND NOT p.relispartition`,
  );
  const stays = ['usage_hour', 'audit_entry'];
  const missing = rows
    .map((row: Json) => row.name)
    .filter((name: string) => ![...erasedTables, ...stays].includes(name));
  assert.deepEqual(missing, []);
});
