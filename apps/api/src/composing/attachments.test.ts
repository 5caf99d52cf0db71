import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendBody } from '@waybill/contract/send';
import { type MimePart, parseMimeTree } from '@waybill/mail/mime-tree';
import { RequestFault } from '@waybill/relay/management/request-fault';
import { compose } from '../compose.ts';

const now = new Date('2026-11-29T10:00:00Z');
const aBody = (more: Record<string, unknown>) =>
  sendBody.parse({ from: 'ada@acme.test', to: 'bob@example.com', ...more });
const bytesOf = async (more: Record<string, unknown>): Promise<Buffer> =>
  (await compose(aBody(more), now)).bytes;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** `multipart/mixed[text/plain, application/pdf]`. */
const shapeOf = (part: MimePart): string =>
  part.children.length === 0
    ? part.contentType
    : `${part.contentType}[${part.children.map(shapeOf).join(', ')}]`;
const partTypes = (bytes: Buffer): readonly string[] =>
  [...bytes.toString('latin1').matchAll(/^Content-Type: ((?:.|\r\n[ \t])*)/gim)].map(([, type = '']) =>
    type.replaceAll(/\s+/g, ' '),
  );

const invite = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n';
const calendar = (content_type: string) => ({
  filename: 'invite.ics',
  content: base64(invite),
  content_type,
});

test('an invitation stands beside text and html, with its method, and among the files', async () => {
  const bytes = await bytesOf({
    text: 'Talk',
    html: '<p>Talk',
    attachments: [calendar('text/calendar; charset=utf-8; method=REQUEST')],
  });
  assert.equal(
    shapeOf(parseMimeTree(bytes)),
    'multipart/mixed[multipart/alternative[text/plain, text/html, text/calendar], application/ics]',
  );
  const types = partTypes(bytes);
  assert.ok(types.includes('text/calendar; charset=utf-8; method=REQUEST'), types.join('\n'));
  assert.ok(types.includes('application/ics; name=invite.ics'), types.join('\n'));
  assert.ok(bytes.includes('\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n'));
  assert.ok(bytes.includes(base64(invite)), 'the file is there byte for byte');
});

test('an invitation with the line ends of another system is set right beside the text and kept as a file', async () => {
  const content = base64('BEGIN:VCALENDAR\nMETHOD:REQUEST\rSUMMARY:Zoë\r\r\nEND:VCALENDAR\n');
  const bytes = await bytesOf({
    attachments: [{ ...calendar('text/calendar; method=REQUEST'), content }],
  });
  assert.doesNotMatch(bytes.toString('latin1'), /\r(?!\n)|(?<!\r)\n|[\x80-\xff]/);
  assert.ok(bytes.includes('METHOD:REQUEST\r\nSUMMARY:Zo=C3=AB\r\nEND:VCALENDAR\r\n'));
  assert.ok(bytes.toString().replaceAll('\r\n', '').includes(content));
});

test('an invitation without any text is a message too', async () => {
  const bytes = await bytesOf({ attachments: [calendar('text/calendar; method=CANCEL')] });
  assert.equal(shapeOf(parseMimeTree(bytes)), 'multipart/mixed[text/calendar, application/ics]');
});

test('a calendar without a method is a file', async () => {
  const bytes = await bytesOf({ text: 'x', attachments: [calendar('text/calendar; charset=utf-8')] });
  assert.equal(shapeOf(parseMimeTree(bytes)), 'multipart/mixed[text/plain, text/calendar]');
});

test('parameters of a media type arrive', async () => {
  const attachments = [
    {
      filename: 'a.txt',
      content: base64('x'),
      content_type: 'text/plain;charset="iso-8859-1" ; x-kind=list',
    },
  ];
  const types = partTypes(await bytesOf({ text: 'x', attachments }));
  assert.ok(
    types.some((type) => /^text\/plain; charset=iso-8859-1; x-kind=list; name=a\.txt$/.test(type)),
    types.join('\n'),
  );
});

for (const content_type of [
  'text',
  'text/',
  '/plain',
  'text/plain; charset',
  'text/plain; =x',
  'text/plain; a="b',
  'text/plain; a="\\"',
  'text/plain\r\nBcc: eve@evil.test',
  'text/plain; a=é',
  'multipart/mixed',
  'Multipart/Mixed; boundary=x',
])
  test(`${JSON.stringify(content_type)} is no type of a file`, () => {
    const read = sendBody.safeParse({
      from: 'a@b.test',
      to: 'c@d.test',
      text: '',
      attachments: [{ filename: 'a', content: '', content_type }],
    });
    assert.deepEqual(read.error?.issues[0]?.path, ['attachments', 0, 'content_type']);
  });

