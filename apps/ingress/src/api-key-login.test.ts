import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSecretOf, makeApiKey, secretHashOf } from '@waybill/io/secrets/generated-secret';
import { API_KEY_USER, apiKeyLogin, countedNameOf, type StoredApiKey } from './api-key-login.ts';

const id = '01940000-0000-7000-8000-000000000001';
const key = makeApiKey('live', id);

const aStoredKey = (over: Partial<StoredApiKey> = {}): StoredApiKey => ({
  id,
  accountId: '01940000-0000-7000-8000-0000000000aa',
  secretHashes: [key.secretHash],
  networks: [],
  senderDomains: [],
  scopes: ['messages:send'],
  ...over,
});

const login = (stored: StoredApiKey | undefined) =>
  apiKeyLogin(async (asked) => (asked === id ? stored : undefined));

test('an API key with a sending scope is a credential of its account', async () => {
  const credential = await login(aStoredKey())(key.text);
  assert.equal(credential?.accountId, aStoredKey().accountId);
  assert.equal(credential?.sandbox, false);
  assert.ok(isSecretOf(secretHashOf(key.text), credential?.secretHashes ?? []));
});

test('failures with one API key do not count against other keys', () => {
  const other = makeApiKey('live', '01940000-0000-7000-8000-000000000002');
  const names = [key.text, other.text, 'a guess', undefined].map((text) => countedNameOf(API_KEY_USER, text));
  assert.deepEqual(names, [
    `apikey ${id}`,
    'apikey 01940000-0000-7000-8000-000000000002',
    'apikey',
    'apikey',
  ]);
  assert.equal(countedNameOf('acme', key.text), 'acme');
});

test('a wider scope includes sending', async () => {
  for (const scopes of [['messages:*'], ['*']])
    assert.ok(await login(aStoredKey({ scopes }))(key.text), scopes.join());
});

test('a test key sends into the sandbox', async () => {
  const testKey = makeApiKey('test', id);
  assert.equal(
    (await login(aStoredKey({ secretHashes: [testKey.secretHash] }))(testKey.text))?.sandbox,
    true,
  );
});

test('another key with the same id does not match', async () => {
  const forged = makeApiKey('live', id).text;
  const credential = await login(aStoredKey())(forged);
  assert.ok(!isSecretOf(secretHashOf(forged), credential?.secretHashes ?? []));
});

const useless: readonly (readonly [string, StoredApiKey | undefined, string])[] = [
  ['a revoked key', undefined, key.text],
  ["the operator's key", aStoredKey({ accountId: undefined }), key.text],
  ['a key that may only read', aStoredKey({ scopes: ['messages:read'] }), key.text],
  ['a mistyped key', aStoredKey(), `${key.text.slice(0, -1)}${key.text.endsWith('0') ? '1' : '0'}`],
  ['a password', aStoredKey(), 'password'],
];
for (const [name, stored, text] of useless) {
  test(`${name} is no login`, async () => assert.equal(await login(stored)(text), undefined));
}
