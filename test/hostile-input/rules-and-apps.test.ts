/** Hostile text costs the rules and what the apps read before they have accepted it linear time. */
import { test } from 'node:test';
import { sendBody } from '@waybill/contract/send';
import { oneLine } from '@waybill/contract/text';
import { parseMimeTree } from '@waybill/mail/mime-tree';
import { accept } from '@waybill/relay/accept';
import { suppressionBy } from '@waybill/relay/delivery/suppression-rule';
import { agentOf } from '@waybill/relay/events/agent';
import {
  anAccount,
  aState,
  aSubmission,
  portsOf,
  processOf,
} from '@waybill/relay/in-memory-ports.test-support';
import { Refusal } from '@waybill/relay/refusal';
import { findLinks } from '@waybill/relay/tracking/rewrite-links';
import { readTextBodies } from '@waybill/relay/tracking/text-bodies';
import { preview } from '../../apps/api/src/preview.ts';
import { DataReader } from '../../apps/ingress/src/smtp/data-reader.ts';
import { parsePathCommand } from '../../apps/ingress/src/smtp/path-command.ts';
import { assertLinear } from './growth.ts';

const now = new Date('2026-03-01T10:00:00Z');
const head = 'From: ada@acme.test\r\n';
const utf8 =
  (before: string, piece: string, after = '') =>
  (units: number): Buffer =>
    Buffer.from(before + piece.repeat(units) + after);

for (const piece of [
  'a',
  'domain ',
  'host ',
  '@',
  'a@',
  'your ',
  '<a@b> ',
  '5.1.1 ',
  'mail from ',
  'in reply to ',
])
  test(`the words of a bounce: ${piece}`, () =>
    assertLinear({
      input: (units) => piece.repeat(units),
      read: (text) =>
        suppressionBy({ kind: 'words', recipient: 'Bob@there.example', phase: 'rcpt', code: 550, text }, now),
    }));

for (const [name, piece] of [
  ['a short name', 'HEY'],
  ['a known agent', 'DuckDuckGo '],
  ['spaces', ' '],
] as const)
  test(`a user agent: ${name}`, () =>
    assertLinear({
      input: (units) => `Fastmail${piece.repeat(units)}`,
      read: (userAgent) => agentOf({ userAgent, purpose: undefined }),
    }));

for (const piece of ['=?a?q?', 'a?', '=?a?b?AAAA?='])
  test(`one line of an API body: ${piece}`, () =>
    assertLinear({
      input: (units) => `=?${piece.repeat(units)}`,
      read: (text) => oneLine(10_000_000).safeParse(text),
    }));

test('an attachment that is no base64', () =>
  assertLinear({
    input: (units) => `${' '.repeat(units)}*`,
    read: (content) =>
      sendBody.safeParse({ from: 'a@b.test', to: 'c@d.test', attachments: [{ filename: 'a', content }] }),
  }));

for (const [name, between] of [
  ['on one line', ''],
  ['a line each', '\r\n'],
] as const)
  test(`tracked links, ${name}`, () =>
    assertLinear({
      input: utf8(
        'Content-Type: text/html\r\n\r\n',
        `<a href="https://a.example/?x=1&amp;y=2">z</a>${between}`,
      ),
      read: (source) =>
        findLinks(readTextBodies(source, parseMimeTree(source), { html: true, text: true }), {
          mode: 'all',
          ownBaseUrl: 'https://t.example',
        }),
    }));

const levels = (units: number): Buffer =>
  Buffer.from(
    Array.from(
      { length: units },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
    ).join(''),
  );
const multipart = `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n`;
const submissions: readonly (readonly [string, (units: number) => Buffer])[] = [
  ['one long field', utf8(`${head}X: `, 'x', '\r\n\r\n')],
  ['folds', utf8(`${head}X: y`, '\r\n z', '\r\n\r\n')],
  ['fields', utf8(head, 'a:\r\n', '\r\n')],
  ['parts', utf8(multipart, '--b\r\n\r\npart\r\n', '--b--\r\n')],
  ['a long line', utf8(`${head}\r\n`, 'x', '\r\n')],
  ['levels', (units) => Buffer.concat([Buffer.from(head), levels(units)])],
  ['addresses', utf8(`${head}To: a@there.example`, ',\r\n "A. B" <c@there.example>', '\r\n\r\nHello\r\n')],
];
/** A refusal is as good an answer as acceptance: the test is about what it costs. */
const acceptOrRefuse = async (bytes: Buffer): Promise<void> => {
  const state = aState({ accounts: [anAccount({ maxMessageBytes: 30_000_000 })] });
  await accept(aSubmission({ bytes }), portsOf(state), processOf(state)).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
};
for (const [name, input] of submissions)
  test(`a submission: ${name}`, () => assertLinear({ input, read: acceptOrRefuse }));

const mails: readonly (readonly [string, (units: number) => Buffer])[] = [
  ['encoded words', utf8('Subject: ', '=?utf-8?q?x?= ', '\r\n\r\nx')],
  ['addresses', utf8('From: ', 'a@b.test, ', 'c@d.test\r\n\r\nx')],
  ['parts', utf8(`MIME-Version: 1.0\r\n${multipart}`, '--b\r\n\r\npart\r\n', '--b--\r\n')],
  ['levels', levels],
];
for (const [name, input] of mails)
  test(`a preview: ${name}`, () =>
    assertLinear({ input, read: (bytes) => preview(bytes).catch(() => undefined) }));

for (const [name, before, piece] of [
  ['quotes', '<', '"'],
  ['quoted pairs', '<"', '\\a'],
  ['parameters', '<a> ', 'A '],
  ['at signs', '<', 'a@'],
] as const)
  test(`a MAIL command: ${name}`, () =>
    assertLinear({
      input: utf8(`MAIL FROM:${before}`, piece),
      read: (line) => {
        try {
          parsePathCommand('MAIL FROM', line);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
      },
    }));

test('bare CRs that are repaired in DATA', () =>
  assertLinear({
    input: utf8('a', '\r', 'b\r\n.\r\n'),
    read: (bytes) => {
      const reader = new DataReader({ maxBytes: 10_000_000, bareLineEndings: 'repair' });
      // A copy: the reader may overwrite what it is given.
      reader.feed(Buffer.from(bytes));
    },
  }));
