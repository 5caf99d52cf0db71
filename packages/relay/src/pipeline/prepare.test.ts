import assert from 'node:assert/strict';
import { createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { DkimKey } from '@waybill/mail/dkim';
import type { Envelope } from '@waybill/mail/envelope';
import { fieldsNamed, fieldValue, parseHeaders } from '@waybill/mail/headers';
import { applyPatch, decodePatch } from '@waybill/mail/patch';
import { parseReturnPath } from '@waybill/mail/verp';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { openMessage } from '../content/open-message.ts';
import type { PreparedDelivery } from '../content/prepared.ts';
import { deliveryIdOf, idOfBytes, publicId } from '../id.ts';
import { anAccount, aStream, aSuppression, at, idOf, lines } from '../in-memory-ports.test-support.ts';
import type { SubmissionOptions } from '../message.ts';
import { makeTrackingKey, openToken } from '../tracking/token.ts';
import { prepare } from './prepare.ts';
import type { Facts } from './stage.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const key = (domain: string, algorithm: 'rsa' | 'ed25519'): DkimKey => ({
  domain,
  selector: algorithm,
  algorithm,
  privateKey: algorithm === 'rsa' ? rsa : ed25519,
});
const own = [key('acme.test', 'rsa'), key('acme.test', 'ed25519')];
const platform = [key('waybill.test', 'rsa')];
const trackingKey = makeTrackingKey(1, Buffer.alloc(32, 5));
const pathKey = createSecretKey(Buffer.alloc(32, 6));

const facts = (some: Partial<Facts> = {}): Facts => ({
  now: at,
  acceptedAt: at,
  sendAt: undefined,
  account: anAccount(),
  stream: aStream({ trackClicks: 'all' }),
  suppressed: new Map(),
  signingKeys: own,
  platformKeys: platform,
  platformSignature: false,
  tracking: { baseUrl: 'https://t.waybill.test', key: trackingKey },
  returnPath: { domain: 'bounces.waybill.test', key: pathKey },
  ownReturnPath: undefined,
  platformDomain: 'waybill.test',
  ...some,
});

const source = lines(
  'Received: from client.example ([192.0.2.1])',
  ' by mx.waybill.test with ESMTPSA id msg_1;',
  ' Sun, 1 Mar 2026 10:00:00 +0000',
  'X-Waybill-Account: v1; account=acc_secret',
  'Return-Path: <evil@there.example>',
  'From: Ada <ada@acme.test>',
  'Bcc: hidden@there.example',
  'To: bob@there.example',
  'Subject: Hello',
  'Message-ID: <kept@acme.test>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'See https://acme.test/plain now.',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p><a href="https://acme.test/html?a=1&amp;b=2">go</a></p>',
  '--b--',
);

type Some = {
  readonly source?: Buffer;
  readonly rcptTo?: Envelope['rcptTo'];
  readonly options?: SubmissionOptions;
};
const messageId = idOf(50);
const resolution = {
  accountId: idOf(1),
  credentialId: undefined,
  by: 'auth',
  reason: 'x',
  rejected: [],
} as const;

async function run(
  { rcptTo = ['bob@there.example'], options = {}, source: bytes = source }: Some = {},
  some: Partial<Facts> = {},
) {
  const envelope = { mailFrom: 'ada@acme.test', rcptTo, smtpUtf8: false, body: '7bit' } as const;
  const message = openMessage({ id: messageId, source: bytes, envelope, options });
  const prepared = await prepare(message, facts(some), { resolution, sandbox: false });
  const leaves = (delivery: PreparedDelivery | undefined): Buffer =>
    applyPatch(bytes, decodePatch(delivery?.patch ?? Buffer.alloc(0)));
  return { prepared, leaves, bytes: leaves(prepared.deliveries[0]) };
}

const header = (bytes: Buffer, name: string): readonly string[] =>
  fieldsNamed(parseHeaders(bytes).fields, name).map(fieldValue);

