import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainName } from './plain-name.ts';

const names: readonly (readonly [string, string])[] = [
  ['Acme (demo)', 'Acme (demo)'],
  ["Größe & Söhne, Ltd.'s", "Größe & Söhne, Ltd.'s"],
  ['株式会社', '株式会社'],
  ['<b>Acme</b> "quoted" `tick`', 'b Acme b quoted tick'],
  ['Pay at https://evil.example/now', 'Pay at https evil. example now'],
  ['evil.example', 'evil. example'],
  ['write to a@evil.example', 'write to a evil. example'],
  ['Acme\r\nBcc: x@y.test\u0000', 'Acme Bcc x y. test'],
  ['abc\u202edcba\u200b', 'abc dcba'],
  ['\u0000', 'without a name'],
  ['', 'without a name'],
  ['x'.repeat(60), 'x'.repeat(60)],
  ['x'.repeat(61), `${'x'.repeat(60)}…`],
];
for (const [name, plain] of names)
  test(`an account named ${JSON.stringify(name).slice(0, 60)} is shown to a stranger as ${plain.slice(0, 40)}`, () => {
    assert.equal(plainName(name), plain);
  });
