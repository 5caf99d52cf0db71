import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { makeRecoveryCodes, normalRecoveryCode } from './recovery-codes.ts';

test('ten different codes are made, in groups that a person can copy', () => {
  const codes = makeRecoveryCodes(randomBytes);
  assert.equal(new Set(codes).size, 10);
  for (const code of codes) assert.match(code, /^(?:[0-9a-z]{4}-){3}[0-9a-z]{4}$/);
});

test('a code counts in capitals, with spaces and without dashes', () => {
  const [code = ''] = makeRecoveryCodes(randomBytes);
  const normal = normalRecoveryCode(code);
  assert.equal(normalRecoveryCode(code.toUpperCase()), normal);
  assert.equal(normalRecoveryCode(` ${code.replaceAll('-', ' ')} `), normal);
  assert.equal(normalRecoveryCode(code.replaceAll('-', '')), normal);
});

test('a code of an authenticator app is no recovery code', () => {
  for (const text of ['', '123456', 'abcd-efgh-jkmn', 'abcd-efgh-jkmn-pqrsx', 'ilou-ilou-ilou-ilou'])
    assert.equal(normalRecoveryCode(text), undefined, text);
});
