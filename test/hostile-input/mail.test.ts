/** Hostile text costs the readers of `packages/mail` linear time. */
import { test } from 'node:test';
import { parseAddress, parsePath } from '@waybill/mail/address';
import { parseLoneMailbox, unquotedFault } from '@waybill/mail/addresses/lone-mailbox';
import { parseMailboxes } from '@waybill/mail/addresses/mailboxes';
import { scanView } from '@waybill/mail/body/charset';
import { findHtmlLinks } from '@waybill/mail/body/html-links';
import { withCrlf } from '@waybill/mail/body/line-ends';
import { findTextLinks } from '@waybill/mail/body/text-links';
import { parseStructuredValue } from '@waybill/mail/header/content-type';
import { decodeWords, encodeHeaderText } from '@waybill/mail/header/encoded-word';
import { foldedField } from '@waybill/mail/header/fold-header';
import { headerExcess } from '@waybill/mail/header/header-limits';
import { fieldValue, parseHeaders } from '@waybill/mail/headers';
import { parseMimeTree } from '@waybill/mail/mime-tree';
import { parseReceived } from '@waybill/mail/received';
import { parseReply } from '@waybill/mail/reply';
import { bodyHash, relaxedField } from '@waybill/mail/signing/dkim-relaxed';
import { assertLinear } from './growth.ts';

type Make = (units: number) => string;

const repeated =
  (piece: string, before = '', after = ''): Make =>
  (units) =>
    before + piece.repeat(units) + after;

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

const readFields = (text: string): void => {
  for (const field of parseHeaders(latin1(text)).fields) fieldValue(field);
};
const foldFields = (text: string): void => {
  for (const field of parseHeaders(latin1(text)).fields) foldedField(field);
};
const relaxFields = (text: string): void => {
  for (const field of parseHeaders(latin1(text)).fields) relaxedField(field);
};
const viewOf = (text: string) => {
  const view = scanView(Buffer.from(text), 'utf-8');
  if (!view) throw new Error('UTF-8 is a charset that can be read');
  return view;
};

type Case = readonly [
  reader: string,
  read: (text: string) => unknown,
  inputs: Readonly<Record<string, Make>>,
];

const pieces = (all: readonly string[], before = '', after = ''): Readonly<Record<string, Make>> =>
  Object.fromEntries(all.map((piece) => [JSON.stringify(piece), repeated(piece, before, after)]));

const cases: readonly Case[] = [
  [
    'an address',
    (text) => [parseAddress(text), parsePath(`<${text}>`)],
    {
      'labels of a local part': repeated('a.', '', '@x'),
      'hyphens of a domain': repeated('a-', 'joe@'),
      'quoted pairs': repeated('\\a', '"', '@x'),
    },
  ],
  [
    'a list of mailboxes',
    parseMailboxes,
    {
      ...pieces(['(', '"', '<', 'a[', ' ', 'a@b.test,', '=?a?q?', 'g:;']),
      'quoted strings in brackets': repeated('"\\a"', '<'),
      'words before an address': repeated('a ', '', '<a@b.test>'),
      'encoded words before an address': repeated('=?utf-8?q?a?= ', '', '<a@b.test>'),
    },
  ],
  [
    'a single mailbox',
    (text) => [parseLoneMailbox(text), unquotedFault(text)],
    {
      ...pieces(['(', '[', ':', '<', '"', 'a@', '"\\']),
      ...Object.fromEntries(
        ['(', '[', ':', '<', '"', 'a@', '"\\'].map((piece) => [
          `${piece} before an address`,
          repeated(piece, '', ' <a@b.test>'),
        ]),
      ),
    },
  ],
  [
    'header fields',
    readFields,
    {
      'spaces in a value': repeated(' ', 'A:', 'x'),
      'spaces in a name': repeated(' ', 'A', 'x'),
      fields: repeated('A: 1\r\n'),
      folds: repeated('\r\n ', 'A:'),
    },
  ],
  ['the limits of a header', (text) => headerExcess(latin1(text)), pieces(['a:\r\n', 'x', '\r\n z'], 'A: ')],
  [
    'a structured value',
    parseStructuredValue,
    {
      'open comments': repeated('(', 'text/plain; '),
      'open quotes': repeated('a="', 'text/plain; '),
      backslashes: repeated('\\', 'text/plain; a="'),
      semicolons: repeated(';', 'text/plain'),
      parameters: repeated('a=b;', 'text/plain;'),
    },
  ],
  [
    'a field that is folded',
    foldFields,
    {
      ...pieces(['"\\"', '(', '<', ', ', '"', '\\', ' ', 'a b'], 'To: x', '\r\n'),
      'words of a subject': repeated('a b', 'Subject: x', '\r\n'),
      'spaces of a subject': repeated(' ', 'Subject: x', '\r\n'),
    },
  ],
  [
    'encoded words',
    (text) => [decodeWords(text), encodeHeaderText(text)],
    pieces(['=?a?q?', '=?utf-8?q?a?= ', '=?', '=?utf-8?b?', '? =', ' ', 'ä']),
  ],
  [
    'a Received field',
    parseReceived,
    {
      ...pieces(['a', '>', ' ', '[1] ', 'for <', '; '], 'from '),
      'the recipient of ours': repeated(
        'a',
        'from a.test ([192.0.2.7]) by mx.waybill.test with ESMTP id x for <',
      ),
    },
  ],
  ['a reply', parseReply, pieces(['550-5.7.1 x\r\n', ' ', '\r\n', '5', '-'])],
  ['line ends', withCrlf, pieces(['\r', '\n', '\n\r', '\r\r\n'])],
  [
    'a body that is signed',
    (text) => bodyHash([latin1(text)]),
    pieces([' ', '\t', '\r\n', '\r', ' \r\n', 'a '], 'x', 'x'),
  ],
  ['a field that is signed', relaxFields, pieces([' ', '\t', 'a '], 'Subject: x', 'x\r\n')],
  [
    'links in text',
    (text) => findTextLinks(viewOf(text), { deletesSpaces: false }),
    {
      schemes: repeated('http://'),
      'closing brackets': repeated(')', 'http://a/'),
      brackets: (units) => `http://a/${'('.repeat(units)}${')'.repeat(units)}`,
      'full stops': repeated('.', 'http://a/'),
      'letters beyond ASCII': repeated('ä', 'http://a/'),
      'short links': repeated('http://a.example/ '),
    },
  ],
  [
    'links in HTML',
    (text) => findHtmlLinks(viewOf(text)),
    {
      'open CDATA': repeated('<![CDATA[>'),
      'closed CDATA': repeated('<![CDATA[>', '', ']]>'),
      'conditional comments': repeated('<!--[if mso-->'),
      tags: repeated('<a '),
      targets: repeated('href="https://a.example/b" ', '<a ', '>'),
      ampersands: repeated('&', '<a href="', '">'),
      'angle brackets': repeated('<'),
    },
  ],
  [
    'a MIME tree',
    (text) => parseMimeTree(latin1(text), { maxDepth: 10, maxParts: 100 }),
    {
      parts: repeated('--b\r\n\r\nx\r\n', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n', '--b--\r\n'),
      levels: (units) =>
        Array.from(
          { length: units },
          (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
        ).join(''),
    },
  ],
];

for (const [reader, read, inputs] of cases)
  for (const [name, input] of Object.entries(inputs))
    test(`${reader}: ${name}`, () => assertLinear({ input, read }));
