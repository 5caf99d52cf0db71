import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeaders } from '@waybill/mail/headers';
import type { SubmissionOptions } from '../message.ts';
import { readControlHeaders, stripWaybillHeaders } from './control-headers.ts';

const fieldsOf = (lines: readonly string[]) =>
  parseHeaders(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)).fields;
const read = (...lines: readonly string[]) => readControlHeaders(fieldsOf(lines));

const understood: readonly (readonly [string, SubmissionOptions])[] = [
  ['Stream: receipts', { stream: 'receipts' }],
  ['TAG: welcome', { tags: ['welcome'] }],
  ['Tag: =?utf-8?q?Gr=C3=BC=C3=9Fe?=', { tags: ['Grüße'] }],
  ['Tag: Grüße', { tags: ['Grüße'] }],
  ['Tag: a\r\n b', { tags: ['a b'] }],
  ['Metadata-Order: 42', { metadata: { order: '42' } }],
  ['Custom-Id: order-42', { customId: 'order-42' }],
  ['Track-Opens: no', { trackOpens: false }],
  ['Track-Opens: YES', { trackOpens: true }],
  ['Track-Clicks: HTML', { trackClicks: 'html' }],
  ['Track-Clicks: none', { trackClicks: 'none' }],
  ['Idempotency-Key: 7f-1', { idempotencyKey: '7f-1' }],
  ['Send-At: 2026-03-01T12:00:00+02:00', { sendAt: '2026-03-01T12:00:00+02:00' }],
  ['Ip-Pool: warm', { ipPool: 'warm' }],
  ['Require-TLS: true', { requireTls: true }],
  ['Bypass-Suppression: 1', { bypassSuppression: true }],
  ['Sandbox: on', { sandbox: true }],
  // Passed on unchanged: `send-at.ts` refuses an invalid time.
  ['Send-At: tomorrow', { sendAt: 'tomorrow' }],
  ['Send-At:', { sendAt: '' }],
  ['Send-At: a\0b', { sendAt: '' }],
];
for (const [line, options] of understood) {
  test(`understands X-Waybill-${line.replace('\r\n', '\\r\\n')}`, () => {
    assert.deepEqual(read(`X-Waybill-${line}`), { options, notes: [] });
  });
}

const leftOut: readonly (readonly [string, string])[] = [
  ['Account: v1; account=acc_x', 'forged_account_header'],
  ['Unheard-Of: 1', 'unknown_control_header'],
  ['Stream:', 'unusable_control_header'],
  ['Stream: ../etc', 'unusable_control_header'],
  [`Stream: ${'s'.repeat(65)}`, 'unusable_control_header'],
  [`Tag: ${'t'.repeat(257)}`, 'unusable_control_header'],
  ['Tag: a\0b', 'unusable_control_header'],
  ['Tag: a\x1bb', 'unusable_control_header'],
  ['Tag: a\u2028b', 'unusable_control_header'],
  ['Metadata-: 1', 'unusable_control_header'],
  ['Metadata-__proto__: 1', 'unusable_control_header'],
  [`Metadata-a: ${'v'.repeat(501)}`, 'unusable_control_header'],
  ['Track-Opens: maybe', 'unusable_control_header'],
  ['Track-Clicks: everything', 'unusable_control_header'],
  [`Idempotency-Key: ${'k'.repeat(257)}`, 'unusable_control_header'],
];
for (const [line, what] of leftOut) {
  test(`notes ${what} for X-Waybill-${JSON.stringify(line.slice(0, 40))}`, () => {
    const { options, notes } = read(`X-Waybill-${line}`);
    assert.deepEqual([options, notes.map((note) => note.what)], [{}, [what]]);
  });
}

test('a line break in an encoded word cannot leave the tag', () => {
  const { options } = read('X-Waybill-Tag: =?utf-8?q?a=0D=0ABcc:_b=40x.test?=');
  assert.deepEqual(options.tags, ['a  Bcc: b@x.test']);
});

test('tags and metadata may repeat, everything else counts once', () => {
  const { options, notes } = read(
    'X-Waybill-Tag: one',
    'X-Waybill-Tag: two',
    'X-Waybill-Tag: one',
    'X-Waybill-Metadata-a: 1',
    'X-Waybill-Metadata-b: 2',
    'X-Waybill-Metadata-A: 3',
    'X-Waybill-Stream: first',
    'X-Waybill-Stream: second',
  );
  assert.deepEqual(options, { tags: ['one', 'two'], metadata: { a: '1', b: '2' }, stream: 'first' });
  assert.deepEqual(
    notes.map(({ what, detail }) => [what, detail?.name]),
    [
      ['repeated_control_header', 'X-Waybill-Metadata-A'],
      ['repeated_control_header', 'X-Waybill-Stream'],
    ],
  );
});

test('the number of tags, metadata and notes is limited', () => {
  const many = (name: string) =>
    Array.from({ length: 60 }, (_, index) => `X-Waybill-${name.replace('#', String(index))}: v${index}`);
  assert.equal(read(...many('Tag')).options.tags?.length, 20);
  assert.equal(Object.keys(read(...many('Metadata-#')).options.metadata ?? {}).length, 20);
  assert.equal(read(...many('Nonsense-#')).notes.length, 50);
});

test('other headers are not looked at', () => {
  assert.deepEqual(read('Subject: X-Waybill-Tag: a', 'X-Waybil-Tag: b', 'X-Other: c'), {
    options: {},
    notes: [],
  });
});

test('every X-Waybill field is removed and every other byte stays', () => {
  const before =
    'X-Waybill-Account: v1;\r\n account=acc_1\r\nFrom: a@x.test\r\nx-waybill-tag : t\r\nSubject: s\r\nX-WAYBILL-Z: z\r\n';
  const body = '\r\nX-Waybill-Tag: in the body\r\n';
  const source = Buffer.from(before + body);
  assert.equal(
    stripWaybillHeaders(source, parseHeaders(source).fields).toString(),
    `From: a@x.test\r\nSubject: s\r\n${body}`,
  );
});

test('a message without such fields is the same buffer', () => {
  const source = Buffer.from('From: a@x.test\r\n\r\nHi\r\n');
  assert.equal(stripWaybillHeaders(source, parseHeaders(source).fields), source);
});
