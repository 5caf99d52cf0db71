import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeaderMeasure, headerExcess, headerLimits } from './header-limits.ts';

const { bytes, lines, fields } = headerLimits;
const from = 'From: ada@acme.test\r\n';
const body = '\r\nHello\r\n';
const filledTo = (size: number): string => `${from}X: ${'x'.repeat(size - from.length - 5)}\r\n`;

const headers: readonly (readonly [string, string, HeaderMeasure | undefined])[] = [
  ['nothing at all', '', undefined],
  ['no header', body, undefined],
  ['a small header', from + body, undefined],
  ['a header without a body', from, undefined],
  ['a header that ends with the bytes', from.trimEnd(), undefined],
  ['LF alone, as HTTP may bring it', `${from}\n${'x: y\n'.repeat(fields)}`, undefined],
  ['as many bytes as it may have', filledTo(bytes) + body, undefined],
  ['one byte more', filledTo(bytes + 1) + body, 'bytes'],
  ['a line without an end', `${from}X: ${'x'.repeat(bytes)}`, 'bytes'],
  ['as many fields as it may have', 'x: y\r\n'.repeat(fields) + body, undefined],
  ['one field more', 'x: y\r\n'.repeat(fields + 1) + body, 'fields'],
  ['as many lines as it may have', `X: y\r\n${' z\r\n'.repeat(lines - 1)}${body}`, undefined],
  ['one line more', `X: y\r\n${'\tz\r\n'.repeat(lines)}${body}`, 'lines'],
  [
    '5,000 recipients, one to a line',
    `${from}To:${'\r\n "A. Recipient" <some.recipient@example.com>,'.repeat(5_000)}\r\n${body}`,
    undefined,
  ],
  ['a body that looks like a huge header', `${from}\r\n${'x: y\r\n'.repeat(200_000)}`, undefined],
  ['a body without line ends', `${from}\r\n${'x'.repeat(2 * bytes)}`, undefined],
];

for (const [name, header, excess] of headers)
  test(`${name} is ${excess === undefined ? 'taken' : `beyond the limit of ${excess}`}`, () => {
    assert.equal(headerExcess(Buffer.from(header)), excess);
  });

test('what is behind the header costs nothing', () => {
  const small = Buffer.from(`${from.repeat(20)}${body}`);
  const large = Buffer.concat([small, Buffer.alloc(20_000_000, 'x')]);
  const cost = (bytes: Buffer): number => {
    const before = process.threadCpuUsage();
    for (let count = 0; count < 1_000; count += 1) headerExcess(bytes);
    return process.threadCpuUsage(before).user;
  };
  cost(small);
  // Reading the 20 MB behind the header would cost thousands of times as much.
  assert.ok(cost(large) < 20 * Math.max(cost(small), 1_000));
});