for (const wrap of [
  (text: string) => text.replace(/.{1,76}/g, '$&\n'),
  (text: string) => text.replace(/.{1,76}/g, '$&\r\n'),
  (text: string) => `${text}\n`,
  (text: string) => ` \t${text.slice(0, 5)} ${text.slice(5)}`,
])
  test(`base64 wrapped as ${JSON.stringify(wrap('AAAA'))} is decoded`, async () => {
    const content = Buffer.from(Array.from({ length: 400 }, (_, index) => index % 256));
    const attachments = [{ filename: 'a.bin', content: wrap(content.toString('base64')) }];
    const bytes = await bytesOf({ text: 'x', attachments });
    assert.ok(bytes.toString().replaceAll('\r\n', '').includes(content.toString('base64')));
  });

for (const content of [
  'A',
  'AA',
  'AAA',
  'AAAAA',
  'YWI==',
  'YQ=',
  '=',
  '====',
  'YQ==YQ==',
  'Y-_=',
  'data:;base64,AA==',
])
  test(`${JSON.stringify(content)} is no whole base64`, () => {
    const read = sendBody.safeParse({
      from: 'a@b.test',
      to: 'c@d.test',
      text: '',
      attachments: [
        { filename: 'a', content: '' },
        { filename: 'b', content },
      ],
    });
    assert.deepEqual(read.error?.issues[0]?.path, ['attachments', 1, 'content']);
    assert.match(read.error?.issues[0]?.message ?? '', /base64/);
  });

test('five million characters that are no base64 are refused', () => {
  const content = `${' '.repeat(5_000_000)}*`;
  const read = sendBody.safeParse({
    from: 'a@b.test',
    to: 'c@d.test',
    attachments: [{ filename: 'a', content }],
  });
  assert.equal(read.success, false);
});

const nested = (content: string | Buffer, more: Record<string, unknown> = {}) => ({
  text: 'x',
  attachments: [
    {
      filename: 'f.eml',
      content: Buffer.from(content).toString('base64'),
      content_type: 'message/rfc822',
      ...more,
    },
  ],
});

for (const more of [{}, { content_type: undefined }])
  test(`a message in the message gets CRLF and travels as it is (${JSON.stringify(more)})`, async () => {
    const bytes = await bytesOf(nested('From: a@b.test\r\rhello\rworld\n\n\rx', more));
    assert.match(bytes.toString(), /Content-Type: message\/rfc822/);
    assert.match(bytes.toString(), /Content-Transfer-Encoding: 7bit/);
    assert.ok(bytes.includes('From: a@b.test\r\n\r\nhello\r\nworld\r\n\r\nx'));
    assert.doesNotMatch(bytes.toString('latin1'), /\r(?!\n)|(?<!\r)\n/);
  });

for (const [what, content] of [
  ['bytes beyond ASCII', 'From: a@b.test\r\n\r\nZoë\r\n'],
  ['a long line', `From: a@b.test\r\n\r\n${'x'.repeat(999)}\r\n`],
  ['a NUL', 'From: a@b.test\r\n\r\n\0\r\n'],
] as const)
  test(`a message in the message with ${what} is sent as a file in base64`, async () => {
    const bytes = await bytesOf(nested(content));
    assert.equal(shapeOf(parseMimeTree(bytes)), 'multipart/mixed[text/plain, application/octet-stream]');
    assert.ok(bytes.toString().replaceAll('\r\n', '').includes(base64(content)));
    assert.match(bytes.toString(), /Content-Disposition: attachment; filename=f\.eml/);
  });

test('a message of nothing is refused, an empty text is a message', async () => {
  for (const more of [{}, { attachments: [] }])
    await assert.rejects(
      bytesOf(more),
      (error) =>
        error instanceof RequestFault && /must have text, html or attachments/.test(error.detail ?? ''),
    );
  for (const more of [{ text: '' }, { html: '' }, { attachments: [{ filename: 'a', content: '' }] }])
    assert.ok((await bytesOf(more)).length > 0, JSON.stringify(more));
});
