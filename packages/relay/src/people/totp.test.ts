import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepOfCode, totpCode, totpSecretText, totpUri } from './totp.ts';

const secret = Buffer.from('12345678901234567890');
const at = (seconds: number): Date => new Date(seconds * 1_000);

// RFC 6238 appendix B, the last six of eight digits.
for (const [seconds, code] of [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const)
  test(`the code at ${seconds} s is ${code}`, () => {
    assert.equal(totpCode(secret, Math.floor(seconds / 30)), code);
  });

test('a code counts in its own step, the one before and the one after', () => {
  const step = 37_037_036;
  const code = totpCode(secret, step);
  for (const [offset, expected] of [
    [-31, undefined],
    [-30, step],
    [0, step],
    [59, step],
    [60, undefined],
  ] as const)
    assert.equal(stepOfCode(secret, code, at(step * 30 + offset)), expected, `${offset} s`);
});

test('text that is no code is wrong', () => {
  for (const text of ['', '12345', '1234567', 'abcdef', '２８７０８２'])
    assert.equal(stepOfCode(secret, text, at(59)), undefined, text);
});

test('the secret is shown as apps read it', () => {
  assert.equal(totpSecretText(secret), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  assert.equal(
    totpUri(secret, { email: 'a&b@example.com', issuer: 'Waybill' }),
    'otpauth://totp/Waybill:a%26b%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Waybill',
  );
});
