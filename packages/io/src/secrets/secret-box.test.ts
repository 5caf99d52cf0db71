import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { openSecretBox } from './secret-box.ts';

const masterKey = randomBytes(32);
const box = openSecretBox(masterKey);
const plain = Buffer.from('-----BEGIN PRIVATE KEY-----');

test('a sealed secret opens with its context', () => {
  const sealed = box.seal(plain, 'dkim_key:1');
  assert.deepEqual(openSecretBox(masterKey).open(sealed, 'dkim_key:1'), plain);
  assert.deepEqual(box.open(box.seal(Buffer.alloc(0), 'empty'), 'empty'), Buffer.alloc(0));
});

test('a box of an earlier version opens', () => {
  const recorded = Buffer.from('AUv9WWUXJa6xXU8+bafakGZS74F2ctwuntT+XeNk24j8uwi3', 'base64');
  const recordedKey = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
  assert.equal(openSecretBox(recordedKey).open(recorded, 'dkim_key:1').toString(), 'secret');
});

test('two boxes of the same secret differ and do not contain it', () => {
  const [one, other] = [box.seal(plain, 'a'), box.seal(plain, 'a')];
  assert.notDeepEqual(one, other);
  assert.ok(!one.includes('PRIVATE'));
});

test('a box that was moved to another row does not open', () => {
  assert.throws(() => box.open(box.seal(plain, 'dkim_key:1'), 'dkim_key:2'), /dkim_key:2 was altered/);
});

test('a box in which any one bit was changed does not open', () => {
  const sealed = box.seal(plain, 'a');
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = Buffer.from(sealed);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.throws(() => box.open(altered, 'a'), /altered|another master key|form/, `bit ${bit}`);
  }
});

test('a box that was cut short does not open', () => {
  const sealed = box.seal(plain, 'a');
  for (let size = 0; size < sealed.length; size++) {
    assert.throws(() => box.open(sealed.subarray(0, size), 'a'));
  }
});

test('the error of a box of another master key nearly always differs from that of an altered box', () => {
  const texts = Array.from({ length: 20 }, () => {
    try {
      openSecretBox(randomBytes(32)).open(box.seal(plain, 'a'), 'a');
      return 'opened';
    } catch (error) {
      return (error as Error).message;
    }
  });
  assert.ok(!texts.includes('opened'));
  assert.ok(texts.filter((text) => text.includes('another master key')).length >= 15);
});
