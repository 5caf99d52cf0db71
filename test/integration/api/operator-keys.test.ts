import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { makeApiKey } from '@waybill/io/secrets/generated-secret';
import { makeId, parsePublicId, publicId } from '@waybill/relay/id';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

async function makeKey(name: string, expiresAt?: Date) {
  const createdAt = new Date();
  const id = makeId(createdAt, randomBytes(10));
  const { text, secretHash } = makeApiKey('admin', id);
  const key = { id, kind: 'admin', name, secretHash, scopes: ['admin:*'], createdAt } as const;
  await api.dependencies.stores.apiKeys.create(expiresAt === undefined ? key : { ...key, expiresAt });
  return { id: publicId('key', id), ask: api.as(text) };
}
const listed = async (): Promise<readonly Json[]> => (await api.operator('GET /v1/admin/api-keys')).body.data;

test('operator keys are listed without secrets; keys of accounts are not among them', async () => {
  const { id } = await makeKey('second');
  await api.makeAccount();
  const rows = await listed();
  assert.deepEqual(
    rows.map(({ name, kind }: Json) => [name, kind]),
    [
      ['second', 'admin'],
      ['test', 'admin'],
    ],
  );
  assert.ok(!JSON.stringify(rows).includes('secret'));
  assert.equal((await api.operator(`GET /v1/admin/api-keys/${id}`)).body.name, 'second');
});

test('a revoked operator key opens nothing any more, and who revoked it stands in the audit log', async () => {
  const { id, ask } = await makeKey('doomed');
  assert.equal((await ask('GET /v1/admin/health')).status, 200);
  assert.equal((await api.operator(`DELETE /v1/admin/api-keys/${id}`)).status, 204);
  assert.equal((await ask('GET /v1/admin/health')).status, 401);
  assert.equal((await api.operator(`DELETE /v1/admin/api-keys/${id}`)).status, 404);
  const { body } = await api.operator('GET /v1/admin/audit-log?action=operator_key.revoked');
  assert.equal(body.data[0].target, id);
  assert.match(body.data[0].actor, /^key_/);
  const { before, after } = body.data[0].detail;
  assert.deepEqual([before.id, before.name, before.scopes, after], [id, 'doomed', ['admin:*'], null]);
});

test('a key of an account neither sees operator keys nor revokes them, nor is revoked here', async () => {
  const account = await api.makeAccount();
  const [{ id }] = (await listed()) as [Json];
  assert.equal((await account.ask('GET /v1/admin/api-keys')).status, 404);
  assert.equal((await account.ask(`DELETE /v1/admin/api-keys/${id}`)).status, 404);
  const [own] = (await account.ask('GET /v1/api-keys')).body.data;
  assert.equal((await api.operator(`DELETE /v1/admin/api-keys/${own.id}`)).status, 404);
});

test('of two operator keys that are revoked at the same time one stays, ten times in a row', async () => {
  const { id: first } = (await listed()).find(({ name }: Json) => name === 'test');
  for (const row of await listed())
    if (row.id !== first) await api.operator(`DELETE /v1/admin/api-keys/${row.id}`);
  await makeKey('expired', new Date(Date.now() - 1_000));
  const { apiKeys } = api.dependencies.stores;
  for (let round = 0; round < 10; round += 1) {
    const rival = await makeKey(`rival ${round}`);
    const keep = (await listed()).filter(({ name }: Json) => name !== 'expired');
    const inner = keep.map(({ id }: Json) => id);
    assert.equal(inner.length, 2);
    const done = await Promise.all(
      inner.map((id) => apiKeys.revokeOperators(parsePublicId('key', id) ?? '', new Date())),
    );
    assert.deepEqual(done.toSorted(), ['last', 'revoked'], rival.id);
    await api.test.database.pool.query('UPDATE api_key SET revoked_at = NULL WHERE name = $1', ['test']);
    await api.test.database.pool.query("UPDATE api_key SET revoked_at = now() WHERE name LIKE 'rival%'");
  }
});

test('the last operator key that works is not revoked, an expired one is', async () => {
  const rows = await listed();
  const { id: last } = rows.find(({ name }: Json) => name === 'test');
  const refused = await api.operator(`DELETE /v1/admin/api-keys/${last}`);
  assert.equal(refused.status, 409);
  assert.match(refused.body.detail, /last operator key that works/);
  const { id: expired } = rows.find(({ name }: Json) => name === 'expired');
  assert.equal((await api.operator(`DELETE /v1/admin/api-keys/${expired}`)).status, 204);
  assert.equal((await api.operator('GET /v1/admin/health')).status, 200);
});
