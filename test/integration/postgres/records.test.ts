import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openListener } from '@waybill/io/postgres/connection/listener';
import { openLastUsed } from '@waybill/io/postgres/directory/last-used';
import { idempotency } from '@waybill/io/postgres/mail-store/idempotency';
import { openSandboxStore } from '@waybill/io/postgres/mail-store/sandbox-store';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, someId } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const listener = openListener(database);
const accountId = await addAccount(database);
after(async () => {
  await listener.close();
  await opened.close();
});

const audit = auditLog(database);
const someEntry = (over: object = {}) => ({
  id: someId(),
  accountId,
  actor: 'key_1',
  action: 'domain.created',
  target: 'dom_1',
  detail: { b: 1, a: { z: [1.5, 1e21, null], y: 'ü\0' }, gone: undefined },
  occurredAt: new Date(),
  ...over,
});

test('the audit chain verifies after concurrent appends of any text', async () => {
  await Promise.all(Array.from({ length: 20 }, () => audit.append(someEntry())));
  await audit.append(someEntry({ accountId: undefined, detail: undefined }));
  const twice = someEntry();
  await audit.append(twice);
  await audit.append(twice);
  const { head, ...check } = await audit.verify();
  assert.deepEqual(check, { ok: true, entries: 22 });
  assert.deepEqual([await audit.contains(head), await audit.contains('00'.repeat(32))], [true, false]);
});

test('the audit log is read newest first, page by page', async () => {
  const first = await audit.list(accountId, { limit: 15 });
  const second = await audit.list(accountId, { limit: 15, after: first.at(-1)?.id ?? '' });
  assert.deepEqual([first.length, second.length], [15, 6]);
  const sequences = [...first, ...second].map((entry) => entry.sequence);
  assert.deepEqual(
    sequences,
    sequences.toSorted((a, b) => b - a),
  );
  assert.equal((await audit.list(undefined, { limit: 100 })).length, 22);
});

test('an entry cannot be changed, and a change by a superuser is found', async () => {
  const { pool } = database;
  await assert.rejects(pool.query("UPDATE audit_entry SET actor = 'me'"), /only grows/);
  await assert.rejects(pool.query('DELETE FROM audit_entry'), /only grows/);
  await assert.rejects(pool.query('TRUNCATE audit_entry'), /only grows/);
  await pool.query('ALTER TABLE audit_entry DISABLE TRIGGER USER');
  const { rows } = await pool.query("UPDATE audit_entry SET actor = 'me' WHERE sequence = 7 RETURNING id");
  const { head: _, ...check } = await audit.verify();
  assert.deepEqual(check, { ok: false, entries: 6, brokenAt: rows[0].id });
  await pool.query("UPDATE audit_entry SET actor = 'key_1' WHERE sequence = 7");
  assert.equal((await audit.verify()).ok, true);
  await pool.query('DELETE FROM audit_entry WHERE sequence = 9');
  assert.equal((await audit.verify()).ok, false);
});

const keys = idempotency(database);
const now = new Date();
const later = (milliseconds: number): Date => new Date(now.getTime() + milliseconds);
const asked = (key: string, over: object = {}) => ({
  accountId,
  route: 'POST /v1/messages',
  key,
  bodyHash: Buffer.alloc(32, 1),
  now,
  expiresAt: later(86_400_000),
  ...over,
});

test('of simultaneous requests with one key one runs, and later ones get its answer', async () => {
  const states = await Promise.all(Array.from({ length: 10 }, () => keys.begin(asked('k'))));
  assert.equal(states.filter(({ state }) => state === 'fresh').length, 1);
  assert.equal(states.filter(({ state }) => state === 'running').length, 9);
  await keys.finish({ ...asked('k'), status: 202, response: { id: 'msg_1' } });
  await keys.finish({ ...asked('k'), status: 500, response: {} });
  assert.deepEqual(await keys.begin(asked('k')), { state: 'done', status: 202, response: { id: 'msg_1' } });
  await keys.forget(asked('k'));
  assert.equal((await keys.begin(asked('k'))).state, 'done');
});

