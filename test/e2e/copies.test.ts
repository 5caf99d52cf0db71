/** What each recipient gets: a copy of their own, whatever the message is written in. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { simpleParser } from 'mailparser';
import { variations } from '../integration/ingress/end-of-data-variations.ts';
import {
  assertSigned,
  caughtBy,
  firstAccount,
  freshRecipient,
  type Json,
  messageIdIn,
  reasonsIn,
  submit,
  traceAt,
} from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { logIn, openDialogue, sendMessage } from '../support/smtp-dialogue.ts';

let dev: TestDev;
before(async () => {
  dev = await openDev();
});
after(() => dev.stop());

const from = 'app@acme.test';
const submitted = async (to: string | readonly string[], raw: string | Buffer, mailFrom = from) =>
  messageIdIn(await submit({ port: dev.file.smtp.port, auth: dev.file.credential, mailFrom, to, raw }));

const all = (text: string, pattern: RegExp): readonly string[] => text.match(pattern) ?? [];

test('each of many recipients gets a copy with links, return path and signature of its own', async () => {
  const to = ['ada', 'ben', 'cleo', 'dan', 'eve'].map((name) => freshRecipient(name));
  const raw = `From: ${from}\nTo: all@example.com\nSubject: Many\nMIME-Version: 1.0\nContent-Type: text/html\n\n<a href="https://example.com/">x</a>\n`;
  const id = await submitted(to, raw);
  const api = firstAccount(dev.file);
  const copies = await Promise.all(to.map((one) => caughtBy(api, one)));
  const own = copies.map(({ raw: bytes, mail_from }) => {
    const text = bytes.toString('latin1');
    return {
      click: all(text, /http:\S+?\/c\/[\w-]+/g),
      pixel: all(text, /http:\S+?\/o\/[\w-]+/g),
      unsubscribe: all(text, /http:\S+?\/u\/[\w-]+/g),
      signature: all(text, /\bb=[\w+/=\s]+/g),
      mail_from,
    };
  });
  for (const key of ['click', 'pixel', 'unsubscribe', 'signature', 'mail_from'] as const)
    assert.equal(new Set(own.map((one) => String(one[key]))).size, to.length, `${key} of each differs`);
  for (const { raw: bytes } of copies) await assertSigned(bytes, dev.file, 'acme.test');
  // No recipient learns of the others.
  for (const [index, { raw: bytes }] of copies.entries())
    for (const other of to.filter((_, at) => at !== index)) assert.ok(!bytes.includes(other));
  const trace = await traceAt(api, id, 'delivered');
  assert.equal(trace.deliveries.length, to.length);
  assert.deepEqual(
    trace.deliveries.map(({ return_path }: Json) => return_path).toSorted(),
    own.map(({ mail_from }) => mail_from).toSorted(),
  );
});

test('Bcc never leaves, and who is in it gets the message all the same', async () => {
  const [to, hidden] = [freshRecipient('seen'), freshRecipient('hidden')];
  const raw = `From: ${from}\nTo: ${to}\nBcc: ${hidden},\n other@example.com\nSubject: Blind\n\nHello\n`;
  const id = await submitted([to, hidden], raw);
  for (const one of [to, hidden]) {
    const { raw: bytes } = await caughtBy(firstAccount(dev.file), one);
    assert.doesNotMatch(bytes.toString('latin1'), /^bcc:|hidden|other@example\.com/im);
    await assertSigned(bytes, dev.file, 'acme.test');
  }
  const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
  assert.match(reasonsIn(trace), /strip-bcc: Bcc removed\. Recipients must not see/);
});

const page =
  '<html><body><p>Grüße – <a href="https://example.com/straße?a=1&amp;b=2">weiter</a></p></body></html>';
const latinPage = page.replace('–', '-');
const quotedPrintable = (bytes: Buffer): string =>
  [...bytes]
    .map((byte) =>
      byte >= 33 && byte <= 126 && byte !== 61
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
    .replaceAll(/(.{60,72}?)(?==|[^=]{3}|$)/g, '$1=\r\n')
    .replace(/=\r\n$/, '');
const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll(/.{76}/g, '$&\r\n');
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

const writings: readonly (readonly [string, string, string, Buffer, string])[] = [
  ['UTF-8 as 8bit', 'utf-8', '8bit', Buffer.from(page), page],
  ['UTF-8 as base64', 'utf-8', 'base64', Buffer.from(base64(Buffer.from(page))), page],
  [
    'UTF-8 as quoted-printable',
    'utf-8',
    'quoted-printable',
    Buffer.from(quotedPrintable(Buffer.from(page))),
    page,
  ],
  ['Latin-1 as 8bit', 'iso-8859-1', '8bit', Buffer.from(latinPage, 'latin1'), latinPage],
  [
    'Latin-1 as quoted-printable',
    'iso-8859-1',
    'quoted-printable',
    Buffer.from(quotedPrintable(Buffer.from(latinPage, 'latin1'))),
    latinPage,
  ],
  ['UTF-16 as base64', 'utf-16', 'base64', Buffer.from(base64(utf16(page))), page],
];

for (const [name, charset, encoding, body, html] of writings) {
  test(`an HTML part in ${name} is tracked, reads as before, and the signature verifies`, async () => {
    const to = freshRecipient('charset');
    const head = `From: ${from}\r\nTo: ${to}\r\nSubject: Written\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
    const id = await submitted(to, Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n')]));
    const { raw } = await caughtBy(firstAccount(dev.file), to);
    await assertSigned(raw, dev.file, 'acme.test');
    const { html: read } = await simpleParser(raw, { skipImageLinks: true });
    const link = /href="(http:[^"]+\/c\/[\w-]+)"/.exec(String(read))?.[1] ?? '';
    assert.ok(link, `a tracked link in ${read}`);
    const target = (await fetch(link, { redirect: 'manual' })).headers.get('location') ?? '';
    assert.equal(decodeURI(target), 'https://example.com/straße?a=1&b=2');
    const rest = String(read)
      .replace(link, 'https://example.com/straße?a=1&amp;b=2')
      .replace(/<img[^>]+\/o\/[^>]+>/, '')
      .trim();
    assert.equal(rest.replace(/^\uFEFF/, ''), html);
    const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
    assert.match(reasonsIn(trace), /rewrite-links: 1 link tracked/);
  });
}

test('sender and recipient may be written beyond ASCII', async () => {
  const to = freshRecipient('ärger');
  const raw = `From: Grüße <grüße@acme.test>\nTo: ${to}\nSubject: Ünïcode\n\nHällo\n`;
  const id = await submitted(to, raw, 'grüße@acme.test');
  const { raw: bytes, rcpt_to } = await caughtBy(firstAccount(dev.file), to);
  assert.equal(rcpt_to, to);
  assert.ok(bytes.includes('Grüße <grüße@acme.test>'));
  await assertSigned(bytes, dev.file, 'acme.test');
  const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
  assert.match(JSON.stringify(trace.deliveries[0].history[0].transcript), /MAIL FROM:.*SMTPUTF8/);
});

test('whatever dots and line ends came in, what leaves is the same body in lines that end with CRLF', async () => {
  const dialogue = await openDialogue({ port: dev.file.smtp.port });
  const { username, password } = dev.file.credential;
  await logIn(dialogue, username, password);
  const sent: { readonly name: string; readonly to: string; readonly kept: string }[] = [];
  for (const [name, bytes, kept] of variations) {
    if (kept === undefined) continue;
    const to = freshRecipient('clean');
    for (const line of [`MAIL FROM:<${from}> BODY=8BITMIME`, `RCPT TO:<${to}>`, 'DATA'])
      assert.ok((await dialogue.say(line)).code < 400, `${name}: ${line}`);
    dialogue.send(
      `From: ${from}\r\nSubject: ${sent.length}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${bytes}`,
    );
    assert.equal((await dialogue.reply()).code, 250, name);
    sent.push({ name, to, kept });
  }
  dialogue.close();
  assert.ok(sent.length > 20);
  for (const { name, to, kept } of sent) {
    const { raw } = await caughtBy(firstAccount(dev.file), to);
    const text = raw.toString('latin1');
    assert.doesNotMatch(text, /\r(?!\n)|(?<!\r)\n|\0/, name);
    assert.ok(text.endsWith('\r\n'), name);
    const body = raw.subarray(raw.indexOf('\r\n\r\n') + 4);
    assert.equal(body.toString(), kept, name);
    await assertSigned(raw, dev.file, 'acme.test');
  }
});

test('where the account has bare line endings repaired, what was smuggled leaves as text of one message', async () => {
  const api = firstAccount(dev.file);
  await api.patch('/v1/account', { bare_line_endings: 'repair' });
  const dialogue = await openDialogue({ port: dev.file.smtp.port });
  const { username, password } = dev.file.credential;
  await logIn(dialogue, username, password);
  const eve = freshRecipient('eve');
  const sent: { readonly name: string; readonly to: string; readonly words: string }[] = [];
  const words = (text: string): string => text.replace(/[\r\n.]/g, '');
  for (const [name, bytes, kept] of variations) {
    if (kept !== undefined || bytes.includes('\0')) continue;
    const to = freshRecipient('repaired');
    const body = bytes.replaceAll('eve@example.com', eve);
    for (const line of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA'])
      assert.ok((await dialogue.say(line)).code < 400, `${name}: ${line}`);
    dialogue.send(`From: ${from}\r\nContent-Type: text/plain\r\nX-Waybill-Track-Clicks: none\r\n\r\n${body}`);
    assert.equal((await dialogue.reply()).code, 250, name);
    sent.push({ name, to, words: words(body) });
  }
  dialogue.close();
  await api.patch('/v1/account', { bare_line_endings: 'refuse' });
  assert.ok(sent.length > 20);
  for (const { name, to, words: expected } of sent) {
    const { raw } = await caughtBy(api, to);
    assert.doesNotMatch(raw.toString('latin1'), /\r(?!\n)|(?<!\r)\n/, name);
    assert.equal(words(raw.subarray(raw.indexOf('\r\n\r\n') + 4).toString()), expected, name);
    await assertSigned(raw, dev.file, 'acme.test');
  }
  const caught = await api.get<{ data: readonly Json[] }>(
    `/v1/sandbox/messages?to=${encodeURIComponent(eve)}`,
  );
  assert.deepEqual(caught.data, []);
});

for (const [what, bytes] of [
  ['a header line that ends with LF alone', `From: ${from}\r\nSubject: a\nX-Smuggled: b\r\n\r\nHello\r\n`],
  ['header and body parted by LF alone', `From: ${from}\r\nSubject: a\r\n\nHello\r\n`],
  ['a CR inside a header', `From: ${from}\r\nSubject: a\rb\r\n\r\nHello\r\n`],
  [
    'an end of data after LF alone',
    `From: ${from}\r\nSubject: a\r\n\r\nHello\n.\r\nMAIL FROM:<x@acme.test>\r\n`,
  ],
] as const) {
  test(`${what} is refused, and nothing of it is kept`, async () => {
    const { port } = dev.file.smtp;
    const { username, password } = dev.file.credential;
    const to = freshRecipient('smuggled');
    const dialogue = await openDialogue({ port });
    await logIn(dialogue, username, password);
    const said = await sendMessage(dialogue, { from, to, bytes });
    assert.equal(said.code, 550);
    assert.match(said.text, /^5\.6\.11 bare_line_ending/);
    dialogue.close();
    const list = await firstAccount(dev.file).get(`/v1/messages?to=${encodeURIComponent(to)}`);
    assert.deepEqual(list.data, []);
  });
}
