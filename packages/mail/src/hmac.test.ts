import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { hmacSha256 } from './hmac.ts';

test('the vectors of RFC 4231', () => {
  const vectors = [
    ['0b'.repeat(20), '4869205468657265', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      '4a656665',
      '7768617420646f2079612077616e7420666f72206e6f7468696e673f',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  ] as const;
  for (const [key, data, mac] of vectors)
    assert.equal(hmacSha256(Buffer.from(key, 'hex'), Buffer.from(data, 'hex')).toString('hex'), mac);
});

test('every length of key and data gives what node:crypto gives, twice', () => {
  for (const size of [0, 1, 31, 32, 63, 64, 65, 131]) {
    const key = randomBytes(size);
    for (const length of [0, 1, 55, 56, 63, 64, 119, 1_000, 70_000]) {
      const data = randomBytes(length);
      const expected = createHmac('sha256', key).update(data).digest();
      assert.deepEqual(hmacSha256(key, data), expected);
      assert.deepEqual(hmacSha256(key, data), expected);
    }
  }
});
