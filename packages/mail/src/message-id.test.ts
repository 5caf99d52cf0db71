import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMessageId, isMessageId, parseMessageId } from './message-id.ts';

test('an identifier of ours reads back', () => {
  const written = formatMessageId('msg_01k', 'acme.test');
  assert.equal(written, '<msg_01k@acme.test>');
  assert.equal(parseMessageId(written), 'msg_01k@acme.test');
});

const values: readonly [string, string | undefined][] = [
  ['<a@b.test>', 'a@b.test'],
  ['  <a@b.test>\t', 'a@b.test'],
  ['<"quoted"@b.test>', '"quoted"@b.test'],
  ['<a@[192.0.2.1]>', 'a@[192.0.2.1]'],
  ['<no-at-sign>', 'no-at-sign'],
  ['', undefined],
  ['<>', undefined],
  ['a@b.test', undefined],
  ['<a@b.test', undefined],
  ['<a b@c.test>', undefined],
  ['<a@b.test> <c@d.test>', undefined],
  ['<a@b.test> trailing', undefined],
  ['<a\u0007@b.test>', undefined],
  [`<${'a'.repeat(991)}>`, undefined],
];

for (const [value, id] of values) {
  test(`the value ${JSON.stringify(value).slice(0, 40)} holds ${id ?? 'no identifier'}`, () => {
    assert.equal(parseMessageId(value), id);
  });
}

test('nothing can be smuggled into an identifier of ours', () => {
  for (const [id, domain] of [
    ['a>', 'b.test'],
    ['a\r\nBcc: x', 'b.test'],
    ['', 'b.test'],
    ['a', 'b test'],
    ['a', ''],
  ] as const) {
    assert.throws(() => formatMessageId(id, domain), /Not a message id/);
  }
});

const fields: readonly [string, boolean][] = [
  ['<a@b.test>', true],
  ['  <a@b.test>\t', true],
  ['<a@b.test> (sent by us)', true],
  ['(by us) <a@b.test>', true],
  ['<"quoted id"@b.test>', true],
  ['<"quoted@id"@b.test>', true],
  ['<a@[192.0.2.1]>', true],
  ['<a..b@host_name>', true],
  ['<0$f(3)/x=y@b.test>', true],
  ['', false],
  ['<>', false],
  ['<abc>', false],
  ['<@b.test>', false],
  ['<a@>', false],
  ['<a@b@c.test>', false],
  ['a@b.test', false],
  ['<a@b.test', false],
  ['<a b@c.test>', false],
  ['<a@b.test> <c@d.test>', false],
  ['=?utf-8?q?=3Ca=40b=2Etest=3E?=', false],
  [`<${'a'.repeat(985)}@b.test>`, false],
];
for (const [value, expected] of fields) {
  test(`${JSON.stringify(value).slice(0, 40)} is ${expected ? 'a' : 'no'} valid Message-ID`, () =>
    assert.equal(isMessageId(value), expected));
}
