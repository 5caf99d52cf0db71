import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  domainOf,
  foldedAddress,
  formatAddress,
  isNullPath,
  needsSmtpUtf8,
  normalAddress,
  parseAddress,
  parseDomain,
  parsePath,
} from './address.ts';

const long = (length: number): string => 'a'.repeat(length);
/** A valid host name of exactly so many bytes. */
const longDomain = (length: number): string =>
  [long(63), long(63), long(63), long(63), long(63)]
    .join('.')
    .slice(0, length - 5)
    .concat('.test');

const understood: readonly [string, string, string][] = [
  ['joe@acme.test', 'joe', 'acme.test'],
  ['Joe.Doe+tag@Acme.TEST', 'Joe.Doe+tag', 'acme.test'],
  ["!#$%&'*+-/=?^_`{|}~@acme.test", "!#$%&'*+-/=?^_`{|}~", 'acme.test'],
  ['"joe doe"@acme.test', 'joe doe', 'acme.test'],
  ['"a@b"@acme.test', 'a@b', 'acme.test'],
  ['"a\\"b\\\\c"@acme.test', 'a"b\\c', 'acme.test'],
  ['"needless"@acme.test', 'needless', 'acme.test'],
  ['""@acme.test', '', 'acme.test'],
  ['joe@localhost', 'joe', 'localhost'],
  ['joe@3com.test', 'joe', '3com.test'],
  ['joe@bücher.example', 'joe', 'xn--bcher-kva.example'],
  ['joe@BÜCHER.example', 'joe', 'xn--bcher-kva.example'],
  ['joe@xn--bcher-kva.example', 'joe', 'xn--bcher-kva.example'],
  ['jörg@acme.test', 'jörg', 'acme.test'],
  ['"jörg x"@acme.test', 'jörg x', 'acme.test'],
  ['用户@例え.test', '用户', 'xn--r8jz45g.test'],
  ['joe@[192.0.2.1]', 'joe', '[192.0.2.1]'],
  ['joe@[IPv6:2001:DB8::0001]', 'joe', '[IPv6:2001:db8::1]'],
  ['joe@[ipv6:::ffff:192.0.2.1]', 'joe', '[192.0.2.1]'],
  [`${long(64)}@acme.test`, long(64), 'acme.test'],
  ['jo..e@acme.test', 'jo..e', 'acme.test'],
  ['joe.@acme.test', 'joe.', 'acme.test'],
  ['.joe@acme.test', '.joe', 'acme.test'],
  ['...j...e...@acme.test', '...j...e...', 'acme.test'],
  ['jö..rg@acme.test', 'jö..rg', 'acme.test'],
  [`${long(60)}..@acme.test`, `${long(60)}..`, 'acme.test'],
];

for (const [text, local, domain] of understood) {
  test(`understands ${text.slice(0, 40)}`, () => {
    assert.deepEqual(parseAddress(text), { local, domain });
    const again = formatAddress({ local, domain });
    assert.deepEqual(parseAddress(again), { local, domain }, 'what we write we read back');
  });
}

const refused = [
  '',
  'joe',
  '@acme.test',
  'joe@',
  'joe@@acme.test',
  'a@b@acme.test',
  '.@acme.test',
  '..@acme.test',
  `${long(61)}..@acme.test`,
  'jo e@acme.test',
  ' joe@acme.test',
  'joe@acme.test ',
  'joe@acme.test.',
  'joe@.acme.test',
  'joe@acme..test',
  'joe@-acme.test',
  'joe@acme-.test',
  'joe@acme_x.test',
  'joe@acme%2etest',
  'joe@ä%2etest',
  'joe@192.0.2.1',
  'joe@１９２.0.2.1',
  'joe@[192.0.2.256]',
  'joe@[192.0.2.01]',
  'joe@[localhost]',
  'joe@[IPv6:192.0.2.1]',
  'joe@[2001:db8::1]',
  'joe@[IPv6:fe80::1%eth0]',
  'joe@[tag:content]',
  'joe@[192.0.2.1',
  '"joe@acme.test',
  '"jo"e"@acme.test',
  '"joe\\"@acme.test',
  '"jo\te"@acme.test',
  'joe\r\n@acme.test',
  'joe@acme.test\r\nDATA',
  'joe\0@acme.test',
  'joe\u0085@acme.test',
  'joe\u2028@acme.test',
  'jo\u00a0e@acme.test',
  'joe\ufffd@acme.test',
  'joe\ud800@acme.test',
  'joe(comment)@acme.test',
  '<joe@acme.test>',
  `${long(65)}@acme.test`,
  `${'ö'.repeat(33)}@acme.test`,
  `joe@${long(64)}.test`,
  `joe@${longDomain(252)}`,
  `joe@${'ö'.repeat(60)}.test`,
];

