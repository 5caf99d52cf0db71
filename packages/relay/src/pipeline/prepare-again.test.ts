import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { readPartText } from '@waybill/mail/body/part-text';
import type { DkimKey } from '@waybill/mail/dkim';
import { type MimePart, parseMimeTree } from '@waybill/mail/mime-tree';
import { applyPatch, decodePatch } from '@waybill/mail/patch';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { openMessage } from '../content/open-message.ts';
import { facts } from '../hygiene.test-support.ts';
import { deliveryIdOf } from '../id.ts';
import { aStream, idOf, lines } from '../in-memory-ports.test-support.ts';
import type { Message } from '../message.ts';
import { prepare } from './prepare.ts';
import { prepareAgain } from './prepare-again.ts';

const messageId = idOf(50);
const copy = { deliveryId: deliveryIdOf(messageId, 0), recipient: 'bob@there.example' };
const key: DkimKey = {
  domain: 'acme.test',
  selector: 'rsa',
  algorithm: 'rsa',
  privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
};
const some = facts({
  signingKeys: [key],
  stream: aStream({ trackClicks: 'all', trackOpens: true, listUnsubscribe: true }),
});

const open = (source: Buffer): Message => {
  const envelope = {
    mailFrom: 'ada@acme.test',
    rcptTo: [copy.recipient],
    smtpUtf8: false,
    body: '8bitmime',
  } as const;
  return openMessage({ id: messageId, source, envelope, options: {} });
};

const ourFields = [
  'Received: from client.example by mx.waybill.test',
  'X-Waybill-Account: v1; account=acc_1',
];
const message = (header: readonly string[], ...body: readonly string[]): Message =>
  open(
    lines(
      ...ourFields,
      'From: Ada <ada@acme.test>',
      'Date: Sun, 1 Mar 2026 10:00:00 +0000',
      ...header,
      '',
      ...body,
    ),
  );

function again(one: Message, given = some): Buffer {
  const made = prepareAgain(one, copy, given);
  return 'patch' in made ? applyPatch(one.source, decodePatch(made.patch)) : assert.fail(made.eightBit);
}

function before(one: Message): Buffer {
  const resolution = {
    accountId: idOf(1),
    credentialId: undefined,
    by: 'auth',
    reason: 'x',
    rejected: [],
  } as const;
  const { deliveries } = prepare(one, some, { resolution, sandbox: false });
  return applyPatch(one.source, decodePatch(deliveries[0]?.patch ?? assert.fail('no patch')));
}

async function signature(bytes: Buffer): Promise<string | undefined> {
  const p = createPublicKey(key.privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  const { results } = await dkimVerify(bytes, { resolver: async () => [[`v=DKIM1; k=rsa; p=${p}`]] });
  const [first] = results as readonly { status: { result: string } }[];
  return first?.status.result;
}

/** The text bodies, decoded. */
function texts(bytes: Buffer): readonly string[] {
  const of = (part: MimePart): readonly string[] => {
    if (part.children.length > 0) return part.children.flatMap(of);
    const text = readPartText(bytes, part);
    return typeof text === 'string' ? [] : [text.body.bytes.toString()];
  };
  return of(parseMimeTree(bytes));
}

const html =
  '<p>Viele Grüße aus Köln: <a href="https://acme.test/a?b=1&amp;c=2">hier</a> und noch etwas mehr.</p>';
const alternative = message(
  [
    'Subject: Grüße',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=b',
    'Content-Transfer-Encoding: 8bit',
  ],
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Привет https://acme.test/plain',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  html,
  '--b--',
);

test('a copy for a host without 8BITMIME is 7-bit, reads as before with the same tracked links, and verifies', async () => {
  const [was, is] = [before(alternative), again(alternative)];
  assert.ok(!isAscii(was) && isAscii(is));
  assert.deepEqual(texts(is), texts(was));
  assert.match(texts(is)[1] ?? '', /Grüße .*https:\/\/t\.waybill\.test\/.*hier/);
  assert.equal(await signature(is), 'pass');
});

test('a message of one part names its new encoding in the header', async () => {
  const one = message(['Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: 8bit'], html);
  const is = again(one);
  assert.equal(parseMimeTree(is).encoding, 'quoted-printable');
  assert.deepEqual(texts(is), texts(before(one)));
  assert.equal(await signature(is), 'pass');
});

test('a 7-bit message is prepared as before', () => {
  const plain = message(['Content-Transfer-Encoding: 8bit'], 'https://acme.test/plain');
  assert.deepEqual(again(plain), before(plain));
});

const signed = ['Content-Type: multipart/signed; boundary=b'];
const dkim = 'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=acme.test; s=x; h=from; bh=x; b=x';
const quiet = facts({ stream: aStream({ trackClicks: 'none', trackOpens: false, listUnsubscribe: false }) });
for (const [what, one, reason] of [
  [
    'a signed part',
    message(signed, '--b', '', 'ü', '--b--'),
    'part 1 (multipart/signed) is signed, and the signature would break',
  ],
  [
    'an encrypted message',
    message(['Content-Type: application/pkcs7-mime'], 'ü'),
    'part 1 (application/pkcs7-mime) is encrypted, and a change would make it unreadable',
  ],
  [
    'a signature of the client that still holds',
    message([dkim], 'ü'),
    'the message is signed by the client (DKIM), and the signature would break',
  ],
  [
    'an address beyond ASCII',
    message(['To: ü@there.example'], 'x'),
    'the field To cannot be written in ASCII',
  ],
] as const) {
  test(`${what} is not changed, and the reason is given`, () => {
    assert.deepEqual(prepareAgain(one, copy, quiet), { eightBit: reason });
  });
}

test('a signature of the client that tracking breaks in any case goes, and the copy is converted', async () => {
  const is = again(message([dkim, 'Content-Type: text/html'], html));
  assert.doesNotMatch(is.toString(), /s=x;/);
  assert.equal(await signature(is), 'pass');
});
