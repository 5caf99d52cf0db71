import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress } from '../address.ts';
import { fieldValue, makeField } from '../headers.ts';
import { formatMailboxes } from './format-mailboxes.ts';
import { parseMailboxes } from './mailboxes.ts';
import { parseNamedMailboxes } from './named-mailbox.ts';

const read = (text: string) =>
  parseNamedMailboxes(text)?.map(({ name, address }) => [name, formatAddress(address)]);

const named: readonly (readonly [string, string])[] = [
  ['Acme Shop', 'Acme Shop'],
  ['[Acme Shop]', '[Acme Shop]'],
  ['Acme :)', 'Acme :)'],
  ['Acme, Inc.', 'Acme, Inc.'],
  ['Acme: Shop', 'Acme: Shop'],
  ['Acme (EU)', 'Acme (EU)'],
  ['(EU)', '(EU)'],
  ['Acme (', 'Acme ('],
  ['Joe "J" Doe', 'Joe "J" Doe'],
  ['24" screens', '24" screens'],
  ['"Doe, Joe"', 'Doe, Joe'],
  ['"Joe \\"J\\" Doe"', 'Joe "J" Doe'],
  ['"evil <eve@beta.test>"', 'evil <eve@beta.test>'],
  ['A; B', 'A; B'],
  ['A \\ B', 'A \\ B'],
  ['I <3 Acme', 'I <3 Acme'],
  ['Acme @ Home', 'Acme @ Home'],
  ['O’Brien 🎉', 'O’Brien 🎉'],
  ['=?utf-8?q?J=C3=B6rg?=', 'Jörg'],
  ['  two   spaces ', 'two spaces'],
  ['', ''],
];
for (const [written, name] of named)
  test(`the name ${JSON.stringify(written)} before an address is read as ${JSON.stringify(name)}`, () => {
    assert.deepEqual(read(`${written} <hello@acme.test>`), [[name, 'hello@acme.test']]);
  });

const others: readonly (readonly [string, readonly (readonly [string, string])[] | undefined])[] = [
  ['hello@acme.test', [['', 'hello@acme.test']]],
  ['hello@acme.test (Acme)', [['Acme', 'hello@acme.test']]],
  ['Acme <a..b@acme.test>', [['Acme', '"a..b"@acme.test']]],
  ['Acme <"a<b"@acme.test>', [['Acme', '"a<b"@acme.test']]],
  [
    'A <a@acme.test>, B <b@beta.test>',
    [
      ['A', 'a@acme.test'],
      ['B', 'b@beta.test'],
    ],
  ],
  ['A <a@acme.test> <b@beta.test>', undefined],
  ['Doe, A <a@acme.test>, B <b@beta.test>', undefined],
  ['ada@@example.com, Bob <bob@example.com>', undefined],
  ['no-address', undefined],
  ['Acme <>', undefined],
  ['Acme <=?utf-8?q?a=40b?=@acme.test>', undefined],
  ['Acme\n <a@acme.test>', undefined],
];
for (const [text, expected] of others)
  test(`${JSON.stringify(text)} holds ${expected === undefined ? 'no mailbox that is certain' : expected.length}`, () => {
    assert.deepEqual(read(text), expected);
  });

const names = [
  'Acme',
  'Acme, Inc.',
  'J. Doe',
  'a "b" \\c',
  '=?utf-8?q?a?=',
  '[x] (y) <z@z.test>; :',
  'Zoë 🎉 '.repeat(40).trim(),
  'long '.repeat(90).trim(),
  'x'.repeat(490),
];
for (const name of names)
  test(`a header gives the name ${JSON.stringify(name.slice(0, 30))} (${name.length}) as it was, in short lines of ASCII`, () => {
    const boxes = [
      { name, address: { local: 'a..b', domain: 'acme.test' } },
      { name: '', address: { local: 'c', domain: `${'d'.repeat(60)}.test` } },
      { name, address: { local: 'e', domain: 'acme.test' } },
    ];
    const field = makeField('Reply-To', formatMailboxes(boxes));
    const lines = field.raw.toString('latin1').split('\r\n');
    assert.ok(
      lines.every((line) => line.length <= 160 && /^[ -~]*$/.test(line)),
      lines.join('\n'),
    );
    assert.deepEqual(parseMailboxes(fieldValue(field)), boxes);
  });
