import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { formatAddress } from '../address.ts';
import { parseMailboxes } from './mailboxes.ts';

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
/** Written as `Name <address>` for reading. */
const read = (value: string): readonly string[] | undefined =>
  parseMailboxes(value)?.map(({ name, address }) => `${name} <${formatAddress(address)}>`.trim());

const understood: readonly [string, readonly string[]][] = [
  ['joe@acme.test', ['<joe@acme.test>']],
  ['<joe@acme.test>', ['<joe@acme.test>']],
  ['Joe Doe <joe@acme.test>', ['Joe Doe <joe@acme.test>']],
  ['Joe\t Doe<joe@acme.test>', ['Joe Doe <joe@acme.test>']],
  ['"Doe, Joe" <joe@acme.test>', ['Doe, Joe <joe@acme.test>']],
  ['"Joe \\"J\\" Doe" <joe@acme.test>', ['Joe "J" Doe <joe@acme.test>']],
  ['"<evil@other.test>" <joe@acme.test>', ['<evil@other.test> <joe@acme.test>']],
  ['joe@acme.test (Joe Doe)', ['Joe Doe <joe@acme.test>']],
  ['(a (nested) \\) one) joe@acme.test', ['a (nested) ) one <joe@acme.test>']],
  ['Joe (of <evil@other.test>) <joe@acme.test>', ['Joe <joe@acme.test>']],
  ['J. R. Doe <joe@acme.test>', ['J. R. Doe <joe@acme.test>']],
  ['joe@acme.test <joe@acme.test>', ['joe@acme.test <joe@acme.test>']],
  ['joe@acme.test <ann@other.test>', ['joe@acme.test <ann@other.test>']],
  ['=?utf-8?q?J=C3=B6rg?= <j@acme.test>', ['Jörg <j@acme.test>']],
  ['=?utf-8?b?PGV2aWxAb3RoZXIudGVzdD4s?= <j@acme.test>', ['<evil@other.test>, <j@acme.test>']],
  [latin1('Jörg <jörg@acme.test>'), ['Jörg <jörg@acme.test>']],
  [latin1('Joe <joe@bücher.example>'), ['Joe <joe@xn--bcher-kva.example>']],
  ['"joe doe"@acme.test', ['<"joe doe"@acme.test>']],
  ['joe@[192.0.2.1]', ['<joe@[192.0.2.1]>']],
  ['joe@[IPv6:2001:db8::1], ann@acme.test', ['<joe@[IPv6:2001:db8::1]>', '<ann@acme.test>']],
  ['a@mine.test, b@theirs.test', ['<a@mine.test>', '<b@theirs.test>']],
  ['Joe <a@mine.test>,Ann <b@theirs.test>', ['Joe <a@mine.test>', 'Ann <b@theirs.test>']],
  [', a@acme.test,, b@acme.test,', ['<a@acme.test>', '<b@acme.test>']],
  ['Team: a@acme.test, Ann <b@acme.test>;', ['<a@acme.test>', 'Ann <b@acme.test>']],
  ['"A Team": a@acme.test;, c@acme.test', ['<a@acme.test>', '<c@acme.test>']],
];

const resolver = async (): Promise<string[][]> => [];

for (const [value, expected] of understood) {
  test(`reads ${JSON.stringify(value)} as receivers do`, async () => {
    assert.deepEqual(read(value), expected);
    const message = Buffer.from(`From: ${value}\r\n\r\n`, 'latin1');
    const { headerFrom } = await dkimVerify(message, { resolver });
    const theirs = headerFrom?.map((address: string) => read(latin1(address))?.[0]);
    assert.deepEqual(
      theirs,
      expected.map((one) => one.slice(one.lastIndexOf('<'))),
    );
  });
}

test('an empty list is a list', () => {
  for (const value of ['', ' ', 'undisclosed-recipients:;', 'Team: (empty) ;', '(a comment)']) {
    assert.deepEqual(parseMailboxes(value), []);
  }
});

const refused: readonly [string, string][] = [
  ['joe', 'no address'],
  ['Joe Doe', 'a name only'],
  ['<>', 'empty brackets'],
  ['<a@mine.test> <b@theirs.test>', 'two addresses without a comma'],
  ['a@mine.test b@theirs.test', 'two words'],
  ['<a@mine.test> b@theirs.test', 'something behind the brackets'],
  ['a@mine.test <b@theirs.test> c@third.test', 'words on both sides'],
  ['a(comment)@acme.test', 'a comment inside an address'],
  ['a @ acme.test', 'spaces inside an address'],
  ['<a@mine.test (x)>', 'a comment inside the brackets'],
  ['<@mine.test:a@theirs.test>', 'a source route'],
  ['<a@mine.test', 'an open bracket'],
  ['a@mine.test>', 'a closing bracket'],
  ['<<a@mine.test>>', 'nested brackets'],
  ['"Joe <a@mine.test>', 'an open quote'],
  ['(Joe <a@mine.test>', 'an open comment'],
  ['Joe) <a@mine.test>', 'a closing parenthesis'],
  ['Joe \\<evil> <a@mine.test>', 'a backslash outside quotes'],
  ['=?utf-8?q?a=40mine=2Etest?=@theirs.test', 'an encoded word as an address'],
  ['=?utf-8?q?a=40mine.test?=', 'an encoded word only'],
  ['<=?utf-8?q?a=40mine.test=3E?=@theirs.test>', 'an encoded word in the brackets'],
  ['a@mine.test; b@theirs.test', 'a semicolon outside a group'],
  ['Team: a@mine.test', 'a group without an end'],
  ['One: Two: a@mine.test;;', 'a group in a group'],
  [': a@mine.test;', 'a group without a name'],
  ['a@mine.test: b@theirs.test;', 'a group named like an address'],
  ['a@mine.test\0@theirs.test', 'a null'],
  ['a@mine.test\r\nb', 'a line break'],
  ['Joe\u001b <a@mine.test>', 'an escape'],
  ['J\xf6rg <j\xf6rg@acme.test>', 'an address in no charset we know'],
  ['a@mine.test, nonsense', 'one good and one bad element'],
];

for (const [value, what] of refused) {
  test(`does not guess at ${what}`, () => {
    assert.equal(parseMailboxes(value), undefined);
  });
}

test('a display name in a broken charset does not hide the address', () => {
  assert.deepEqual(read('J\xf6rg <joe@acme.test>'), ['J\ufffdrg <joe@acme.test>']);
});

test('a display name cannot break a line', () => {
  assert.deepEqual(read('=?utf-8?q?Joe=0D=0ABcc=3A_x?= <joe@acme.test>'), ['Joe Bcc: x <joe@acme.test>']);
});
