/** Switches at a running installation: they reach mail that was accepted within ten seconds, and nothing of it leaves. docs/reliability.md S32. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { apiOf, freshRecipient, type Json, newTenant, operator, type Tenant } from '../support/black-box.ts';
import { freePortOffset, openDatabaseOf, startTestDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

let dev: TestDev;
before(async () => {
  // Deferred mail waits for an hour: what happens to it sooner, a switch did.
  dev = await startTestDev({ portOffset: await freePortOffset(), env: { RETRY_MINUTES: '60' } });
});
after(() => dev.stop());

const WITHIN_MS = 10_000;

type Deferred = { readonly id: string; readonly to: string };

/** A message that its recipient's host put off. */
async function deferred(tenant: Tenant, key: string): Promise<Deferred> {
  const to = freshRecipient('greylist', 'sandbox.test');
  const asKey = apiOf({ url: dev.file.api.url, key });
  const body = { from: `app@${tenant.domain}`, to: [to], subject: 'Switches', text: 'Hello' };
  const { id } = await asKey.post('/v1/messages', body);
  await standing(tenant, id, 'deferred');
  return { id, to };
}

async function standing(tenant: Tenant, id: string, status: string): Promise<Json> {
  const from = Date.now();
  const delivery = await eventually(`${id} is ${status}`, async () => {
    const message = await tenant.api.get(`/v1/messages/${id}`);
    return message.deliveries.find((one: Json) => one.status === status);
  });
  const tookMs = Date.now() - from;
  assert.ok(tookMs < WITHIN_MS, `${status} after ${tookMs} ms`);
  return delivery;
}

async function tenantWithKey(name: string) {
  const tenant = await newTenant(dev.file, name);
  const made = await tenant.api.post('/v1/api-keys', { name });
  return { tenant, key: String(made.key), keyId: String(made.id) };
}

const typesOf = async (tenant: Tenant, id: string): Promise<readonly string[]> => {
  const trace = await tenant.api.get(`/v1/messages/${id}/trace`);
  return trace.entries.filter(({ kind }: Json) => kind === 'event').map(({ what }: Json) => what);
};

test('a suspension holds deferred mail, and a resume lets it go on by itself', async () => {
  const { tenant, key } = await tenantWithKey('suspended');
  const { id } = await deferred(tenant, key);
  await operator(dev.file).post(`/v1/admin/accounts/${tenant.id}/suspend`, { reason: 'scenario' });
  const held = await standing(tenant, id, 'held');
  assert.match(held.reason, /^account suspended/);
  assert.deepEqual([held.attempts, held.next_attempt_at], [1, null]);
  await assert.rejects(apiOf({ url: dev.file.api.url, key }).post(`/v1/messages/${id}/release`), {
    status: 403,
  });
  await operator(dev.file).post(`/v1/admin/accounts/${tenant.id}/resume`);
  assert.equal((await standing(tenant, id, 'delivered')).attempts, 2);
  assert.deepEqual(await typesOf(tenant, id), ['queued', 'deferred', 'held', 'requeued', 'delivered']);
});

test('a revoked API key is refused at once, its mail is held, and a release lets it leave', async () => {
  const { tenant, key, keyId } = await tenantWithKey('revoked');
  const { id } = await deferred(tenant, key);
  await tenant.api.remove(`/v1/api-keys/${keyId}`);
  await assert.rejects(apiOf({ url: dev.file.api.url, key }).get('/v1/messages'), { status: 401 });
  assert.match((await standing(tenant, id, 'held')).reason, /^API key revoked/);
  await tenant.api.post(`/v1/messages/${id}/release`);
  assert.equal((await standing(tenant, id, 'delivered')).attempts, 2);
});

test('a key that is revoked with pending=send lets its accepted mail go on', async () => {
  const { tenant, key, keyId } = await tenantWithKey('sends');
  const { id } = await deferred(tenant, key);
  await tenant.api.remove(`/v1/api-keys/${keyId}?pending=send`);
  await assert.rejects(apiOf({ url: dev.file.api.url, key }).get('/v1/messages'), { status: 401 });
  await tenant.api.post(`/v1/messages/${id}/retry`);
  assert.equal((await standing(tenant, id, 'delivered')).attempts, 2);
  await assert.rejects(
    tenant.api.remove(`/v1/smtp-credentials/${keyId.replace('key_', 'cred_')}?pending=later`),
    {
      status: 400,
    },
  );
});

test('mail of a removed domain is held and can be cancelled', async () => {
  const { tenant, key } = await tenantWithKey('removed');
  const { id } = await deferred(tenant, key);
  const { data } = await tenant.api.get('/v1/domains');
  await tenant.api.remove(`/v1/domains/${data[0].id}`);
  assert.match((await standing(tenant, id, 'held')).reason, /^sender removed: app@/);
  await tenant.api.post(`/v1/messages/${id}/cancel`);
  await standing(tenant, id, 'cancelled');
});

test('mail to an address that is suppressed meanwhile is suppressed', async () => {
  const { tenant, key } = await tenantWithKey('suppressed');
  const { id, to } = await deferred(tenant, key);
  await tenant.api.post('/v1/suppressions', { address: to });
  assert.match((await standing(tenant, id, 'suppressed')).reason, /is suppressed in the whole account/);
});

test('mail of a deleted account is cancelled', async () => {
  const { tenant, key } = await tenantWithKey('deleted');
  const { to } = await deferred(tenant, key);
  await operator(dev.file).remove(`/v1/admin/accounts/${tenant.id}`);
  const client = await openDatabaseOf(dev);
  const row = await eventually('the delivery is cancelled', async () => {
    const { rows } = await client.query('SELECT status, reason FROM delivery WHERE recipient = $1', [to]);
    return rows[0]?.status === 'deferred' ? undefined : rows[0];
  }).finally(() => client.end());
  assert.deepEqual(row, { status: 'cancelled', reason: 'account is being deleted' });
});
