/** Whatever a JSON submission holds: what is composed of it can be sent, and arrives as it was given. The oracle is mailparser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SendBody, sendBody } from '@waybill/contract/send';
import { parseMailboxes } from '@waybill/mail/addresses/mailboxes';
import { withCrlf } from '@waybill/mail/body/line-ends';
import { parseHeaders } from '@waybill/mail/headers';
import { readFrom } from '@waybill/relay/submission/from-header';
import { simpleParser } from 'mailparser';
import { compose } from '../compose.ts';

const now = new Date('2026-11-29T10:00:00Z');

/** Mulberry32: the same bodies in each run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
type Dice = () => number;
const upTo = (roll: Dice, count: number): number => Math.floor(roll() * count);
const pick = <T>(roll: Dice, from: readonly T[]): T => from[upTo(roll, from.length)] as T;
const many = <T>(roll: Dice, most: number, make: () => T): T[] =>
  Array.from({ length: upTo(roll, most + 1) }, make);

const nameWords = [
  'Acme',
  'Inc.',
  ',',
  ':',
  ';',
  '(EU)',
  '(',
  ')',
  '[',
  ']',
  '"',
  '\\',
  '@',
  '🎉',
  'Zoë',
  '李',
  'ß',
  '=?',
  '?=',
  '<',
  '>',
  '.',
  "O'Brien",
  '_',
  'long'.repeat(20),
];
const headerWords = [
  'Hello',
  'Grüße',
  '🎉🎉',
  '=?utf-8?q?',
  '?=',
  ',',
  '"',
  '  ',
  '\\',
  '日本語'.repeat(20),
  'x'.repeat(200),
  '<b>',
  '%0d%0a',
];
const bodyWords = [
  'a',
  '\r',
  '\n',
  '\r\n',
  '\r\r\n',
  '\n\r',
  '.',
  '..',
  '\0',
  '\t',
  ' ',
  'é',
  '🎉',
  '\ud800',
  'From ',
  '=',
  '=0D',
  'x'.repeat(1_200),
  '<p>',
  '\u2028',
  '\f',
  '--',
];
const locals = ['ada', 'a..b', 'a.', '.a', '"a b"', 'x'.repeat(64), 'a+b', "o'brien"];

const address = (roll: Dice): string =>
  `${pick(roll, locals)}@${pick(roll, ['acme.test', 'bücher.example', `${'d'.repeat(60)}.test`])}`;
const nameOf = (roll: Dice): string =>
  many(roll, 8, () => pick(roll, nameWords))
    .join(pick(roll, ['', ' ']))
    .replace(/\s+/g, ' ')
    .trim();
const base64Of = (bytes: Buffer, roll: Dice): string =>
  roll() < 0.5 ? bytes.toString('base64') : bytes.toString('base64').replace(/.{1,76}/g, '$&\r\n');

type Given = { readonly body: SendBody; readonly name: string; readonly bytes: Buffer | undefined };

function generated(seed: number): Given | undefined {
  const roll = dice(seed);
  const name = nameOf(roll);
  const text = () => many(roll, 12, () => pick(roll, bodyWords)).join('');
  const bytes = roll() < 0.5 ? Buffer.from(many(roll, 40, () => upTo(roll, 256))) : undefined;
  const read = sendBody.safeParse({
    from: name === '' ? address(roll) : `${name} <${address(roll)}>`,
    to: [address(roll), `${nameOf(roll)} <${address(roll)}>`],
    cc: `Bob <${address(roll)}>`,
    subject: many(roll, 10, () => pick(roll, headerWords)).join(pick(roll, ['', ' '])),
    ...(roll() < 0.9 ? { text: text() } : { html: `<p>${text()}` }),
    ...(roll() < 0.3 ? { html: `<b>${text()}` } : {}),
    headers: {
      'X-Note': many(roll, 10, () => pick(roll, headerWords)).join(' '),
      References: '<a@b.test> '.repeat(upTo(roll, 60)),
    },
    ...(bytes === undefined
      ? {}
      : {
          attachments: [
            { filename: `${nameOf(roll).replace(/[\\/]/g, '') || 'a'}.bin`, content: base64Of(bytes, roll) },
          ],
        }),
  });
  return read.success ? { body: read.data, name, bytes } : undefined;
}

const linesOf = (bytes: Buffer): readonly string[] => bytes.toString('latin1').split('\r\n');

function assertSendable(bytes: Buffer, seed: number): void {
  const text = bytes.toString('latin1');
  assert.doesNotMatch(text, /\r(?!\n)|(?<!\r)\n|\0/, `${seed}: CR and LF stand together, no NUL`);
  assert.ok(
    linesOf(bytes).every((line) => line.length <= 998),
    `${seed}: lines within 998 bytes`,
  );
  assert.doesNotMatch(text, /[\x80-\xff]/, `${seed}: seven bits`);
  const block = parseHeaders(bytes);
  assert.equal(text.slice(block.end, block.end + 2), '\r\n', `${seed}: the header is read to its end`);
}

/** White space at the end of lines is not significant to readers that fold, and NUL is no character of text. */
const shown = (text: string): string =>
  withCrlf(text.toWellFormed()).replaceAll('\r\n', '\n').replace(/\n+$/, '');
