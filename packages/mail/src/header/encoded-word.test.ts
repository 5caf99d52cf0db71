import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldValue, makeField } from '../headers.ts';
import { decodeHeaderText, decodeWords, encodeHeaderText, textOfBytes } from './encoded-word.ts';

const decoded: readonly [string, string][] = [
  ['plain', 'plain'],
  // RFC 2047 §8
  ['=?US-ASCII?Q?Keith_Moore?= <moore@cs.example>', 'Keith Moore <moore@cs.example>'],
  ['=?ISO-8859-1?Q?Patrik_F=E4ltstr=F6m?=', 'Patrik Fältström'],
  ['=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=', 'If you can read this yo'],
  ['(=?ISO-8859-1?Q?a?= b)', '(a b)'],
  ['(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)', '(ab)'],
  ['(=?ISO-8859-1?Q?a?=    \t  =?ISO-8859-2?Q?b?=)', '(ab)'],
  ['(=?ISO-8859-1?Q?a_b?=)', '(a b)'],
  ['=?utf-8?q?=f0=9f=93=a6?= x', '📦 x'],
  ['=?utf-8?b?8J+T?= =?utf-8?b?pg==?=', '📦'],
  ['=?utf-8*en?q?language?=', 'language'],
  ['=?windows-1252?q?=80?=', '€'],
  ['=?koi8-r?q?=D0?=', 'п'],
  ['=?shift_jis?b?k/qWew==?=', '日本'],
  ['=?x-unknown?q?caf=E9?=', '=?x-unknown?q?caf=E9?='],
  ['=?utf-8?x?abc?=', '=?utf-8?x?abc?='],
  ['=?utf-8?q?has space?=', '=?utf-8?q?has space?='],
  ['=?utf-8?q?unfinished', '=?utf-8?q?unfinished'],
  ['=?utf-8?q?=ZZ?=', '=ZZ'],
  ['=?utf-8?q??=', ''],
  ['=?utf-8?q?=0D=0ABcc:_x=00?=', '  Bcc: x '],
];

for (const [raw, text] of decoded) {
  test(`shows ${raw} as ${JSON.stringify(text)}`, () => {
    assert.equal(decodeWords(raw), text);
  });
}

test('bytes of UTF-8 are read as text, others become U+FFFD', () => {
  assert.equal(textOfBytes(Buffer.from('voilà').toString('latin1')), 'voilà');
  assert.equal(textOfBytes('voil\xe0'), 'voil\ufffd');
  assert.equal(textOfBytes('already 📦 text'), 'already 📦 text');
  assert.equal(decodeHeaderText(Buffer.from('à =?utf-8?q?la?=').toString('latin1')), 'à la');
});

const written = [
  'Your order has shipped',
  'Grüße',
  '📦📦📦 Ihre Bestellung ist unterwegs: 12 Bücher und ein sehr langer Betreff, der nicht in eine Zeile passt',
  '日本語の件名です。'.repeat(20),
  'An ordinary subject that is so long that it has to be folded somewhere before it is allowed to leave the house',
  'looks like =?utf-8?q?one?=',
  ' spaces around ',
  'x'.repeat(500),
  '',
];

for (const text of written) {
  test(`a subject comes back as it was written: ${text.slice(0, 30)}`, () => {
    const field = makeField('Subject', encodeHeaderText(text));
    assert.equal(decodeHeaderText(fieldValue(field)), text);
    for (const line of field.raw.toString('latin1').split('\r\n')) assert.ok(line.length <= 76, line);
    assert.match(field.raw.toString('latin1'), /^[\r\n -~]*$/);
  });
}

test('the shorter encoding is taken', () => {
  assert.match(encodeHeaderText('Grüße aus der Hauptstadt'), /^=\?utf-8\?q\?/);
  assert.match(encodeHeaderText('日本語'), /^=\?utf-8\?b\?/);
});

test('a line break in a subject cannot become a field, encoded or not', () => {
  const value = encodeHeaderText('Hi\r\nBcc: evil@other.test\u2028\0');
  assert.equal(decodeHeaderText(value), 'Hi  Bcc: evil@other.test  ');
  assert.doesNotMatch(value, /=0[AD]/i);
});

test('half a surrogate pair is replaced, not thrown at the caller', () => {
  assert.equal(decodeHeaderText(encodeHeaderText('a\ud83d')), 'a\ufffd');
});