const records: Readonly<Record<string, string>> = Object.fromEntries(
  [...own, ...platform].map(({ domain, selector, algorithm, privateKey }) => {
    const publicKey = createPublicKey(privateKey);
    const p =
      algorithm === 'rsa'
        ? publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
        : Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
    return [`${selector}._domainkey.${domain}`, `v=DKIM1; k=${algorithm}; p=${p}`];
  }),
);

/** The results of an independent verifier: domain, algorithm and result of each signature, sorted. */
async function verifiedSignatures(bytes: Buffer): Promise<readonly string[]> {
  const resolver = async (name: string) => [[records[name] ?? '']];
  const { results } = await dkimVerify(bytes, { resolver });
  const all = results as readonly { signingDomain: string; algo: string; status: { result: string } }[];
  return all.map(({ signingDomain, algo, status }) => `${signingDomain} ${algo} ${status.result}`).toSorted();
}

test('a copy has no Bcc, no Return-Path and none of our own headers, and has the client’s Message-ID', async () => {
  const { bytes, prepared } = await run();
  const text = bytes.toString();
  assert.doesNotMatch(text, /x-waybill|acc_secret|hidden@|evil@/i);
  assert.deepEqual(header(bytes, 'Message-ID'), ['<kept@acme.test>']);
  assert.deepEqual(
    prepared.notes.map(({ what }) => what),
    ['Return-Path removed', 'Bcc removed', 'Date added', '2 links tracked', 'open tracked'],
  );
});

test('both signatures verify at an independent verifier', async () => {
  const { bytes } = await run();
  assert.deepEqual(await verifiedSignatures(bytes), [
    'acme.test ed25519-sha256 pass',
    'acme.test rsa-sha256 pass',
  ]);
});

test('the platform signs in addition to the account when it is set so', async () => {
  const { bytes } = await run({}, { platformSignature: true });
  assert.deepEqual(await verifiedSignatures(bytes), [
    'acme.test ed25519-sha256 pass',
    'acme.test rsa-sha256 pass',
    'waybill.test rsa-sha256 pass',
  ]);
});

test('a From that is not verified is signed by the platform, and the trace says so', async () => {
  const { bytes, prepared } = await run({}, { signingKeys: [] });
  assert.deepEqual(await verifiedSignatures(bytes), ['waybill.test rsa-sha256 pass']);
  assert.ok(prepared.deliveries[0]?.notes.some(({ what }) => what === 'signed waybill.test/rsa'));
});

test('a message that cannot be signed is not prepared at all', async () => {
  const broken = [{ ...key('acme.test', 'rsa'), privateKey: ed25519 }];
  await assert.rejects(run({}, { signingKeys: broken }), /Cannot sign/);
});

test('every recipient has links, pixel and return path of its own', async () => {
  const { prepared, leaves } = await run({ rcptTo: ['bob@there.example', 'eve@there.example'] });
  const seen = prepared.deliveries.map((delivery) => {
    const text = leaves(delivery).toString();
    const tokens = [...text.matchAll(/https:\/\/t\.waybill\.test\/[cou]\/([\w-]+)/g)];
    return tokens.map(([, token = '']) => {
      const opened = openToken(token, [trackingKey]);
      const url = opened?.type === 'click' ? opened.url : '';
      return [opened?.type, idOfBytes(opened?.deliveryId ?? Buffer.alloc(16)), url];
    });
  });
  for (const index of [0, 1]) {
    const id = deliveryIdOf(messageId, index);
    assert.deepEqual(seen[index], [
      ['unsubscribe', id, ''],
      ['click', id, 'https://acme.test/plain'],
      ['click', id, 'https://acme.test/html?a=1&b=2'],
      ['open', id, ''],
    ]);
    const returnPath = prepared.deliveries[index]?.returnPath ?? '';
    assert.equal(idOfBytes(parseReturnPath(returnPath, [pathKey]) ?? Buffer.alloc(16)), id);
  }
});

