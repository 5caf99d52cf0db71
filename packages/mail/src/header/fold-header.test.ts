import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMailboxes } from '../addresses/mailboxes.ts';
import { fieldValue, type HeaderField, parseHeaders } from '../headers.ts';
import { decodeHeaderText } from './encoded-word.ts';
import { foldedField, hasLongLine } from './fold-header.ts';

const fieldOf = (raw: string): HeaderField => {
  const [field] = parseHeaders(Buffer.from(`${raw}\r\n`, 'latin1')).fields;
  assert.ok(field);
  return field;
};

function folded(raw: string): HeaderField {
  const fresh = foldedField(fieldOf(raw));
  assert.ok(fresh, 'it can be folded');
  const lines = fresh.raw.toString('latin1').split('\r\n');
  assert.equal(lines.pop(), '');
  for (const line of lines) assert.ok(line.length <= 998, `a line of ${line.length} bytes`);
  for (const line of lines.slice(1)) assert.match(line, /^[ \t]+[^ \t]/);
  return fresh;
}

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

test('a field whose lines are short is not touched', () => {
  assert.equal(foldedField(fieldOf(`Subject: ${'word '.repeat(150)}end`)), undefined);
  assert.equal(foldedField(fieldOf(many(40, () => `X: ${'a'.repeat(60)}`).join('\r\n '))), undefined);
  assert.equal(hasLongLine(fieldOf(`X: ${'a'.repeat(995)}`)), false);
  assert.equal(hasLongLine(fieldOf(`X: ${'a'.repeat(996)}`)), true);
});

const spaced: readonly (readonly [string, string])[] = [
  ['an address list', `To: ${many(150, (index) => `user${index}@example.com`).join(', ')}`],
  [
    'references',
    `References: ${many(60, (index) => `<${String(index).padStart(40, '0')}@mail.example>`).join(' ')}`,
  ],
  ['a subject', `Subject: ${'word '.repeat(300)}end`],
  ['white space of several bytes', `Subject: ${'word  \t '.repeat(300)}end   `],
  ['words longer than a good line', `X-Long: ${many(5, () => 'a'.repeat(300)).join(' ')}`],
  ['one word that fits below the name only', `X-Long-Name-Of-A-Field: ${'a'.repeat(990)}`],
  ['a long name in quotes', `To: "${'name '.repeat(300)}" <a@example.com>`],
];
for (const [name, raw] of spaced) {
  test(`${name} says the same once it is unfolded`, () => {
    const fresh = folded(raw);
    assert.equal(fresh.raw.toString('latin1').replace(/\r\n(?=[ \t])/g, ''), `${raw}\r\n`);
    assert.equal(foldedField(fresh), undefined);
  });
}

test('lines that were short stay where they were broken', () => {
  const fresh = folded(
    `To: a@example.com,\r\n\t${many(80, (index) => `user${index}@example.com`).join(', ')}`,
  );
  assert.ok(fresh.raw.toString().startsWith('To: a@example.com,\r\n\tuser0@example.com, user1@'));
});

test('a list without white space is folded behind its separators', () => {
  const addresses = many(100, (index) => `user${index}@example.com`);
  const boxes = parseMailboxes(fieldValue(folded(`To: ${addresses.join(',')}`)));
  assert.deepEqual(
    boxes?.map(({ address }) => `${address.local}@${address.domain}`),
    addresses,
  );
  const ids = many(100, (index) => `id${index}@mail.example`);
  const references = ids.map((id) => `<${id}>`).join('');
  assert.equal(fieldValue(folded(`References: ${references}`)).replaceAll(' ', ''), references);
});

test('a separator inside a quoted name is no place to fold', () => {
  const names = many(60, (index) => `"Name,${index},x" <user${index}@example.com>`);
  const boxes = parseMailboxes(fieldValue(folded(`To: ${names.join(',')}`)));
  assert.deepEqual(
    boxes?.map(({ name }) => name),
    many(60, (index) => `Name,${index},x`),
  );
});

test('text without a place to fold becomes encoded words that say the same', () => {
  const text = 'a'.repeat(3_000);
  assert.equal(decodeHeaderText(fieldValue(folded(`Subject: ${text}`))), text);
});

test('a URL or an address that is too long for a line is left', () => {
  assert.equal(foldedField(fieldOf(`List-Unsubscribe: <https://acme.test/${'a'.repeat(1_000)}>`)), undefined);
  assert.equal(foldedField(fieldOf(`To: <${'a'.repeat(1_000)}@example.com>`)), undefined);
});
