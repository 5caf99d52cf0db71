import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMimeTree } from '../mime-tree.ts';
import { editableParts, inlinePgp } from './editable-parts.ts';

const part = (header: string, text = 'x'): string => `${header}\r\n\r\n${text}\r\n`;
const container = (type: string, boundary: string, parts: readonly string[]): string =>
  part(
    `Content-Type: ${type}; boundary=${boundary}`,
    [...parts.map((one) => `--${boundary}\r\n${one}`), `--${boundary}--`].join(''),
  );

const text = part('Content-Type: text/plain');
const html = part('Content-Type: text/html');

const classified = (message: string) => {
  const { bodies, untouched } = editableParts(parseMimeTree(Buffer.from(message)));
  return [
    ...bodies.map(({ path }) => `${path} body`),
    ...untouched.map((one) => `${one.part.path} ${one.reason}`),
  ];
};

const messages: readonly [string, string, readonly string[]][] = [
  ['one plain text', text, ['1 body']],
  ['one HTML text', html, ['1 body']],
  ['alternatives', container('multipart/alternative', 'b', [text, html]), ['1.1 body', '1.2 body']],
  [
    'an attachment beside a body',
    container('multipart/mixed', 'b', [
      text,
      part('Content-Type: text/html\r\nContent-Disposition: attachment'),
    ]),
    ['1.1 body', '1.2 attachment'],
  ],
  [
    'an unknown disposition',
    container('multipart/mixed', 'b', [text, part('Content-Type: text/html\r\nContent-Disposition: x-what')]),
    ['1.1 body', '1.2 attachment'],
  ],
  [
    'a named inline text is a file that is shown',
    container('multipart/mixed', 'b', [
      text,
      part('Content-Type: text/plain; name=log.txt\r\nContent-Disposition: inline'),
    ]),
    ['1.1 body', '1.2 attachment'],
  ],
  [
    'a named alternative is a body',
    container('multipart/alternative', 'b', [text, part('Content-Type: text/html; name=mail.html')]),
    ['1.1 body', '1.2 body'],
  ],
  [
    'inline texts one after another are bodies',
    container('multipart/mixed', 'b', [
      text,
      part('Content-Type: text/plain\r\nContent-Disposition: inline'),
    ]),
    ['1.1 body', '1.2 body'],
  ],
  [
    'of related parts only the root is a body',
    container('multipart/related', 'b', [html, part('Content-Type: text/html\r\nContent-ID: <x>')]),
    ['1.1 body', '1.2 attachment'],
  ],
  [
    'the root of related parts may be named',
    container('multipart/related; start="<x>"', 'b', [
      text,
      part('Content-Type: text/html\r\nContent-ID: <x>'),
    ]),
    ['1.2 body', '1.1 attachment'],
  ],
  [
    'the root is found when start lacks its brackets',
    container('multipart/related; start="root@x"', 'b', [
      part('Content-Type: image/png\r\nContent-ID: <i@x>'),
      part('Content-Type: text/html\r\nContent-ID: <root@x>'),
    ]),
    ['1.2 body', '1.1 attachment'],
  ],
  [
    'the root is found when start alone has brackets',
    container('multipart/related; start="<root@x>"', 'b', [
      text,
      part('Content-Type: text/html\r\nContent-ID: root@x'),
    ]),
    ['1.2 body', '1.1 attachment'],
  ],
  [
    'the type names the root when start names no part',
    container('multipart/related; start="<gone>"; type="text/html"', 'b', [
      part('Content-Type: image/png'),
      html,
    ]),
    ['1.2 body', '1.1 attachment'],
  ],
  [
    'the type finds the HTML behind a text',
    container('multipart/related; type="Text/HTML"', 'b', [text, html]),
    ['1.2 body', '1.1 attachment'],
  ],
  [
    'the HTML behind an image is the root without any hint',
    container('multipart/related', 'b', [part('Content-Type: image/png'), html]),
    ['1.2 body', '1.1 attachment'],
  ],
  [
    'alternatives behind an image are the root',
    container('multipart/related', 'b', [
      part('Content-Type: image/png'),
      container('multipart/alternative', 'c', [text, html]),
    ]),
    ['1.2.1 body', '1.2.2 body', '1.1 attachment'],
  ],
  [
    'a text that is first stays the root of related parts without a hint',
    container('multipart/related', 'b', [text, html]),
    ['1.1 body', '1.2 attachment'],
  ],
  [
    'multipart/signed',
    container('multipart/signed', 'b', [html, part('Content-Type: application/pgp-signature')]),
    ['1 signed'],
  ],
  ['multipart/encrypted', container('multipart/encrypted', 'b', [text]), ['1 encrypted']],
  [
    'a detached signature beside its text',
    container('multipart/mixed', 'b', [html, part('Content-Type: application/pkcs7-signature')]),
    ['1 signed'],
  ],
  ['S/MIME, signed', part('Content-Type: application/pkcs7-mime; smime-type=signed-data'), ['1 signed']],
  [
    'S/MIME, enveloped',
    part('Content-Type: application/x-pkcs7-mime; smime-type=enveloped-data'),
    ['1 encrypted'],
  ],
  [
    'a calendar invite',
    container('multipart/alternative', 'b', [html, part('Content-Type: text/calendar; method=REQUEST')]),
    ['1.1 body', '1.2 calendar'],
  ],
  [
    'an attached message',
    container('multipart/mixed', 'b', [text, part('Content-Type: message/rfc822', html)]),
    ['1.1 body', '1.2 attached_message'],
  ],
  [
    'a signed part inside an unsigned message',
    container('multipart/mixed', 'o', [text, container('multipart/signed', 'i', [html])]),
    ['1.1 body', '1.2 signed'],
  ],
];

for (const [name, message, expected] of messages) {
  test(name, () => assert.deepEqual(classified(message), expected));
}

test('what lies behind a limit of the parser is not edited', () => {
  const source = Buffer.from(container('multipart/mixed', 'b', [text, html, html]));
  const { bodies, untouched } = editableParts(parseMimeTree(source, { maxParts: 2 }));
  assert.deepEqual([bodies.length, untouched.map(({ reason }) => reason)], [1, ['truncated']]);
});

test('PGP armour inside a text is seen', () => {
  assert.equal(inlinePgp('a\n-----BEGIN PGP SIGNED MESSAGE-----\n'), 'signed');
  assert.equal(inlinePgp('-----BEGIN PGP MESSAGE-----\n'), 'encrypted');
  assert.equal(inlinePgp('-----BEGIN PGP PUBLIC KEY BLOCK-----\n'), undefined);
  assert.equal(inlinePgp('hello'), undefined);
});
