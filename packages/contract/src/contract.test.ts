import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventTypes } from '@waybill/relay/events/event';
import { z } from 'zod';
import { accountPatch, adminAccountPatch } from './account.ts';
import { apiKeyBody, scope } from './api-key.ts';
import { event, eventQuery } from './event.ts';
import { publicIdOf } from './id.ts';
import { listQuery } from './list.ts';
import { contentQuery, messageQuery } from './message.ts';
import { batchBody, headerName, sendBody } from './send.ts';
import { rotateBody, smtpCredentialBody } from './smtp-credential.ts';
import { streamName } from './stream.ts';
import { suppressionBody } from './suppression.ts';
import { oneLine, time } from './text.ts';

const takes = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;
const id = (prefix: string): string => `${prefix}_${'0'.repeat(26)}`;

test('an id is its prefix and 26 characters of base32', () => {
  const message = publicIdOf('msg');
  assert.ok(takes(message, id('msg')));
  for (const text of [
    id('dlv'),
    `${id('msg')}0`,
    'msg_',
    `msg_${'i'.repeat(26)}`,
    `msg_${'A'.repeat(26)}`,
    ` ${id('msg')}`,
    `${id('msg')}\n`,
  ])
    assert.ok(!takes(message, text), JSON.stringify(text));
});

for (const [text, good] of [
  ['Grüße, Zoë 🎉', true],
  ['a\tb', false],
  ['a\r\nb', false],
  ['a\nb', false],
  ['a\0b', false],
  ['a\u0085b', false],
  ['a\u2028b', false],
  ['a\u2029b', false],
  ['%0d%0a', true],
  ['=?utf-8?q?caf=C3=A9?=', true],
  ['=?utf-8?q?=0D=0ABcc:_x?=', false],
  ['=?UTF-8?Q?=0d?=', false],
  ['=?utf-8?b?DQpCY2M6IHg=?=', false],
  ['=?utf-8?b?aGVsbG8=?=', true],
  ['=?utf-8?b?***?=', true],
] as const)
  test(`one line ${good ? 'takes' : 'refuses'} ${JSON.stringify(text)}`, () => {
    assert.equal(takes(oneLine(200), text), good);
  });

test('times are RFC 3339', () => {
  for (const text of ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.123+01:00'])
    assert.ok(takes(time, text), text);
  for (const text of ['2026-11-21', 'tomorrow', '2026-13-01T00:00:00Z', '1763719200'])
    assert.ok(!takes(time, text), text);
});

test('a page has 1 to 100 items, 25 by default, and no offset', () => {
  assert.equal(listQuery.parse({}).limit, 25);
  assert.equal(listQuery.parse({ limit: '100' }).limit, 100);
  for (const limit of ['0', '101', 'x', '1e9', '-1', '2.5']) assert.ok(!takes(listQuery, { limit }), limit);
  assert.ok(!takes(listQuery, { offset: '10' }));
});

test('every event has a public name, and there is no other public name', () => {
  const { type } = event.shape;
  for (const one of eventTypes) assert.ok(takes(type, `message.${one}`), one);
  for (const one of ['message.nothing', 'opened']) assert.ok(!takes(type, one));
  assert.ok(takes(eventQuery, { types: 'message.opened,message.clicked' }));
  assert.ok(!takes(eventQuery, { types: 'opened' }));
});

const aSubmission = { from: 'a@b.test', to: 'c@d.example' };
for (const [what, more, good] of [
  ['one recipient', {}, true],
  ['several recipients', { to: ['a@b.test', 'Bob <b@c.test>'] }, true],
  ['no recipient', { to: [] }, false],
  ['an empty recipient', { to: '' }, false],
  ['an unknown field', { bccc: 'x@y.test' }, false],
  ['tags as Resend writes them', { tags: [{ name: 'a', value: 'b' }] }, true],
  ['tags as words', { tags: ['a-b_c'] }, true],
  ['a tag with a space', { tags: ['a b'] }, false],
  ['metadata', { metadata: { order: '7' } }, true],
  ['metadata that is no text', { metadata: { order: 7 } }, false],
  ['metadata under an odd name', { metadata: { 'a b': 'x' } }, false],
  [
    'too much metadata',
    { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'x'])) },
    false,
  ],
  ['an attachment', { attachments: [{ filename: 'a', content: 'aGk=' }] }, true],
  ['an attachment by path', { attachments: [{ filename: 'a', path: '/etc/passwd' }] }, false],
  [
    'an attachment by URL',
    { attachments: [{ filename: 'a', content: 'aGk=', href: 'http://x.test' }] },
    false,
  ],
  ['content that is no base64', { attachments: [{ filename: 'a', content: 'a b' }] }, false],
  [
    'a media type with parameters',
    { attachments: [{ filename: 'a', content: '', content_type: 'text/plain; x=y' }] },
    true,
  ],
  ['tracking by mode', { tracking: { clicks: 'html', opens: false } }, true],
  ['tracking by an unknown mode', { tracking: { clicks: 'some' } }, false],
] as const)
  test(`a submission with ${what} is ${good ? 'taken' : 'refused'}`, () => {
    assert.equal(takes(sendBody, { ...aSubmission, ...more }), good);
  });