for (const text of refused) {
  test(`refuses ${JSON.stringify(text).slice(0, 50)}`, () => {
    assert.equal(parseAddress(text), undefined);
  });
}

test('the lengths of RFC 5321 §4.5.3.1 are inclusive', () => {
  assert.ok(parseAddress(`a@${longDomain(252)}`), '254 bytes');
  assert.ok(parseDomain(longDomain(255)));
  assert.equal(parseDomain(longDomain(256)), undefined);
});

const paths: readonly [string, string | undefined][] = [
  ['<joe@acme.test>', 'joe@acme.test'],
  ['<@one.test:joe@acme.test>', 'joe@acme.test'],
  ['<@one.test,@two.test:joe@acme.test>', 'joe@acme.test'],
  ['<@[192.0.2.1]:joe@acme.test>', 'joe@acme.test'],
  ['<"a:b"@acme.test>', '"a:b"@acme.test'],
  ['<>', undefined],
  ['joe@acme.test', undefined],
  ['<joe@acme.test', undefined],
  ['<joe@acme.test> SIZE=1', undefined],
  ['<<joe@acme.test>>', undefined],
  ['<@one.test:>', undefined],
  ['<@:joe@acme.test>', undefined],
  ['<@one.test,two.test:joe@acme.test>', undefined],
  ['<@one.test joe@acme.test>', undefined],
];

for (const [path, expected] of paths) {
  test(`the path ${path} is ${expected ?? 'no address'}`, () => {
    const address = parsePath(path);
    assert.equal(address && formatAddress(address), expected);
  });
}

test('only two angle brackets are the null path', () => {
  assert.equal(isNullPath('<>'), true);
  assert.equal(isNullPath('< >'), false);
});

test('a key for lookups has one spelling per mailbox and keeps the case of the local part', () => {
  assert.equal(normalAddress('Joe@ACME.test'), 'Joe@acme.test');
  assert.equal(normalAddress('"Joe"@ACME.test'), 'Joe@acme.test');
  assert.equal(normalAddress('"Joe \\D"@bücher.example'), '"Joe D"@xn--bcher-kva.example');
  assert.equal(normalAddress('no address'), 'no address');
});

test('dots that RFC 5321 wants quoted go out in quotation marks, and both spellings are one address', () => {
  for (const text of ['Jo..e@acme.test', '"Jo..e"@ACME.test', '"Jo.\\.e"@acme.test']) {
    assert.equal(normalAddress(text), '"Jo..e"@acme.test');
    assert.equal(foldedAddress(text), '"jo..e"@acme.test');
  }
  assert.equal(normalAddress('joe.@acme.test'), '"joe."@acme.test');
  assert.equal(formatAddress({ local: 'a.b', domain: 'acme.test' }), 'a.b@acme.test');
});

test('an address that is too long once it is written is refused', () => {
  const domain = (length: number): string => longDomain(length);
  assert.ok(parseAddress(`a..b@${domain(247)}`), '254 bytes with its quotation marks');
  assert.equal(parseAddress(`a..b@${domain(248)}`), undefined);
});

test('a suppression holds however the address was typed', () => {
  for (const text of ['joe@acme.test', 'JOE@Acme.Test', '"Joe"@acme.test']) {
    assert.equal(foldedAddress(text), 'joe@acme.test');
  }
  assert.equal(foldedAddress('JO\u0308RG@acme.test'), foldedAddress('jörg@acme.test'));
});

test('only a local part beyond ASCII needs SMTPUTF8, because domains are written in A-labels', () => {
  assert.equal(needsSmtpUtf8({ local: 'jörg', domain: 'acme.test' }), true);
  assert.equal(needsSmtpUtf8({ local: 'joe', domain: 'xn--bcher-kva.example' }), false);
});

test('the domain of an address is its A-label form', () => {
  assert.equal(domainOf('joe@BÜCHER.example'), 'xn--bcher-kva.example');
  assert.equal(domainOf('no-domain'), undefined);
});

test('a hostile length is no address', () => {
  for (const text of [
    `${'a.'.repeat(100_000)}@x`,
    `joe@${'a-'.repeat(100_000)}`,
    `"${'\\a'.repeat(100_000)}@x`,
  ]) {
    assert.equal(parseAddress(text), undefined);
    assert.equal(parsePath(`<${text}>`), undefined);
  }
});