const oneSpace = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** A name that is a quoted string is what stands between the marks. */
const unquoted = (name: string): string =>
  oneSpace(/^"(?:[^"\\]|\\.)*"$/.test(name) ? name.slice(1, -1).replace(/\\(.)/g, '$1') : name);

const seeds = Array.from({ length: 1_500 }, (_, index) => index + 1);

test('every generated body that is taken makes a message that our own reader and SMTP take', async () => {
  let taken = 0;
  for (const seed of seeds) {
    const given = generated(seed);
    if (given === undefined) continue;
    const composed = await compose(given.body, now).catch((error: unknown) => error as Error);
    if (composed instanceof Error) continue;
    taken += 1;
    assertSendable(composed.bytes, seed);
    const { fields } = parseHeaders(composed.bytes);
    assert.equal(readFrom(fields).fault, undefined, String(seed));
    assert.equal(readFrom(fields).address, composed.envelope.mailFrom, String(seed));
  }
  assert.ok(taken > seeds.length / 3, `${taken} of ${seeds.length} were taken`);
});

async function assertArrives({ body, name, bytes }: Given, sent: Buffer, seed: string): Promise<void> {
  const parsed = await simpleParser(sent, {
    skipTextToHtml: true,
    skipHtmlToText: true,
    skipImageLinks: true,
  });
  const [file] = parsed.attachments ?? [];
  assert.equal(parsed.from?.value?.[0]?.name, unquoted(name), seed);
  assert.equal(oneSpace(parsed.subject ?? ''), oneSpace(body.subject), seed);
  if (body.text) assert.equal(shown(parsed.text ?? ''), shown(body.text), seed);
  if (body.html) assert.equal(shown(String(parsed.html)), shown(body.html), seed);
  assert.equal(file?.filename, body.attachments?.[0]?.filename, seed);
  assert.deepEqual(file?.content, bytes, seed);
}

/** An encoded word that the caller wrote is decoded on its way, as it always was. */
const isEncoded = ({ name, body }: Given): boolean => /=\?/.test(name + body.subject);

test('names, subject, text, html and files of a generated body arrive as they were given', async () => {
  let arrived = 0;
  for (const seed of seeds.slice(0, 600)) {
    const given = generated(seed);
    const composed = given && (await compose(given.body, now).catch(() => undefined));
    if (given === undefined || composed === undefined || isEncoded(given)) continue;
    arrived += 1;
    await assertArrives(given, composed.bytes, String(seed));
  }
  assert.ok(arrived > 100, String(arrived));
});

test('every name before an address is taken, or refused because it may hide an address', async () => {
  for (const seed of seeds) {
    const name = nameOf(dice(seed));
    const from = `${name} <ada@acme.test>`;
    const read = sendBody.safeParse({ from, to: 'bob@example.com', text: '' });
    if (!read.success || name.length > 400) continue;
    const composed = await compose(read.data, now).catch(() => undefined);
    const mayHide = /@/.test(name);
    assert.ok(composed !== undefined || mayHide, JSON.stringify(name));
    if (composed === undefined || name.includes('=?')) continue;
    const [field] = parseHeaders(composed.bytes).fields;
    const value = field?.raw.toString('latin1').slice('From: '.length).replaceAll('\r\n', '') ?? '';
    assert.equal(parseMailboxes(value)?.[0]?.name, unquoted(name), JSON.stringify(name));
  }
});
