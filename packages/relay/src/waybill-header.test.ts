import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { makeId, publicId } from './id.ts';
import { formatWaybillHeader, parseWaybillHeader, type Waybill } from './waybill-header.ts';

const at = new Date('2026-03-01T10:00:00Z');
const id = (byte: number) => makeId(at, Buffer.alloc(10, byte));
const key = createSecretKey(Buffer.alloc(32, 1));
const oldKey = createSecretKey(Buffer.alloc(32, 2));

const waybill: Waybill = {
  accountId: id(1),
  credentialId: id(2),
  ip: '2001:db8::1',
  messageId: id(3),
  at,
};
const value = formatWaybillHeader(waybill, key);
const flat = value.replaceAll('\r\n', '');

test('a header that was just written is read back', () => {
  assert.deepEqual(parseWaybillHeader(value, [key], waybill.messageId), waybill);
  const bare = { ...waybill, credentialId: undefined, ip: undefined };
  assert.deepEqual(parseWaybillHeader(formatWaybillHeader(bare, key), [key], bare.messageId), bare);
});

test('a recorded header is accepted', () => {
  const recorded =
    'v1; account=acc_068a5c0001r010000000000004;\r\n credential=cred_068a5c0001r010000000000008;\r\n ip=192.0.2.1;\r\n message=msg_068a5c0001r01000000000000c; t=1767323045;\r\n mac=5f0b5fa08e1f245bfbc35d0fcea12345bf7a5b7386ddfda391e8463b7a77834f';
  const messageId = '0190a2b0-0000-7000-8000-000000000003';
  assert.deepEqual(parseWaybillHeader(recorded, [createSecretKey(Buffer.alloc(32, 4))], messageId), {
    accountId: '0190a2b0-0000-7000-8000-000000000001',
    credentialId: '0190a2b0-0000-7000-8000-000000000002',
    ip: '192.0.2.1',
    messageId,
    at: new Date('2026-01-02T03:04:05Z'),
  });
});

test('its text has the documented form', () => {
  const [acc, cred, msg] = [publicId('acc', id(1)), publicId('cred', id(2)), publicId('msg', id(3))];
  const said = `v1; account=${acc}; credential=${cred}; ip=2001:db8::1; message=${msg}; t=${at.getTime() / 1000}; mac=`;
  assert.equal(flat.slice(0, -64), said);
});

test('no line of it is longer than 78 bytes', () => {
  const long = formatWaybillHeader({ ...waybill, ip: '2001:db8:1111:2222:3333:4444:5555:6666' }, key);
  for (const line of `X-Waybill-Account: ${long}`.split('\r\n')) assert.ok(line.length <= 78, line);
});

test('a header that was refolded is still valid', () => {
  for (const folded of [flat, flat.replaceAll('; ', ';\r\n\t'), flat.replaceAll('; ', ';   '), ` ${flat} `]) {
    assert.deepEqual(parseWaybillHeader(folded, [key], waybill.messageId), waybill);
  }
});

test('an old key stays valid while keys rotate', () => {
  const old = formatWaybillHeader(waybill, oldKey);
  assert.deepEqual(parseWaybillHeader(old, [key, oldKey], waybill.messageId), waybill);
  assert.equal(parseWaybillHeader(old, [key], waybill.messageId), undefined);
  assert.equal(parseWaybillHeader(old, [], waybill.messageId), undefined);
});

test('a header of one message is not valid in another', () => {
  assert.equal(parseWaybillHeader(value, [key], id(4)), undefined);
});

test('a header with any altered character is invalid', () => {
  for (let place = 0; place < flat.length; place++) {
    if (flat[place] === ' ') continue;
    const other = flat[place] === '1' ? '2' : '1';
    const altered = flat.slice(0, place) + other + flat.slice(place + 1);
    assert.equal(parseWaybillHeader(altered, [key], waybill.messageId), undefined, `place ${place}`);
  }
});

const forms: readonly string[] = [
  '',
  'v1',
  'acc_1',
  flat.toUpperCase(),
  `${flat}0`,
  flat.slice(0, -1),
  flat.replace('v1; ', 'v1; v1; '),
  flat.replace(/ t=\d+;/, ''),
  `${flat}; mac=${'0'.repeat(64)}`,
  flat.replace('; credential', '; x=y; credential'),
];
for (const [index, text] of forms.entries()) {
  test(`a value of another form is no header (${index})`, () => {
    assert.equal(parseWaybillHeader(text, [key], waybill.messageId), undefined);
  });
}
