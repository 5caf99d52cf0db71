import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanView } from './charset.ts';
import { findTextLinks, type TextFormat } from './text-links.ts';

const searchIn = (bytes: Buffer, charset: string, format: TextFormat = { deletesSpaces: false }) => {
  const view = scanView(bytes, charset);
  assert.ok(view);
  const { links, untouched } = findTextLinks(view, format);
  return {
    urls: links.map(({ url }) => url),
    bytes: links.map(({ start, end }) => view.text.slice(start, end)),
    untouched: Object.fromEntries(untouched),
  };
};

const search = (text: string, format?: TextFormat) => searchIn(Buffer.from(text), 'utf-8', format);

const U = 'https://a.example/b';

const found: readonly [string, readonly string[]][] = [
  [U, [U]],
  [`see ${U}, or ${U}?c.`, [U, `${U}?c`]],
  [`(${U})`, [U]],
  [`(see ${U}.)`, [U]],
  [`${U}_(c)`, [`${U}_(c)`]],
  [`(${U}_(c))`, [`${U}_(c)`]],
  [`[${U}]`, [U]],
  [`[x](${U})`, [U]],
  [`<${U}>`, [U]],
  [`<${U}\r\n>`, []],
  [`"${U}"`, [U]],
  [`'${U}'`, [U]],
  [`**${U}**`, [U]],
  [`${U}!`, [U]],
  [`${U}?token=ab_-`, [`${U}?token=ab_-`]],
  [`${U}#c;d=1&e`, [`${U}#c;d=1&e`]],
  ['HTTP://A.EXAMPLE', ['HTTP://A.EXAMPLE']],
  ['http://[::1]:80/', ['http://[::1]:80/']],
  [`${U}?u=http://c.example/`, [`${U}?u=http://c.example/`]],
  [`x${U}`, []],
  ['http:// x', []],
  ['https://...', []],
  [`${U}?id={{id}}`, []],
  [`“${U}”`, [U]],
  [`${U}…`, [U]],
  [`${U}。`, [U]],
  [`${U}\u00a0x`, [U]],
  ['https://bücher.example/ä', ['https://bücher.example/ä']],
  ['https://bücher.example/ä’s', ['https://bücher.example/ä']],
];

for (const [text, urls] of found) {
  test(`finds ${JSON.stringify(urls)} in ${JSON.stringify(text)}`, () =>
    assert.deepEqual(search(text).urls, urls));
}

test('a URL whose end is ambiguous stays', () => {
  for (const text of [`詳細は${U}をご覧ください`, `<${U}\r\n/c>`]) {
    assert.deepEqual(search(text), { urls: [], bytes: [], untouched: { ambiguous_end: 1 } });
  }
});

test('a URL at the end of a flowed line stays whole', () => {
  assert.deepEqual(search(`${U} \r\nmore`).urls, [U]);
  assert.deepEqual(search(`${U} \r\nmore`, { deletesSpaces: true }).untouched, { ambiguous_end: 1 });
  assert.deepEqual(search(`${U} more`, { deletesSpaces: true }).urls, [U]);
});

test('spans are bytes, whatever the charset', () => {
  assert.deepEqual(search(`„${U}/ä“ x`).bytes, [Buffer.from(`${U}/ä`).toString('latin1')]);
  assert.deepEqual(searchIn(Buffer.from(`\x84${U}/\xe4\x93`, 'latin1'), 'windows-1252').urls, [`${U}/ä`]);
  assert.deepEqual(searchIn(Buffer.from(`${U}/ä”`, 'utf16le'), 'utf-16le').urls, [`${U}/ä`]);
  const japanese = searchIn(
    Buffer.concat([Buffer.from(U), Buffer.from('\x1b$B!#\x1b(B', 'latin1')]),
    'iso-2022-jp',
  );
  assert.deepEqual([japanese.urls, japanese.bytes], [[U], [U]]);
});
