import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { deriveKeys } from './keys.ts';

const flat = (masterKey: Buffer): readonly Buffer[] => {
  const { headerMac, returnPath, tracking, secretBox, api, passwords } = deriveKeys(masterKey);
  return [headerMac.export(), returnPath.export(), tracking.secret, secretBox.secret, api, passwords];
};

test('one purpose has one key of 32 bytes, and none is the master key', () => {
  const masterKey = randomBytes(32);
  const keys = flat(masterKey);
  assert.ok(keys.every((key) => key.length === 32));
  assert.equal(new Set([...keys, masterKey].map((key) => key.toString('hex'))).size, keys.length + 1);
});

test('the same master key gives the same keys, in every process and version', () => {
  const masterKey = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
  assert.deepEqual(flat(masterKey), flat(masterKey));
  // Changing a derivation would make every stored secret and every token in a mailbox unreadable.
  assert.equal(
    deriveKeys(masterKey).headerMac.export().toString('hex'),
    '2c0ace09279cb3c7a2b7bbe86c6bc889f3f4ac06918a768beb9ecd68b1b8393c',
  );
  assert.equal(deriveKeys(masterKey).secretBox.id, 75);
});

test('another master key gives other keys', () => {
  const [one, other] = [flat(randomBytes(32)), flat(randomBytes(32))];
  assert.ok(one.every((key, index) => !key.equals(other[index] ?? key)));
});
