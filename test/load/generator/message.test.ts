import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simpleParser } from 'mailparser';
import { buildTemplate, filler, idOf, linksPerMessage, messageBytes, withDot } from './message.ts';

const kinds = ['small', 'large'] as const;

for (const kind of kinds) {
  test(`the ${kind} message has exactly its size, and CRLF ends it`, () => {
    const { bytes } = buildTemplate(kind, 'acme.test');
    assert.equal(bytes.length, messageBytes[kind]);
    assert.equal(bytes.subarray(-2).toString(), '\r\n');
  });

  test(`the ${kind} message is legal on the wire: no bare line ends, no long lines, no line begins with a dot`, () => {
    const lines = buildTemplate(kind, 'acme.test').bytes.toString('latin1').split('\r\n');
    for (const line of lines) assert.match(line, /^(?!\.)[^\r\n]{0,998}$/);
  });

  test(`the ${kind} message has ten links that another parser finds`, async () => {
    const { html } = await simpleParser(buildTemplate(kind, 'acme.test').bytes, {});
    const links = String(html).match(/<a href="https:\/\/www\.acme\.test\/offers\/item-\d+\?[^"=]+=mail/g);
    assert.equal(links?.length, linksPerMessage);
  });

  test(`the ${kind} message holds its number in each place, and the number can be read`, () => {
    const template = buildTemplate(kind, 'acme.test');
    const bytes = withDot(template, 1_234);
    assert.equal(idOf(bytes), 1_234);
    assert.match(bytes.toString('latin1'), /Message-ID: <bench-000001234@acme\.test>\r\n/);
    assert.match(bytes.toString('latin1'), /To: Ada Example <r000001234@rcpt\.example>\r\n/);
    assert.equal(bytes.subarray(-5).toString(), '\r\n.\r\n');
  });

  test(`what stays untouched of the ${kind} message is in it`, () => {
    const template = buildTemplate(kind, 'acme.test');
    assert.ok(template.untouched.length > 500);
    assert.ok(template.bytes.includes(template.untouched));
  });
}

test('the large message carries its attachment as other parsers read it', async () => {
  const { attachments } = await simpleParser(buildTemplate('large', 'acme.test').bytes, {});
  assert.deepEqual(
    attachments?.map(({ filename, size }) => [filename, size]),
    [['invoice.pdf', 71_000]],
  );
});

test('one message does not write its number into the next', () => {
  const template = buildTemplate('small', 'acme.test');
  const first = withDot(template, 1);
  withDot(template, 2);
  assert.equal(idOf(first), 1);
  assert.equal(idOf(template.bytes), 0);
});

test('mail of others has no number', () => {
  assert.equal(idOf(Buffer.from('Subject: Welcome\r\n\r\nHello\r\n')), undefined);
  assert.equal(idOf(Buffer.from('X-Bench-Id: what\r\n\r\nHello\r\n')), undefined);
});

for (const length of [0, 2, 3, 71, 72, 73, 74, 144, 145, 1_000])
  test(`filler of ${length} bytes has that many`, () => assert.equal(filler(length).length, length));
