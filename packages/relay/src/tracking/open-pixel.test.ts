import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splicesOf } from '@waybill/mail/body/part-edits';
import { parseMimeTree } from '@waybill/mail/mime-tree';
import { applyPatch, makePatch } from '@waybill/mail/patch';
import { encodeEdits } from '../content/body-changes.ts';
import { addEdits } from '../content/edit-message.ts';
import { openMessage } from '../content/open-message.ts';
import { findPixelPlace, pixelEdit } from './open-pixel.ts';
import { findLinks, linkEdits } from './rewrite-links.ts';
import { readTextBodies } from './text-bodies.ts';

const envelope = { mailFrom: undefined, rcptTo: [], smtpUtf8: false, body: '7bit' } as const;
const bodiesOf = (source: Buffer) =>
  readTextBodies(source, parseMimeTree(source), { html: true, text: true });

const PIXEL = /<img src="https:\/\/t\.example\/o\/x\.gif" [^>]*>/;

const withPixel = (source: Buffer) => {
  const { place, notes } = findPixelPlace(bodiesOf(source));
  const edits = place ? [pixelEdit(place, 'https://t.example/o/x.gif')] : [];
  const splices = edits.flatMap((one) => splicesOf(one).splices);
  return {
    result: applyPatch(source, makePatch(splices)).toString('latin1'),
    notes: notes.map(({ part, reason }) => `${part} ${reason}`),
  };
};

const htmlPart = (body: string, header = ''): string => `Content-Type: text/html${header}\r\n\r\n${body}`;

test('puts one image before the end of the body and changes nothing else', () => {
  const source = htmlPart('<body><p>x</p></body></html>\r\n');
  const { result, notes } = withPixel(Buffer.from(source));
  assert.match(result, /<p>x<\/p><img src="https:\/\/t\.example\/o\/x\.gif"[^>]*><\/body>/);
  assert.equal(result.replace(PIXEL, ''), source);
  assert.deepEqual(notes, []);
});

test('of several HTML bodies the first that can hold the image gets it', () => {
  const source = Buffer.from(
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${htmlPart('one', '; charset=utf-7')}\r\n--b\r\n${htmlPart('two')}\r\n--b\r\n${htmlPart('three')}\r\n--b--\r\n`,
  );
  const { result, notes } = withPixel(source);
  assert.match(result, /\r\n\r\ntwo<img [^>]*>\r\n--b\r\n/);
  assert.equal(result.replace(PIXEL, ''), source.toString('latin1'));
  assert.deepEqual(notes, ['1.1 unsafe_charset']);
});

const none: readonly [string, string, string][] = [
  ['a text', 'hello', '1 no_html_body'],
  ['an empty HTML body', htmlPart(''), '1 empty'],
  ['a shift that never ends', htmlPart('x\x1b$B$"', '; charset=iso-2022-jp'), '1 unsafe_charset'],
  ['PGP armour', htmlPart('-----BEGIN PGP MESSAGE-----'), '1 encrypted'],
];

for (const [name, source, note] of none) {
  test(`leaves ${name} without an image, and says so`, () => {
    assert.deepEqual(withPixel(Buffer.from(source, 'latin1')), { result: source, notes: [note] });
  });
}

test('an image next to a line of full length gets a line of its own', () => {
  const full = 'x'.repeat(990);
  const { result } = withPixel(Buffer.from(htmlPart(`${full}</body>\r\n`)));
  assert.match(result, /x\r\n<img [^>]*><\/body>\r\n$/);
});

test('links and image of one base64 part are written as one edit', () => {
  const body = '<body><a href="https://a.example/">x</a></body>';
  const source = Buffer.from(
    htmlPart(Buffer.from(body).toString('base64'), '\r\nContent-Transfer-Encoding: base64'),
  );
  const bodies = bodiesOf(source);
  const { place } = findPixelPlace(bodies);
  assert.ok(place);
  const found = findLinks(bodies, { mode: 'html', ownBaseUrl: 'https://t.example' });
  const message = openMessage({ id: 'x', source, envelope, options: {} });
  const changed = addEdits(message, [
    pixelEdit(place, 'https://t.example/o/x.gif'),
    ...linkEdits(found, () => 'https://t.example/c/y'),
  ]);
  const { splices } = encodeEdits(changed.edits);
  assert.equal(splices.length, 1);
  const result = applyPatch(source, makePatch(splices)).toString('latin1').split('\r\n\r\n')[1] ?? '';
  const decoded = Buffer.from(result, 'base64').toString();
  assert.equal(decoded.replace(PIXEL, '').replace('https://t.example/c/y', 'https://a.example/'), body);
});