test('preparing twice gives the same copies, byte for byte', async () => {
  const [one, two] = [await run(), await run()];
  assert.ok(one.bytes.equals(two.bytes));
});

test('bytes that no stage changes are sent as received', async () => {
  const { bytes } = await run({ options: { trackClicks: 'none', trackOpens: false } });
  const body = (all: Buffer) => all.subarray(parseHeaders(all).bodyStart).toString();
  assert.equal(body(bytes), body(source));
  assert.ok(
    bytes.toString().includes('From: Ada <ada@acme.test>\r\nTo: bob@there.example\r\nSubject: Hello\r\n'),
  );
});

type Modes = readonly [
  string,
  SubmissionOptions,
  Partial<Facts>,
  readonly [plain: number, html: number, open: number],
];
const modes: readonly Modes[] = [
  ['the stream asks for all', {}, {}, [1, 1, 1]],
  ['the stream asks for html', {}, { stream: aStream({ trackClicks: 'html' }) }, [0, 1, 1]],
  [
    'the stream asks for nothing',
    {},
    { stream: aStream({ trackClicks: 'none', trackOpens: false }) },
    [0, 0, 0],
  ],
  ['the message asks for text', { trackClicks: 'text' }, {}, [1, 0, 1]],
  ['the message asks for none', { trackClicks: 'none', trackOpens: false }, {}, [0, 0, 0]],
  [
    'the message asks for more than its stream',
    { trackClicks: 'all', trackOpens: true },
    { stream: aStream({ trackClicks: 'none', trackOpens: false }) },
    [1, 1, 1],
  ],
  [
    'the account allows html only',
    { trackClicks: 'all' },
    { account: anAccount({ trackClicks: 'html' }) },
    [0, 1, 1],
  ],
  [
    'the account allows html, the message asks for text',
    { trackClicks: 'text' },
    { account: anAccount({ trackClicks: 'html' }) },
    [0, 0, 1],
  ],
  [
    'the account allows nothing',
    { trackClicks: 'all', trackOpens: true },
    { account: anAccount({ trackClicks: 'none', trackOpens: false }) },
    [0, 0, 0],
  ],
];
for (const [name, options, some, [plain, html, open]] of modes) {
  test(`tracking when ${name}`, async () => {
    const { bytes, prepared } = await run({ options }, some);
    const text = bytes.toString();
    const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
    assert.deepEqual(
      [
        count(/See https:\/\/t\./g),
        count(/href="https:\/\/t\./g),
        count(/<img src="https:\/\/t\.[^"]+\/o\//g),
      ],
      [plain, html, open],
    );
    for (const note of prepared.notes) assert.match(note.reason ?? '', /\.$/);
  });
}

test('signed parts are not touched, and the trace says so', async () => {
  const signed = lines(
    'From: ada@acme.test',
    'Content-Type: multipart/signed; boundary=s; protocol="application/pgp-signature"; micalg=pgp-sha256',
    '',
    '--s',
    'Content-Type: text/html',
    '',
    '<a href="https://acme.test/">go</a>',
    '--s',
    'Content-Type: application/pgp-signature',
    '',
    'none',
    '--s--',
  );
  const { bytes, prepared } = await run({ source: signed });
  assert.ok(bytes.includes(signed.subarray(signed.indexOf('--s'))));
  const note = prepared.notes.find(({ step }) => step === 'rewrite-links');
  assert.equal(note?.detail?.tracked, 0);
  assert.notDeepEqual(note?.detail?.leftAlone ?? [], []);
});

test('links beyond the limit stay unchanged, and the trace says so', async () => {
  const many = lines(
    'From: ada@acme.test',
    'Content-Type: text/html',
    '',
    ...Array.from({ length: 1_001 }, (_, index) => `<a href="https://acme.test/${index}">go</a>`),
  );
  const rcptTo = Array.from({ length: 100 }, (_, index) => `r${index}@there.example`);
  const tracked = (await run({ source: many, rcptTo: rcptTo.slice(1) })).prepared.notes;
  assert.ok(tracked.some(({ what }) => what === '1001 links tracked'));
  const { prepared, bytes } = await run({ source: many, rcptTo });
  const note = prepared.notes.find(({ step }) => step === 'rewrite-links');
  assert.equal(note?.what, 'links not tracked');
  assert.match(note?.reason ?? '', /1001 links for 100 recipients/);
  assert.ok(bytes.includes('https://acme.test/1000'));
});

const unsubscribe: readonly (readonly [string, Buffer, Partial<Facts>, readonly number[], RegExp])[] = [
  ['is added with one click', source, {}, [1, 1], /^<https:\/\/t\.waybill\.test\/u\/[\w-]+>$/],
  [
    'is left out when the stream says so',
    source,
    { stream: aStream({ listUnsubscribe: false }) },
    [0, 0],
    /^$/,
  ],
  [
    'of the client is left alone',
    Buffer.concat([lines('List-Unsubscribe: <mailto:stop@acme.test>'), source]),
    {},
    [1, 0],
    /^<mailto:stop@acme\.test>$/,
  ],
  [
    'can be tried on plain http',
    source,
    { tracking: { baseUrl: 'http://127.0.0.1:3001', key: trackingKey } },
    [1, 1],
    /^<http:\/\/127\.0\.0\.1:3001\/u\//,
  ],
];
for (const [name, bytes, some, counts, value] of unsubscribe) {
  test(`List-Unsubscribe ${name}`, async () => {
    const copy = (await run({ source: bytes }, some)).bytes;
    const all = header(copy, 'List-Unsubscribe');
    const post = header(copy, 'List-Unsubscribe-Post');
    assert.deepEqual([all.length, post.length], counts);
    assert.match(all[0] ?? '', value);
    if (post.length > 0) assert.deepEqual(post, ['List-Unsubscribe=One-Click']);
  });
}

test('a missing Date and Message-ID are written, the same for every copy', async () => {
  const bare = lines('From: ada@acme.test', 'Subject: x', '', 'Hi');
  const { prepared, leaves } = await run({ source: bare, rcptTo: ['a@x.test', 'b@x.test'] });
  for (const delivery of prepared.deliveries) {
    const copy = leaves(delivery);
    assert.deepEqual(header(copy, 'Date'), ['Sun, 1 Mar 2026 10:00:00 +0000']);
    assert.deepEqual(header(copy, 'Message-ID'), [`<${publicId('msg', messageId)}@waybill.test>`]);
  }
});

test('Feedback-ID names stream and account', async () => {
  assert.deepEqual(header((await run()).bytes, 'Feedback-ID'), [
    `default:${publicId('acc', idOf(1))}:transactional:waybill-test`,
  ]);
  const theirs = Buffer.concat([lines('Feedback-ID: mine:own:x:acme1'), source]);
  assert.deepEqual(header((await run({ source: theirs })).bytes, 'Feedback-ID'), ['mine:own:x:acme1']);
});

test('the client’s address is hidden if the account asks for it', async () => {
  const { bytes } = await run({}, { account: anAccount({ hideClientIp: true }) });
  assert.doesNotMatch(bytes.toString(), /192\.0\.2\.1|client\.example/);
  assert.match(
    header(bytes, 'Received')[0] ?? '',
    /^from hidden\.invalid by mx\.waybill\.test with ESMTPSA id msg_1;/,
  );
  assert.match(header((await run()).bytes, 'Received')[0] ?? '', /192\.0\.2\.1/);
});

test('a suppressed recipient gets a suppressed delivery, the others their mail', async () => {
  const suppressed = new Map([['bob@there.example', aSuppression('bob@there.example')]]);
  const { prepared } = await run({ rcptTo: ['Bob@There.example', 'eve@there.example'] }, { suppressed });
  const [bob, eve] = prepared.deliveries;
  assert.deepEqual([bob?.status, bob?.patch, bob?.returnPath], ['suppressed', undefined, undefined]);
  assert.equal(
    bob?.reason,
    'bob@there.example is suppressed in the whole account since 2026-02-01 because mail to it bounced for good.',
  );
  assert.deepEqual([eve?.status, eve?.patch === undefined], ['queued', false]);
});

test('a suppression can be bypassed, a complaint cannot', async () => {
  for (const [reason, status] of [
    ['manual', 'queued'],
    ['complaint', 'suppressed'],
  ] as const) {
    const suppressed = new Map([['bob@there.example', aSuppression('bob@there.example', { reason })]]);
    const { prepared } = await run({ options: { bypassSuppression: true } }, { suppressed });
    assert.equal(prepared.deliveries[0]?.status, status);
  }
});

const returnPathNote = async (ownReturnPath: Facts['ownReturnPath']) => {
  const [delivery] = (await run({}, { ownReturnPath })).prepared.deliveries;
  const note = delivery?.notes.find(({ step }) => step === 'set-return-path');
  const host = delivery?.returnPath?.split('@')[1];
  assert.equal(note?.detail?.host, host);
  assert.equal(note?.detail?.returnPath, delivery?.returnPath);
  return [host, note?.detail?.whose, note?.reason ?? ''] as const;
};

for (const [what, own, expectedHost, expectedWhose, expectedReason] of [
  [
    'verified',
    { host: 'bounce.acme.test', status: 'verified' },
    'bounce.acme.test',
    'account',
    /bounce\.acme\.test are verified.*SPF aligns/,
  ],
  [
    'not verified',
    { host: 'bounce.acme.test', status: 'pending' },
    'bounces.waybill.test',
    'platform',
    /not verified yet/,
  ],
  [
    'degraded',
    { host: 'bounce.acme.test', status: 'degraded' },
    'bounces.waybill.test',
    'platform',
    /do not stand any more/,
  ],
  ['not of this account', undefined, 'bounces.waybill.test', 'platform', /From domain is not verified/],
] as const)
  test(`bounces of a domain whose return path is ${what} come back to ${expectedHost}, and the trace says why`, async () => {
    const [host, whose, reason] = await returnPathNote(own);
    assert.deepEqual([host, whose], [expectedHost, expectedWhose]);
    assert.match(reason, expectedReason);
  });

test('expiry counts from acceptance, or from the send time', async () => {
  const stream = aStream({ expiryMinutes: 10 });
  const expiry = async (sendAt: Date | undefined) =>
    (await run({}, { stream, sendAt })).prepared.deliveries[0]?.expiresAt.toISOString();
  assert.equal(await expiry(undefined), '2026-03-01T10:10:00.000Z');
  assert.equal(await expiry(new Date('2026-03-02T10:00:00Z')), '2026-03-02T10:10:00.000Z');
  assert.equal(await expiry(new Date('2025-03-02T10:00:00Z')), '2026-03-01T10:10:00.000Z');
});

const odd: readonly (readonly [string, Buffer])[] = [
  [
    'a header that runs into a line that is no field',
    lines('From: ada@acme.test', 'Subject: x', 'this is no field', 'Bcc: y', '', 'Hi'),
  ],
  ['no body and no empty line', lines('From: ada@acme.test', 'Subject: x')],
  ['an empty body', lines('From: ada@acme.test', 'Subject: x', '')],
  [
    'duplicate fields',
    lines(
      'From: ada@acme.test',
      'Subject: x',
      'Subject: y',
      'Content-Type: text/html',
      'Content-Type: text/plain',
      '',
      'Hi',
    ),
  ],
  [
    'a plain html message',
    lines('From: ada@acme.test', 'Content-Type: text/html', '', '<a href=https://acme.test/>go</a>'),
  ],
];
for (const [name, bytes] of odd) {
  test(`the signature covers what the receiver reads: ${name}`, async () => {
    const copy = (await run({ source: bytes })).bytes;
    assert.deepEqual(await verifiedSignatures(copy), [
      'acme.test ed25519-sha256 pass',
      'acme.test rsa-sha256 pass',
    ]);
  });
}