test('a client cannot set headers that describe the MIME structure or the sender', () => {
  for (const name of [
    'X-Campaign',
    'List-Unsubscribe',
    'In-Reply-To',
    'References',
    'Message-ID',
    'Auto-Submitted',
  ])
    assert.ok(takes(headerName, name), name);
  for (const name of [
    'From',
    'TO',
    'bcc',
    'Subject',
    'Date',
    'Content-Type',
    'MIME-Version',
    'DKIM-Signature',
    'Received',
    'Return-Path',
    'X-Waybill-Tag',
    'Sender',
    'a b',
    'a:b',
    '',
    'Ä',
  ])
    assert.ok(!takes(headerName, name), name);
});

test('a batch has 1 to 100 items of any kind', () => {
  assert.ok(takes(batchBody, { messages: [1, null, {}] }));
  assert.ok(!takes(batchBody, { messages: [] }));
  assert.ok(!takes(batchBody, { messages: Array.from({ length: 101 }, () => ({})) }));
});

test('an account cannot set the fields of the operator', () => {
  const limits = { limits: { per_hour: 5 } };
  assert.ok(takes(adminAccountPatch, limits));
  assert.ok(!takes(accountPatch, limits));
  for (const more of [{ delivery_mode: 'mx' }, { smarthost_url: 'smtp://x.test' }, { status: 'active' }])
    assert.ok(!takes(accountPatch, more));
  for (const url of ['http://x.test', 'smtp://', 'smtp://a b'])
    assert.ok(!takes(adminAccountPatch, { smarthost_url: url }), url);
});

test('a key accepts every scope that the API shows, and not the scope of the operator', () => {
  for (const one of ['messages:send', 'domains:*', '*']) assert.ok(takes(scope, one), one);
  for (const one of ['admin:*', 'messages']) assert.ok(!takes(scope, one), one);
  assert.equal(apiKeyBody.parse({ name: 'x' }).kind, 'live');
  assert.ok(!takes(apiKeyBody, { name: 'x', kind: 'admin' }));
});

test('the body of a rotation may be empty', () => {
  for (const body of [undefined, null, {}, { grace_minutes: 0 }]) assert.ok(takes(rotateBody, body));
  for (const body of [{ grace_minutes: -1 }, { grace_minutes: 10_081 }, { secret: 'x' }])
    assert.ok(!takes(rotateBody, body));
  assert.ok(!takes(smtpCredentialBody, { name: 'x', secret: 'hunter2' }));
});

test('a request adds one suppression or up to a thousand', () => {
  const entry = { address: 'a@b.test' };
  assert.ok(takes(suppressionBody, entry));
  assert.ok(takes(suppressionBody, { suppressions: Array.from({ length: 1000 }, () => entry) }));
  assert.ok(!takes(suppressionBody, { suppressions: Array.from({ length: 1001 }, () => entry) }));
  assert.ok(!takes(suppressionBody, { ...entry, reason: 'whim' }));
});

test('stream names and query fields are closed sets', () => {
  for (const name of ['news', 'a', 'a-b_1']) assert.ok(takes(streamName, name), name);
  for (const name of ['', '-a', 'a-', 'News', 'a b', 'a'.repeat(64)])
    assert.ok(!takes(streamName, name), name);
  assert.ok(takes(contentQuery, { part: 'raw' }));
  assert.ok(!takes(contentQuery, { part: 'secret' }));
  for (const status of ['delivered', 'accepted', 'held']) assert.ok(takes(messageQuery, { status }), status);
  assert.ok(!takes(messageQuery, { status: 'lost' }));
  assert.ok(!takes(messageQuery, { account_id: id('acc') }));
});

test('every schema can be written as JSON Schema', () => {
  for (const schema of [sendBody, event, messageQuery, suppressionBody, adminAccountPatch, rotateBody])
    assert.equal(typeof z.toJSONSchema(schema, { io: 'input' }), 'object');
});
