import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { SigningKeyRow } from '@waybill/relay/ports';
import { openDkimKeys } from './dkim-keys.ts';

const aRow = (): SigningKeyRow => ({
  domain: 'acme.test',
  selector: 'w1',
  algorithm: 'ed25519',
  privateKeyPem: generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString(),
});

test('a key is parsed once, however often its row is loaded', () => {
  const keys = openDkimKeys();
  const row = aRow();
  const [first] = keys.of([row]);
  const [again] = keys.of([{ ...row }]);
  assert.equal(again?.privateKey, first?.privateKey);
});

test('a rotated key under the same selector is another key', () => {
  const keys = openDkimKeys();
  const [first] = keys.of([aRow()]);
  const [rotated] = keys.of([aRow()]);
  assert.notEqual(rotated?.privateKey, first?.privateKey);
});

test('the key that was not used for longest is forgotten first', () => {
  const keys = openDkimKeys(2);
  const [one, two, three] = [aRow(), aRow(), aRow()];
  const [kept] = keys.of([one]);
  const [forgotten] = keys.of([two]);
  keys.of([one, three]);
  assert.equal(keys.of([one])[0]?.privateKey, kept?.privateKey);
  assert.notEqual(keys.of([two])[0]?.privateKey, forgotten?.privateKey);
});

test('a key that is no key is an error, not an unsigned message', () => {
  assert.throws(() => openDkimKeys().of([{ ...aRow(), privateKeyPem: 'not a key' }]));
});