test('another body is a conflict; another account or route is another key', async () => {
  await keys.begin(asked('other'));
  assert.equal((await keys.begin(asked('other', { bodyHash: Buffer.alloc(32, 2) }))).state, 'conflict');
  assert.equal((await keys.begin(asked('other', { accountId: await addAccount(database) }))).state, 'fresh');
  assert.equal((await keys.begin(asked('other', { route: 'POST /v1/domains' }))).state, 'fresh');
});

test('a request that failed temporarily, expired, or lost its process starts again', async () => {
  await keys.begin(asked('a'));
  await keys.forget(asked('a'));
  assert.equal((await keys.begin(asked('a'))).state, 'fresh');
  assert.equal((await keys.begin(asked('a', { now: later(59_000) }))).state, 'running');
  assert.equal((await keys.begin(asked('a', { now: later(61_000) }))).state, 'fresh');
  await keys.finish({ ...asked('a'), status: 200, response: null });
  const tomorrow = { now: later(86_400_001), expiresAt: later(172_800_000), bodyHash: Buffer.alloc(32, 3) };
  assert.equal((await keys.begin(asked('a', tomorrow))).state, 'fresh');
  assert.ok((await keys.removeExpired(later(200_000_000))) > 0);
});

const someCatch = (rcptTo: string, over: object = {}) => ({
  id: someId(),
  accountId,
  mailFrom: 'b-1@bounces.waybill.test',
  rcptTo,
  heloName: 'mx.test',
  tls: 'TLSv1.3',
  bytes: Buffer.from([0, 1, 255]),
  receivedAt: new Date(),
  ...over,
});

for (const [name, sandbox] of [
  ['listening', openSandboxStore({ database, listener })],
  ['polling', openSandboxStore({ database })],
] as const)
  test(`a caller that waits for a message gets it when it comes (${name})`, async () => {
    const to = `${name}@rcpt.example`;
    const started = performance.now();
    const waiting = sandbox.list(accountId, { to, limit: 10, waitMs: 30_000 });
    await wait(100);
    await sandbox.save(someCatch('someone.else@rcpt.example'));
    const caught = someCatch(to.toUpperCase());
    await sandbox.save(caught);
    const [row] = await waiting;
    assert.equal(row?.id, caught.id);
    assert.equal(row?.size, 3);
    assert.ok(performance.now() - started < 15_000);
    assert.deepEqual((await sandbox.one(accountId, caught.id))?.bytes, caught.bytes);
  });

test('waiting ends when nothing comes, and the operator sees mail that belongs to no account', async () => {
  const sandbox = openSandboxStore({ database, listener });
  assert.deepEqual(await sandbox.list(accountId, { to: 'absent@rcpt.example', limit: 1, waitMs: 300 }), []);
  const stray = someCatch('stray@rcpt.example', { accountId: undefined });
  await sandbox.save(stray);
  assert.deepEqual(await sandbox.list(accountId, { to: 'stray@rcpt.example', limit: 1 }), []);
  assert.equal((await sandbox.list(undefined, { to: 'stray@rcpt.example', limit: 1 }))[0]?.id, stray.id);
  assert.ok((await sandbox.remove(accountId)) > 0);
  assert.equal((await sandbox.list(undefined, { limit: 10 })).length, 1);
});

const nowhere = { countryOf: async () => undefined };

test('the latest use of a credential is saved', async () => {
  const id = someId();
  await database.pool.query(
    "INSERT INTO smtp_credential (id, account_id, username, name, secret_hash) VALUES ($1, $2, 'u', 'n', '')",
    [id, accountId],
  );
  const used = openLastUsed({ database, countries: nowhere });
  used.note('smtp_credential', id, { ip: '192.0.2.1', at: now });
  used.note('smtp_credential', id, { ip: '2001:db8::1', at: later(1_000) });
  await used.close();
  const { rows } = await database.pool.query(
    'SELECT last_used_at, last_used_ip FROM smtp_credential WHERE id = $1',
    [id],
  );
  assert.deepEqual(rows, [{ last_used_at: later(1_000), last_used_ip: '2001:db8::1' }]);
});
