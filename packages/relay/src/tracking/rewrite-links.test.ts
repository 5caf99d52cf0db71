import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splicesOf } from '@waybill/mail/body/part-edits';
import { parseMimeTree } from '@waybill/mail/mime-tree';
import { applyPatch, makePatch } from '@waybill/mail/patch';
import type { ClickMode } from './click-mode.ts';
import { findLinks, linkEdits } from './rewrite-links.ts';
import { readTextBodies } from './text-bodies.ts';

const own = 'https://t.example';

const part = (header: string, text: string): string => `${header}\r\n\r\n${text}`;
const multipart = (type: string, parts: readonly string[]): Buffer =>
  Buffer.from(
    part(
      `Content-Type: ${type}; boundary=b`,
      [...parts.map((one) => `--b\r\n${one}\r\n`), '--b--\r\n'].join(''),
    ),
  );

const html = part('Content-Type: text/html; charset=utf-8', '<a href="https://a.example/?1&amp;2">x</a>');
const text = part('Content-Type: text/plain', 'see https://a.example/text.');

const rewrite = (source: Buffer, mode: ClickMode = 'all') => {
  const bodies = readTextBodies(source, parseMimeTree(source), { html: true, text: true });
  const found = findLinks(bodies, { mode, ownBaseUrl: own });
  const edits = linkEdits(found, ({ index }) => `${own}/c/${index}`);
  const splices = edits.flatMap((one) => splicesOf(one).splices);
  return {
    urls: found.links.map(({ url }) => url),
    notes: found.notes.map(({ part: path, reason, count }) => `${path} ${reason} ${count}`),
    result: applyPatch(source, makePatch(splices)).toString('latin1'),
  };
};

test('rewrites the links of text and HTML, numbered through the message, and nothing else', () => {
  const source = multipart('multipart/alternative', [text, html]);
  const { urls, result, notes } = rewrite(source);
  assert.deepEqual(urls, ['https://a.example/text', 'https://a.example/?1&2']);
  assert.deepEqual(notes, []);
  const expected = source
    .toString('latin1')
    .replace('https://a.example/text', `${own}/c/0`)
    .replace('https://a.example/?1&amp;2', `${own}/c/1`);
  assert.equal(result, expected);
});

const modes: readonly [ClickMode, readonly string[]][] = [
  ['none', []],
  ['html', ['https://a.example/?1&2']],
  ['text', ['https://a.example/text']],
  ['all', ['https://a.example/text', 'https://a.example/?1&2']],
];

for (const [mode, urls] of modes) {
  test(`in mode ${mode} tracks ${urls.length} links`, () => {
    assert.deepEqual(rewrite(multipart('multipart/alternative', [text, html]), mode).urls, urls);
  });
}

const encodings: readonly [string, (bytes: Buffer) => string][] = [
  ['7bit', (bytes) => bytes.toString('latin1')],
  [
    'quoted-printable',
    (bytes) =>
      bytes
        .toString('latin1')
        .replaceAll('=', '=3D')
        .replace(/(.{30})/g, '$1=\r\n'),
  ],
  ['base64', (bytes) => bytes.toString('base64').replace(/(.{40})/g, '$1\r\n')],
];

for (const [encoding, encode] of encodings) {
  test(`finds and replaces links in ${encoding}, and finds the replaced ones again`, () => {
    const body = encode(
      Buffer.from('<p><a href="https://a.example/">x</a> <a href="https://a.example/2">y</a></p>'),
    );
    const source = Buffer.from(
      part(`Content-Type: text/html\r\nContent-Transfer-Encoding: ${encoding}`, body),
    );
    const first = rewrite(source);
    assert.deepEqual(first.urls, ['https://a.example/', 'https://a.example/2']);
    assert.deepEqual(rewrite(Buffer.from(first.result, 'latin1')).notes, ['1 own_link 2']);
  });
}

const untouched: readonly [string, Buffer, readonly string[]][] = [
  [
    'signed',
    multipart('multipart/signed', [html, part('Content-Type: application/pgp-signature', 'x')]),
    ['1 signed 1'],
  ],
  [
    'inline PGP',
    Buffer.from(part('', '-----BEGIN PGP SIGNED MESSAGE-----\r\nhttps://a.example/')),
    ['1 signed 1'],
  ],
  [
    'calendar',
    multipart('multipart/mixed', [part('Content-Type: text/calendar', 'https://a.example/')]),
    ['1.1 calendar 1'],
  ],
  [
    'attached message',
    multipart('multipart/mixed', [part('Content-Type: message/rfc822', html)]),
    ['1.1 attached_message 1'],
  ],
  [
    'attachment',
    multipart('multipart/mixed', [
      part('Content-Type: text/html\r\nContent-Disposition: attachment', '<a href="https://a.example/">'),
    ]),
    ['1.1 attachment 1'],
  ],
  [
    'charset',
    Buffer.from(part('Content-Type: text/html; charset=utf-7', '<a href="https://a.example/">')),
    ['1 unsafe_charset 1'],
  ],
  [
    'encoding',
    Buffer.from(part('Content-Type: text/html\r\nContent-Transfer-Encoding: base64', '!')),
    ['1 undecodable 1'],
  ],
];

for (const [name, source, notes] of untouched) {
  test(`protected parts stay unchanged, with a note: ${name}`, () => {
    const rewritten = rewrite(source);
    assert.equal(rewritten.result, source.toString('latin1'));
    assert.deepEqual([rewritten.urls, rewritten.notes], [[], notes]);
  });
}

test('counts the untracked links by reason', () => {
  const links = [
    'mailto:a@b.test',
    'tel:1',
    '#x',
    '{{y}}',
    `${own}/c/z`,
    'HTTPS://T.EXAMPLE',
    `https://a.example/${'x'.repeat(4096)}`,
  ];
  const body = links.map((url) => `<a href="${url}">\r\n`).join('');
  assert.deepEqual(rewrite(Buffer.from(part('Content-Type: text/html', body))).notes.toSorted(), [
    '1 fragment 1',
    '1 other_scheme 2',
    '1 own_link 2',
    '1 placeholder 1',
    '1 url_too_long 1',
  ]);
});

test('a host that only begins like ours is not ours', () => {
  const source = Buffer.from(part('Content-Type: text/html', `<a href="${own}.evil.example/">`));
  assert.deepEqual(rewrite(source).urls, [`${own}.evil.example/`]);
});

test('finds 50,000 links, also on one line', () => {
  for (const between of ['', '\r\n']) {
    const source = Buffer.from(
      part(
        'Content-Type: text/html',
        `<a href="https://a.example/?x=1&amp;y=2">z</a>${between}`.repeat(50_000),
      ),
    );
    assert.equal(rewrite(source).urls.length, 50_000);
  }
});
