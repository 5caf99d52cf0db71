import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { signDkim } from '@waybill/mail/dkim';
import { decodeHeaderText } from '@waybill/mail/header/encoded-word';
import { fieldsNamed, fieldValue, parseHeaders } from '@waybill/mail/headers';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { cleaned, copied } from './hygiene.test-support.ts';
import { publicId } from './id.ts';
import { aStream, at, idOf, lines } from './in-memory-ports.test-support.ts';

const DATE = 'Date: Sun, 1 Mar 2026 09:00:00 +0100';
const ID = 'Message-ID: <kept@acme.test>';
const header = (bytes: Buffer, name: string): readonly string[] =>
  fieldsNamed(parseHeaders(bytes).fields, name).map(fieldValue);
const message = (...fields: readonly string[]): Buffer =>
  lines('From: ada@acme.test', 'Subject: x', ...fields, '', 'Hi');

const replacedIds = [
  '',
  '<>',
  'abc@acme.test',
  '<abc>',
  '=?utf-8?q?=3Cabc=40acme=2Etest=3E?=',
  '<a@b> <c@d>',
];
for (const value of replacedIds) {
  test(`the Message-ID ${JSON.stringify(value)} is replaced, and the trace keeps it`, () => {
    const { bytes, notes } = cleaned(message(DATE, `Message-ID: ${value}`));
    assert.deepEqual(header(bytes, 'Message-ID'), [`<${publicId('msg', idOf(50))}@waybill.test>`]);
    assert.deepEqual(
      notes.map(({ step, what, detail }) => [step, what, detail?.client]),
      [['ensure-message-id', 'Message-ID replaced', value]],
    );
  });
}

test('a Message-ID beyond ASCII is replaced without SMTPUTF8, and kept with it', () => {
  const source = message(DATE, 'Message-ID: <é@acme.test>');
  assert.match(header(cleaned(source).bytes, 'Message-ID')[0] ?? '', /^<msg_/);
  assert.deepEqual(cleaned(source, { smtpUtf8: true }).bytes, source);
});

for (const value of ['', '2026-11-28 10:00:00', '2026-11-28T10:00:00+01:00', 'yesterday']) {
  test(`the Date ${JSON.stringify(value)} is replaced by the time of acceptance`, () => {
    const { bytes, notes } = cleaned(message(`Date: ${value}`, ID));
    assert.deepEqual(header(bytes, 'Date'), ['Sun, 1 Mar 2026 10:00:00 +0000']);
    assert.deepEqual(
      notes.map(({ what, detail }) => [what, detail?.client]),
      [['Date replaced', value]],
    );
  });
}

test('an identical repetition is removed, the first one stays', () => {
  const { bytes, notes } = cleaned(message(DATE, ID, 'subject:  x', 'To: a@x.example', 'To: a@x.example'));
  assert.deepEqual(bytes, message(DATE, ID, 'To: a@x.example'));
  assert.deepEqual(
    notes.map(({ what }) => what),
    ['duplicate subject, To removed'],
  );
});

test('raw text beyond ASCII is sent as encoded words, and the trace names the fields', () => {
  const source = lines(
    'From: Müller <ada@acme.test>',
    'Subject: Káva?',
    'To: a@x.example',
    DATE,
    ID,
    '',
    'é',
  );
  const { bytes, notes } = cleaned(source);
  assert.match(bytes.subarray(0, parseHeaders(bytes).end).toString('latin1'), /^[\r\n -~]*$/);
  assert.equal(decodeHeaderText(header(bytes, 'Subject')[0] ?? ''), 'Káva?');
  assert.deepEqual(header(bytes, 'From'), ['=?utf-8?q?M=C3=BCller?= <ada@acme.test>']);
  assert.deepEqual(
    notes.map(({ what }) => what),
    ['From, Subject encoded'],
  );
  assert.deepEqual(cleaned(source, { smtpUtf8: true }).bytes, source);
});

test('text that is not UTF-8 is read in the charset of the first text part', () => {
  const source = Buffer.concat([
    lines('From: ada@acme.test', DATE, ID, 'Content-Type: multipart/mixed; boundary=b').subarray(0, -2),
    Buffer.from(
      '\r\nSubject: \xb9\xb3\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-2\r\n\r\nx\r\n--b--\r\n',
      'latin1',
    ),
  ]);
  assert.equal(decodeHeaderText(header(cleaned(source).bytes, 'Subject')[0] ?? ''), 'šł');
});

test('an address beyond ASCII is not encoded, and the trace says so', () => {
  const source = message(DATE, ID, 'To: zoë@x.example');
  const { bytes, notes } = cleaned(source);
  assert.deepEqual(bytes, source);
  assert.deepEqual(
    notes.map(({ what }) => what),
    ['To left with bytes beyond ASCII'],
  );
});

test('a header over the limit is not encoded', () => {
  const source = message(DATE, ID, 'X-One: é', `To: ${'é <a@x.example>, '.repeat(10_000)}b@x.example`);
  assert.deepEqual(
    cleaned(source).notes.map(({ what }) => what),
    ['X-One encoded', 'To left with bytes beyond ASCII', 'To folded'],
  );
});

