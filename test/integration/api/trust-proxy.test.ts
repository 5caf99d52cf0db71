/** Whose address a request has: the connection's, or through a proxy of the operator's the one that the proxy names. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTestApi } from './test-api.ts';

const forwarded = { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' };

/** The connection of `inject` comes from 127.0.0.1. */
async function addressSeen(trustProxy: string): Promise<string> {
  const api = await openTestApi({ env: { TRUST_PROXY: trustProxy } });
  after(() => api.close());
  const { status, body } = await api.operator('POST /v1/admin/accounts', { name: 'Proxied' }, forwarded);
  assert.equal(status, 201, JSON.stringify(body));
  const audit = await api.operator('GET /v1/admin/audit-log?limit=10');
  const entry = audit.body.data.find(({ action }: { action: string }) => action === 'account.created');
  return entry.detail.ip ?? entry.ip;
}

test('without TRUST_PROXY the address of a request is that of its connection', async () => {
  assert.equal(await addressSeen(''), '127.0.0.1');
});

test('a proxy in TRUST_PROXY names the client, and what the client wrote before is not believed', async () => {
  assert.equal(await addressSeen('127.0.0.0/8'), '203.0.113.9');
});

test('of a chain of trusted proxies the first address before them counts', async () => {
  assert.equal(await addressSeen('127.0.0.1,203.0.113.0/24'), '198.51.100.7');
});

test('a sender that is no proxy in TRUST_PROXY is not believed', async () => {
  assert.equal(await addressSeen('10.0.0.0/8'), '127.0.0.1');
});
