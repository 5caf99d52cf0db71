import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerList, preview } from './preview.ts';

const mail = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\r\n'));

test('encoded words, charsets and transfer encodings become text for people', async () => {
  const read = await preview(
    mail(
      'From: =?iso-8859-1?q?Zo=EB?= <zoe@acme.test>',
      'Subject: =?utf-8?b?R3LDvMOfZQ==?=',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'caf=E9',
      '',
    ),
  );
  assert.equal(read.subject, 'Grüße');
  assert.match(read.from ?? '', /Zoë/);
  assert.equal(read.text?.trim(), 'café');
  assert.equal(read.html, undefined);
});

test('html is neither cleaned nor made up: what was sent is what is shown', async () => {
  const html = '<p onclick="x()">Hi</p><script>y()</script>';
  const read = await preview(mail('MIME-Version: 1.0', 'Content-Type: text/html', '', html, ''));
  assert.equal(read.html?.trim(), html);
  assert.equal(read.text, undefined);
});

test('header values keep their bytes as UTF-8, with folds undone', () => {
  assert.deepEqual(headerList(Buffer.from('Subject: Grüße\r\n aus Köln\r\nX: y\r\n\r\nbody')), [
    { name: 'Subject', value: 'Grüße aus Köln' },
    { name: 'X', value: 'y' },
  ]);
});

function nested(depth: number): Buffer {
  const lines = ['MIME-Version: 1.0'];
  for (let n = 0; n < depth; n++) lines.push(`Content-Type: multipart/mixed; boundary=b${n}`, '', `--b${n}`);
  lines.push('Content-Type: text/plain', '', 'deep', '');
  return mail(...lines);
}
const wide = (parts: number): Buffer =>
  mail(
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    ...Array.from({ length: parts }, () => '--x\r\nContent-Type: text/plain\r\n\r\npart'),
    '--x--',
    '',
  );

for (const [what, bytes] of [
  ['2,000 nested parts', nested(2_000)],
  ['5,000 parts', wide(5_000)],
  ['a header of 1 MB', mail(`Subject: ${'=?utf-8?q?x?= '.repeat(70_000)}`, '', 'x')],
  ['a thousand addresses', mail(`From: ${'a@b.test, '.repeat(1_000)}c@d.test`, '', 'x')],
  ['nothing', Buffer.alloc(0)],
  ['bytes of all kinds', Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * 7) % 256))],
] as const)
  test(`${what} is read or refused`, async () => {
    await preview(bytes).catch((error: unknown) => assert.ok(error instanceof Error));
  });
