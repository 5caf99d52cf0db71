import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStructuredValue } from './content-type.ts';

const read = (text: string) => {
  const { value, params } = parseStructuredValue(text);
  return { value, ...Object.fromEntries(params) };
};

const fields: readonly [string, Record<string, string>][] = [
  ['text/html', { value: 'text/html' }],
  ['Text/HTML; Charset=UTF-8', { value: 'text/html', charset: 'UTF-8' }],
  ['multipart/mixed; boundary="a;b \\"c\\""', { value: 'multipart/mixed', boundary: 'a;b "c"' }],
  [
    'text/plain (a (nested) comment); charset=us-ascii (Plain text)',
    { value: 'text/plain', charset: 'us-ascii' },
  ],
  [
    'text/plain ; charset = "utf-8" ;format=flowed',
    { value: 'text/plain', charset: 'utf-8', format: 'flowed' },
  ],
  ['text/plain; (a \\) charset=b) charset=c', { value: 'text/plain', charset: 'c' }],
  ['text/plain; charset=a; charset=b', { value: 'text/plain', charset: 'a' }],
  ['text/plain; garbage; charset=a', { value: 'text/plain', charset: 'a' }],
  ['text/plain;charset=a;', { value: 'text/plain', charset: 'a' }],
  ['text/plain; charset="never closed', { value: 'text/plain', charset: 'never closed' }],
  ['text/plain; (never closed; charset=a', { value: 'text/plain' }],
  ['', { value: '' }],
  [';;;', { value: '' }],
  ['attachment; filename*0="a "; filename*1="b.txt"', { value: 'attachment', filename: 'a b.txt' }],
  ['attachment; filename*1="b"; filename*0="a"', { value: 'attachment', filename: 'ab' }],
  ["attachment; filename*=utf-8'de'%C3%A4.pdf", { value: 'attachment', filename: 'ä.pdf' }],
  ["attachment; filename*0*=iso-8859-1''%E4; filename*1=.pdf", { value: 'attachment', filename: 'ä.pdf' }],
  ["attachment; filename=old.pdf; filename*=utf-8''new.pdf", { value: 'attachment', filename: 'new.pdf' }],
  ["attachment; filename*=x-unknown''%E4", { value: 'attachment', filename: 'ä' }],
  ['multipart/mixed; boundary*0=ab; boundary*1=cd', { value: 'multipart/mixed', boundary: 'abcd' }],
];

for (const [text, expected] of fields) {
  test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(read(text), expected));
}

const hostile: readonly [string, string][] = [
  ['open comments', `text/plain; ${'('.repeat(200_000)}`],
  ['open quotes', `text/plain; ${'a="'.repeat(70_000)}`],
  ['backslashes', `text/plain; a="${'\\'.repeat(200_000)}`],
  ['semicolons', `text/plain${';'.repeat(200_000)}`],
  ['parameters', `text/plain;${'a=b;'.repeat(50_000)}`],
];

for (const [name, text] of hostile) {
  test(`reads the value before 200 kB of ${name}`, () => {
    assert.equal(parseStructuredValue(text).value, 'text/plain');
  });
}
