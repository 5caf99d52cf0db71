import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendBody } from '@waybill/contract/send';
import { fieldsNamed, fieldValue, parseHeaders } from '@waybill/mail/headers';
import { Refusal } from '@waybill/relay/refusal';
import { compose } from './compose.ts';

const now = new Date('2026-11-21T10:00:00Z');
const aBody = (more: Record<string, unknown> = {}) =>
  sendBody.parse({
    from: 'Ada <ada@acme.test>',
    to: 'bob@example.com',
    subject: 'Hello',
    text: 'Hi',
    ...more,
  });
const composed = async (more: Record<string, unknown> = {}) => {
  const result = await compose(aBody(more), now);
  return { ...result, text: result.bytes.toString('latin1'), fields: parseHeaders(result.bytes).fields };
};
/** Random bytes may spell anything. */
const withoutId = (text: string): string => text.replace(/^Message-ID:.*\r\n/m, '');
const headerOf = async (name: string, more: Record<string, unknown>): Promise<string | undefined> => {
  const [field, second] = fieldsNamed((await composed(more)).fields, name);
  assert.equal(second, undefined, `one ${name} only`);
  return field && fieldValue(field);
};

test('a plain submission becomes a message with one From, To, Subject, Date and Message-ID', async () => {
  const { fields, envelope, text } = await composed();
  for (const name of ['From', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version'])
    assert.equal(fieldsNamed(fields, name).length, 1, name);
  assert.deepEqual(envelope, {
    mailFrom: 'ada@acme.test',
    rcptTo: ['bob@example.com'],
    smtpUtf8: false,
    body: '7bit',
  });
  assert.match(text, /Date: Sat, 21 Nov 2026 10:00:00 \+0000\r\n/);
  assert.doesNotMatch(text, /(?<!\r)\n/);
});

test('Bcc is in the envelope and nowhere in the message', async () => {
  const { envelope, text } = await composed({ cc: 'cy@example.com', bcc: ['Eve <eve@example.com>'] });
  assert.deepEqual(envelope.rcptTo, ['bob@example.com', 'cy@example.com', 'eve@example.com']);
  assert.doesNotMatch(withoutId(text), /eve|bcc/i);
});

test('text and html become alternatives, an embedded picture is related', async () => {
  const { text } = await composed({
    html: '<img src="cid:pic">',
    attachments: [{ filename: 'a.png', content: 'iVBORw0KGgo=', content_id: 'pic' }],
  });
  assert.match(text, /multipart\/alternative/);
  assert.match(text, /multipart\/related/);
  assert.match(text, /Content-Id: <pic>/i);
});

test('names and subjects beyond ASCII are encoded words', async () => {
  const more = { from: 'Zoë <ada@acme.test>', subject: 'Grüße 🎉' };
  assert.match((await headerOf('From', more)) ?? '', /^=\?UTF-8\?[QB]\?.*\?= <ada@acme\.test>$/i);
  assert.match((await headerOf('Subject', more)) ?? '', /^=\?UTF-8\?/i);
});

test('a local part beyond ASCII asks for SMTPUTF8', async () => {
  assert.equal((await composed({ to: 'zoë@example.com' })).envelope.smtpUtf8, true);
});

test('options are carried beside the message, not in it', async () => {
  const { options, text } = await composed({
    tags: ['welcome', { name: 'campaign', value: 'a1' }],
    metadata: { order: '7' },
    custom_id: 'c-1',
    stream: 'news',
    tracking: { opens: false, clicks: true },
    sandbox: true,
    scheduled_at: '2026-11-22T10:00:00+01:00',
  });
  assert.deepEqual(options, {
    stream: 'news',
    tags: ['welcome', 'campaign:a1'],
    metadata: { order: '7' },
    customId: 'c-1',
    trackOpens: false,
    trackClicks: 'all',
    sendAt: '2026-11-22T10:00:00+01:00',
    sandbox: true,
  });
  assert.doesNotMatch(withoutId(text), /campaign|c-1|waybill/i);
});

for (const from of ['ada@acme.test, bob@acme.test', 'no-address', '< >', 'Ada <ada@acme.test> <b@acme.test>'])
  test(`${from} is not one From address`, async () => {
    await assert.rejects(
      compose(aBody({ from }), now),
      (error) => error instanceof Refusal && error.code === 'request_malformed',
    );
  });

test('an encoded word that hides a control character is refused, a harmless one is not', async () => {
  for (const word of [
    '=?utf-8?q?=0D=0ABcc:_eve?=',
    '=?utf-8?B?DQpCY2M6IGV2ZUBldmlsLnRlc3Q=?=',
    '=?x?q?=00?=',
  ])
    assert.throws(() => aBody({ subject: `Hello ${word}` }), word);
  assert.ok(aBody({ subject: 'Hello =?utf-8?q?caf=C3=A9?=' }));
});

const breaks = ['\r\n', '\n', '\r', '\0', '\u2028', '\u2029', '\x0b', '\x85'];
const hostile = (text: string): Record<string, unknown>[] => [
  { from: `Ada${text}Bcc: eve@evil.test <ada@acme.test>` },
  { to: `bob@example.com${text}Bcc: eve@evil.test` },
  { reply_to: `bob@example.com${text}Bcc: eve@evil.test` },
  { subject: `Hello${text}Bcc: eve@evil.test` },
  { headers: { 'X-Note': `a${text}Bcc: eve@evil.test` } },
  { headers: { [`X-Note${text}Bcc`]: 'eve@evil.test' } },
  { attachments: [{ filename: `a${text}Bcc: eve@evil.test`, content: '' }] },
  { attachments: [{ filename: 'a', content: '', content_type: `text/plain${text}Bcc: eve` }] },
  { attachments: [{ filename: 'a', content: '', content_id: `x${text}Bcc: eve` }] },
  { tags: [`a${text}b`] },
  { metadata: { a: `x${text}y` } },
  { custom_id: `x${text}y` },
];

for (const text of breaks)
  test(`no field takes ${JSON.stringify(text)}`, async () => {
    for (const more of hostile(text))
      await assert.rejects(async () => compose(aBody(more), now), Error, JSON.stringify(more));
  });

for (const text of [
  '%0d%0a',
  '=?utf-8?q?=0D=0ABcc:_eve@evil.test?=',
  '=?utf-8?b?DQpCY2M6IGV2ZUBldmlsLnRlc3Q=?=',
  '\\r\\n',
  '&#13;&#10;',
])
  test(`${text} adds no header field to the message`, async () => {
    const plain = (await composed()).fields.map(({ key }) => key);
    for (const more of [
      { subject: `Hello ${text}` },
      { from: `"Ada ${text}" <ada@acme.test>` },
      { headers: { 'X-Note': text } },
    ]) {
      let fields: readonly string[];
      try {
        fields = (await composed(more)).fields.map(({ key }) => key);
      } catch {
        continue; // refused is as good
      }
      assert.deepEqual(fields.filter((key) => key !== 'x-note').toSorted(), plain.toSorted());
    }
  });

for (const name of [
  'Bcc',
  'From',
  'content-type',
  'Content-Transfer-Encoding',
  'X-Waybill-Account',
  'DKIM-Signature',
  'Received',
  'MIME-Version',
  'Return-Path',
])
  test(`a client may not set ${name} as a header`, () => {
    assert.throws(() => aBody({ headers: { [name]: 'x' } }));
  });