test('a line over 998 bytes is folded, and a line that cannot be folded is noted', () => {
  const to = Array.from({ length: 150 }, (_, index) => `user${index}@example.com`).join(', ');
  const url = `List-Help: <https://acme.test/${'a'.repeat(1_000)}>`;
  const { bytes, notes } = cleaned(message(DATE, ID, `To: ${to}`, url));
  assert.deepEqual(header(bytes, 'To'), [to]);
  const longest = Math.max(
    ...bytes
      .toString()
      .replace(url, '')
      .split('\r\n')
      .map((line) => line.length),
  );
  assert.ok(longest <= 998, `${longest} bytes`);
  assert.deepEqual(
    notes.map(({ what }) => what),
    ['To folded', 'List-Help left with a line over 998 bytes'],
  );
});

test('a header line without a colon is noted with its number and with the fields after it', () => {
  const source = lines(
    'From: ada@acme.test',
    DATE,
    ID,
    'Subject: broken by the app',
    'second line of the subject',
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    'X-Secret: not shown',
    '',
    'Cc: of the text',
  );
  const { bytes, notes } = cleaned(source);
  assert.ok(bytes.includes('\r\n\r\nsecond line of the subject\r\nMIME-Version: 1.0\r\n'));
  assert.deepEqual(notes, [
    {
      step: 'note-header-end',
      what: 'header ended at a line that is no field',
      reason:
        'Line 5 of the header has no colon, so receivers read it and the rest as text. MIME-Version, Content-Type now stand in the body.',
      detail: { line: 5, fieldsInBody: ['MIME-Version', 'Content-Type'] },
    },
  ]);
});

test('a message without a body gets no note on its header', () => {
  assert.deepEqual(cleaned(lines('From: ada@acme.test', DATE, ID)).notes, []);
});

const app = generateKeyPairSync('ed25519').privateKey;
const appKey = { domain: 'app.test', selector: 'own', algorithm: 'ed25519', privateKey: app } as const;

function signedByApp(...more: readonly string[]): Buffer {
  const source = lines(
    'From: ada@acme.test',
    'Subject: x',
    DATE,
    ID,
    'Content-Type: text/html',
    ...more,
    '',
    '<a href="https://acme.test/">go</a>',
  );
  const { fields, bodyStart } = parseHeaders(source);
  const bodyPieces = [source.subarray(bodyStart)];
  const [signature] = signDkim({ fields, bodyPieces, keys: [appKey], at });
  return Buffer.concat([signature?.raw ?? Buffer.alloc(0), source]);
}

/** The results of an independent verifier for the signature of the application; empty: there is none. */
async function verifyApp(bytes: Buffer): Promise<readonly string[]> {
  const jwk = createPublicKey(app).export({ format: 'jwk' });
  const p = Buffer.from(jwk.x ?? '', 'base64url').toString('base64');
  const { results } = await dkimVerify(bytes, { resolver: async () => [[`v=DKIM1; k=ed25519; p=${p}`]] });
  const all = results as readonly { signingDomain: string; status: { result: string } }[];
  return all.filter(({ signingDomain }) => signingDomain === 'app.test').map(({ status }) => status.result);
}

test('a signature of the client that our edits do not touch stays and verifies', async () => {
  const { bytes, notes } = copied(signedByApp());
  assert.deepEqual(await verifyApp(bytes), ['pass']);
  assert.ok(notes.every(({ step }) => step !== 'drop-broken-signature'));
});

const breaking = [
  ['a tracked link', aStream({ trackClicks: 'html', trackOpens: false, listUnsubscribe: false }), [], 'body'],
  ['the open pixel', aStream({ trackClicks: 'none', trackOpens: true, listUnsubscribe: false }), [], 'body'],
  // The signature covers the absence of List-Unsubscribe.
  [
    'a List-Unsubscribe',
    aStream({ trackClicks: 'none', trackOpens: false, listUnsubscribe: true }),
    [],
    'header',
  ],
  [
    'a removed repetition',
    aStream({ trackClicks: 'none', trackOpens: false, listUnsubscribe: false }),
    ['Subject: x'],
    'header',
  ],
] as const;
for (const [name, stream, more, part] of breaking) {
  test(`a signature of the client that ${name} breaks is removed, and the trace says so`, async () => {
    const { bytes, notes } = copied(signedByApp(...more), { stream });
    assert.deepEqual(await verifyApp(bytes), []);
    assert.deepEqual(
      notes.filter(({ step }) => step === 'drop-broken-signature').map(({ what, reason }) => [what, reason]),
      [
        [
          'DKIM signature of the client removed',
          `We changed the ${part} that it covers, so it would fail at every receiver.`,
        ],
      ],
    );
  });
}

test('the trace counts only the links that were rewritten', () => {
  const urls = Array.from({ length: 40 }, (_, index) => `https://x.example/${index}`).join(' ');
  const stream = aStream({ trackClicks: 'all', trackOpens: false, listUnsubscribe: false });
  const source = lines('From: ada@acme.test', DATE, ID, 'Content-Type: text/plain', '', urls);
  const { bytes, notes } = copied(source, { stream });
  const rewritten = bytes.toString().split('https://t.waybill.test/c/').length - 1;
  assert.ok(rewritten > 0 && rewritten < 40);
  const [note] = notes.filter(({ step }) => step === 'rewrite-links');
  assert.equal(note?.what, `${rewritten} links tracked`);
  assert.equal(note?.detail?.tracked, rewritten);
  assert.deepEqual(note?.detail?.leftAlone, [
    { part: '1', about: 'link', reason: 'line_too_long', count: 40 - rewritten },
  ]);
});
