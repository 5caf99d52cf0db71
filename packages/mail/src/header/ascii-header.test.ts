import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMailboxes } from '../addresses/mailboxes.ts';
import { fieldValue, type HeaderField, parseHeaders } from '../headers.ts';
import { asciiField } from './ascii-header.ts';
import { parseStructuredValue } from './content-type.ts';
import { decodeHeaderText } from './encoded-word.ts';

type Encoding = 'utf8' | 'latin1';

const fieldOf = (line: string, encoding: Encoding = 'utf8'): HeaderField => {
  const [field] = parseHeaders(Buffer.from(`${line}\r\n`, encoding)).fields;
  assert.ok(field);
  return field;
};

const ascii = (line: string, encoding: Encoding = 'utf8', charset?: string): string => {
  const fresh = asciiField(fieldOf(line, encoding), charset);
  assert.ok(fresh, `${line} has an ASCII form`);
  assert.match(fresh.raw.toString('latin1'), /^[\t -~]*(?:\r\n[\t ]+[!-~][\t -~]*)*\r\n$/);
  return fieldValue(fresh);
};

const texts: readonly (readonly [string, string])[] = [
  ['Subject: Káva tento týden?', 'Káva tento týden?'],
  ['Subject: Re: 日本語のお知らせ', 'Re: 日本語のお知らせ'],
  ['Subject: paid 🎉 =?utf-8?q?sch=C3=B6n?= é', 'paid 🎉 schön é'],
  ['X-Shop: Bäckerei', 'Bäckerei'],
  [`Subject: ${'é'.repeat(600)}`, 'é'.repeat(600)],
];
for (const [line, expected] of texts) {
  test(`${line.slice(0, 40)} is read as before`, () => assert.equal(decodeHeaderText(ascii(line)), expected));
}

const legacy: readonly (readonly [string, number[], string | undefined, string])[] = [
  ['windows-1252 where nothing is named', [0xe9, 0x20, 0x80], undefined, 'é €'],
  ['the charset of the message', [0xb9, 0xb3], 'iso-8859-2', 'šł'],
  ['two bytes to a character', [0xd6, 0xd0, 0xce, 0xc4], 'gbk', '中文'],
  ['windows-1252 where the named one does not fit', [0xe9], 'utf-8', 'é'],
  ['windows-1252 where no program knows the name', [0xe9], 'x-none', 'é'],
  ['windows-1252 where the name would hide ASCII', [0xe9, 0x41], 'utf-16le', 'éA'],
];
for (const [name, bytes, charset, expected] of legacy) {
  test(`bytes that are not UTF-8 are read as ${name}`, () => {
    const line = `Subject: ${Buffer.from(bytes).toString('latin1')}`;
    assert.equal(decodeHeaderText(ascii(line, 'latin1', charset)), expected);
  });
}

type Box = readonly [name: string, address: string];
const lists: readonly (readonly [string, readonly Box[]])[] = [
  ['From: Müller <hello@acme.test>', [['Müller', 'hello@acme.test']]],
  ['From: "Müller, Hans" <h@acme.test>', [['Müller, Hans', 'h@acme.test']]],
  ['From: "Mü \\"X\\"" <h@acme.test>', [['Mü "X"', 'h@acme.test']]],
  ['To: h@acme.test (Müller)', [['Müller', 'h@acme.test']]],
  [
    'Cc: Plain <a@x.example>, Zoë <b@x.example>, c@x.example',
    [
      ['Plain', 'a@x.example'],
      ['Zoë', 'b@x.example'],
      ['', 'c@x.example'],
    ],
  ],
  ['To: Café: Zoë <b@x.example>;', [['Zoë', 'b@x.example']]],
  ['Reply-To: =?utf-8?q?J=C3=B6rg?= Müller <j@acme.test>', [['Jörg Müller', 'j@acme.test']]],
];
for (const [line, expected] of lists) {
  test(`${line} keeps its addresses and its names`, () => {
    const boxes = parseMailboxes(ascii(line)) ?? [];
    assert.deepEqual(
      boxes.map(({ name, address }) => [name, `${address.local}@${address.domain}`]),
      expected,
    );
  });
}

test('what is ASCII in a list stays byte for byte', () => {
  const value = ascii('Cc: "Plain, P." <a@x.example>,\tZoë <b@x.example>');
  assert.ok(value.startsWith('"Plain, P." <a@x.example>,'));
});

for (const line of ['To: zoë@example.com', 'To: Zoë <zoë@example.com>', 'References: <é@x.example>']) {
  test(`${line} is left: only SMTPUTF8 carries an address beyond ASCII`, () => {
    assert.equal(asciiField(fieldOf(line), undefined), undefined);
  });
}

test('a display name cannot be made into another address', () => {
  const value = ascii('From: "ä <evil@evil.example>," <hello@acme.test>');
  assert.deepEqual(
    parseMailboxes(value)?.map(({ address }) => address.domain),
    ['acme.test'],
  );
});

test('a parameter is written by RFC 2231', () => {
  const value = ascii('Content-Disposition: attachment; filename="Rücknahme 50%.pdf"; size=7');
  assert.equal(value, "attachment; filename*=utf-8''R%C3%BCcknahme%2050%25.pdf; size=7");
  assert.equal(parseStructuredValue(value).params.get('filename'), 'Rücknahme 50%.pdf');
  assert.equal(parseStructuredValue(value).params.get('size'), '7');
});

test('a comment of a date and a URL of a list have forms of their own', () => {
  assert.equal(
    ascii('Date: Sat, 28 Nov 2026 10:00:00 +0100 (Mitteleuropäische Zeit)'),
    'Sat, 28 Nov 2026 10:00:00 +0100 (=?utf-8?q?Mitteleurop=C3=A4ische_Zeit?=)',
  );
  assert.equal(
    ascii('List-Unsubscribe: <https://acme.test/stornö?a=1>'),
    '<https://acme.test/storn%C3%B6?a=1>',
  );
  assert.deepEqual(
    ascii('Keywords: schön, plain, größe')
      .split(',')
      .map((one) => decodeHeaderText(one.trim())),
    ['schön', 'plain', 'größe'],
  );
});

test('an encoded line break stays text', () => {
  assert.equal(decodeHeaderText(ascii('Subject: é =?utf-8?q?a=0D=0ABcc:_x?=')), 'é a  Bcc: x');
});
