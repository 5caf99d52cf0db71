import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { encodeBase32 } from './base32.ts';
import { formatReturnPath, parseReturnPath } from './verp.ts';

const deliveryId = Buffer.from('0192f0c1a2b37c4d8e5f60718293a4b5', 'hex');
const key = createSecretKey(Buffer.alloc(32, 1));
const newKey = createSecretKey(Buffer.alloc(32, 2));
const address = formatReturnPath(deliveryId, key, 'bounces.acme.test');

test('a bounce finds its delivery', () => {
  assert.deepEqual(parseReturnPath(address, [key]), deliveryId);
  assert.match(address, /^b-[0-9a-z]{39}@bounces\.acme\.test$/);
});

test('the same delivery always has the same return path', () => {
  assert.equal(formatReturnPath(deliveryId, key, 'bounces.acme.test'), address);
});

test('a recorded return path names its delivery', () => {
  const recorded = 'b-000g40r40m30e209185gr38e1xpdz248fy6d780@bounces.example';
  const id = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
  assert.deepEqual(parseReturnPath(recorded, [createSecretKey(Buffer.alloc(32, 3))]), id);
  assert.equal(formatReturnPath(id, createSecretKey(Buffer.alloc(32, 3)), 'bounces.example'), recorded);
});

test('an old key still opens while a new one is in use, and none after it is gone', () => {
  assert.deepEqual(parseReturnPath(address, [newKey, key]), deliveryId);
  assert.equal(parseReturnPath(address, [newKey]), undefined);
  assert.equal(parseReturnPath(address, []), undefined);
});

test('hosts that change the case of local parts do no harm', () => {
  assert.deepEqual(parseReturnPath(address.toUpperCase(), [key]), deliveryId);
});

test('no letter can be changed', () => {
  const at = address.indexOf('@');
  for (let place = 0; place < at; place++) {
    const other = address[place] === '0' ? '1' : '0';
    const forged = address.slice(0, place) + other + address.slice(place + 1);
    assert.equal(parseReturnPath(forged, [key]), undefined, forged);
  }
});

const foreign = [
  '',
  'b-@bounces.acme.test',
  'joe@acme.test',
  'b-joe@acme.test',
  address.replace('b-', 'c-'),
  address.slice(0, address.indexOf('@')),
  address.replace('@', '0@'),
  `b-${encodeBase32(Buffer.alloc(24))}@bounces.acme.test`,
  `b-${encodeBase32(deliveryId)}@bounces.acme.test`,
];

for (const text of foreign) {
  test(`${text || 'nothing'} is no return path of ours`, () => {
    assert.equal(parseReturnPath(text, [key, newKey]), undefined);
  });
}

test('only a whole delivery id goes in', () => {
  assert.throws(() => formatReturnPath(Buffer.alloc(15), key, 'acme.test'), /16 bytes/);
});
