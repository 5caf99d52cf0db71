import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { decodeBase32, encodeBase32 } from './base32.ts';

const known: readonly [string, string][] = [
  ['', ''],
  ['00', '00'],
  ['ff', 'zw'],
  ['f0', 'y0'],
  ['00000000000000000000000000000000', '00000000000000000000000000'],
  ['ffffffffffffffffffffffffffffffff', 'zzzzzzzzzzzzzzzzzzzzzzzzzw'],
  ['0123456789abcdef', '04hmasw9nf6yy'],
];

for (const [hex, text] of known) {
  test(`writes ${hex || 'nothing'} as ${text || 'nothing'} and reads it back`, () => {
    assert.equal(encodeBase32(Buffer.from(hex, 'hex')), text);
    assert.equal(decodeBase32(text)?.toString('hex'), hex);
  });
}

test('every length comes back as it went, and sixteen bytes take 26 letters', () => {
  for (let length = 0; length < 64; length++) {
    const bytes = createHash('shake256', { outputLength: 64 })
      .update(`${length}`)
      .digest()
      .subarray(0, length);
    assert.deepEqual(decodeBase32(encodeBase32(bytes)), Buffer.from(bytes));
  }
  assert.equal(encodeBase32(Buffer.alloc(16, 7)).length, 26);
});

test('the order of texts is the order of bytes', () => {
  const bytes = Array.from({ length: 50 }, (_, index) => createHash('sha256').update(`${index}`).digest());
  const byBytes = bytes.toSorted(Buffer.compare).map(encodeBase32);
  assert.deepEqual(bytes.map(encodeBase32).toSorted(), byBytes);
});

const refused = ['ZW', 'zW', 'i0', 'l0', 'o0', 'u0', 'zx', 'z', '000', '0-', 'é0', '00 ', '000000'];
for (const text of refused) {
  test(`does not read ${JSON.stringify(text)}, which the encoder never writes`, () => {
    assert.equal(decodeBase32(text), undefined);
  });
}
