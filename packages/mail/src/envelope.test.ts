import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeXtext } from './envelope.ts';

const pairs: readonly [string, string][] = [
  ['QQ314159', 'QQ314159'],
  ['e+mc2@example.com', 'e+2Bmc2@example.com'],
  ['a=b', 'a+3Db'],
  ['with space', 'with+20space'],
  ['<>', '<>'],
  ['é', '+C3+A9'],
];

for (const [text, xtext] of pairs) {
  test(`reads ${xtext} as ${text}`, () => {
    assert.equal(decodeXtext(xtext), text);
  });
}

const refused: readonly [string, string][] = [
  ['', 'empty'],
  ['+ZZ', 'no hex'],
  ['+2b', 'lower-case hex'],
  ['+2', 'half a code'],
  ['a+', 'a bare plus'],
  ['a=b', 'an equals sign'],
  ['a b', 'a space'],
  ['a\tb', 'a tab'],
  ['é', 'a byte that is not ASCII'],
  ['+0D+0ABcc:', 'a line break in disguise'],
  ['+00', 'a null in disguise'],
  ['+C3', 'broken UTF-8'],
];

for (const [xtext, why] of refused) {
  test(`refuses an xtext with ${why}`, () => {
    assert.equal(decodeXtext(xtext), undefined);
  });
}
