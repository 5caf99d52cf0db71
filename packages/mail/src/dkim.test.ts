import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { type DkimKey, signDkim } from './dkim.ts';
import { fieldValue, parseHeaders } from './headers.ts';
import { dkimRecord } from './signing/dkim-record.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const keys: readonly DkimKey[] = [
  { domain: 'acme.test', selector: 'r1', algorithm: 'rsa', privateKey: rsa.privateKey },
  { domain: 'acme.test', selector: 'e1', algorithm: 'ed25519', privateKey: ed25519.privateKey },
];
const records: Readonly<Record<string, string>> = {
  'r1._domainkey.acme.test': dkimRecord(rsa.publicKey, 'rsa'),
  'e1._domainkey.acme.test': dkimRecord(ed25519.publicKey, 'ed25519'),
};
const at = new Date('2026-11-21T09:00:00Z');

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

async function signed(source: Buffer, using = keys, then = at): Promise<Buffer> {
  const { fields, bodyStart } = parseHeaders(source);
  const signatures = await signDkim({
    fields,
    bodyPieces: [source.subarray(bodyStart)],
    keys: using,
    at: then,
  });
  return Buffer.concat([...signatures.map((field) => field.raw), source]);
}

/** What an independent verifier says of every signature. */
async function verifiedSignatures(message: Buffer): Promise<readonly string[]> {
  const resolver = async (name: string): Promise<string[][]> => [[records[name] ?? '']];
  const { results } = await dkimVerify(message, { strict: true, resolver });
  return results.map((result: { status: { result: string } }) => result.status.result);
}

const head =
  'From: Joe <joe@acme.test>\r\nTo: ann@other.test\r\nSubject: Hello\r\nDate: Sat, 21 Nov 2026 09:00:00 +0000\r\n';
const withBody = (body: string): string => `${head}\r\n${body}`;
const withField = (field: string): string => `${head}${field}\r\n\r\nHi.\r\n`;

test('a key signs messages with other fields, bodies and times in turn', async () => {
  const sources = [
    withField('Reply-To: a@acme.test'),
    withBody('Hello.\r\n'),
    withField('References: <1@acme.test>'),
  ];
  for (const [turn, source] of [...sources, ...sources].entries()) {
    const then = new Date(at.getTime() + turn * 1_000);
    const message = await signed(bytes(source), keys, then);
    assert.deepEqual(await verifiedSignatures(message), ['pass', 'pass'], source);
    assert.equal(message.toString('latin1').split(`t=${then.getTime() / 1_000};`).length, 3);
  }
});

const odd: readonly [string, string][] = [
  ['plain text', withBody('Hello.\r\n')],
  ['a non-breaking space in Latin-1', withBody('Price:\xa0100\xa0\r\n\xa0\r\n')],
  ['a non-breaking space in UTF-8', withBody('Prix\xc2\xa0:\xc2\xa0100\r\n')],
  ['Latin-1 text', withBody('Gr\xfc\xdfe aus K\xf6ln\r\n')],
  ['letters whose UTF-8 ends in 0xA0 or 0x85', withBody('\xc3\xa0 \xc3\x85\r\n')],
  ['a form feed', withBody('page one\f\r\n\f\r\npage two \f\r\n')],
  ['a vertical tab', withBody('a\v\v b \v\r\n')],
  ['an empty body', withBody('')],
  ['a body of one empty line', withBody('\r\n')],
  ['a body of white space', withBody('   \r\n\t\r\n')],
  ['no empty line behind the header', head],
  ['no line end at the end', withBody('Hello.')],
  ['a space at the end without line end', withBody('Hello. ')],
  ['trailing empty lines', withBody('Hello.\r\n\r\n\r\n\r\n')],
  ['trailing lines of white space', withBody('Hello.\r\n \r\n\t\r\n')],
  ['leading empty lines', withBody('\r\n\r\nHello.\r\n')],
  ['tabs and many spaces', withBody('a\t\tb   c \t d\t\r\n')],
  ['a line of 80,000 spaces', withBody(`a${' '.repeat(80_000)}b\r\n`)],
  ['a line of 20,000 letters', withBody(`${'a'.repeat(20_000)}\r\n`)],
  ['20,000 empty lines', withBody(`a${'\r\n'.repeat(20_000)}b\r\n`)],
  [
    'every byte but CR and LF',
    withBody(`${String.fromCharCode(...[...Array(256).keys()].filter((n) => n !== 10 && n !== 13))}\r\n`),
  ],
  ['dots and a lone dot', withBody('.\r\n..\r\n.a\r\n')],
  ['a body that looks like a header', withBody('From: evil@other.test\r\n\r\nx\r\n')],
  [
    'a folded subject',
    withField('X-A: 1').replace('Subject: Hello', 'Subject: Hello\r\n there,\r\n\t  friend  '),
  ],
  ['a subject that is folded at once', withField('X-A: 1').replace('Subject: Hello', 'Subject:\r\n Hello')],
  ['an empty subject', withField('X-A: 1').replace('Subject: Hello', 'Subject:')],
  ['a subject without space', withField('X-A: 1').replace('Subject: Hello', 'Subject:Hello')],
  ['white space before the colon', withField('X-A: 1').replace('Subject: Hello', 'SUBJECT \t: Hello')],
  ['a Latin-1 subject', withField('X-A: 1').replace('Hello', 'Gr\xfc\xdfe\xa0')],
  ['a UTF-8 subject that ends in 0xA0', withField('X-A: 1').replace('Hello', 'voil\xc3\xa0')],
  ['a form feed in the subject', withField('X-A: 1').replace('Hello', 'a\fb\f')],
  ['two subjects', withField('Subject: another')],
  ['three To fields', withField('To: b@other.test\r\nTo: c@other.test')],
  ['two From fields', withField('From: second@acme.test')],
  ['no From at all', 'Subject: x\r\n\r\nx\r\n'],
  [
    'fields signed when present',
    withField('References: <a@b>\r\n <c@d>\r\nIn-Reply-To: <a@b>\r\nSender: s@acme.test\r\nFeedback-ID: a:b'),
  ],
  [
    'List-Unsubscribe',
    withField('List-Unsubscribe: <https://t.test/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click'),
  ],
  ['a signature of another domain', withField('DKIM-Signature: v=1; d=other.test')],
  [
    'multipart',
    withField('MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x y"').replace(
      'Hi.',
      '--x y\r\n\r\na\r\n--x y--',
    ),
  ],
];

for (const [what, text] of odd) {
  test(`both signatures verify on a message with ${what}`, async () => {
    const results = await verifiedSignatures(await signed(bytes(text)));
    const [first, second] = results.filter((result) => result !== 'neutral');
    assert.deepEqual([first, second], ['pass', 'pass']);
  });
}

const additions = [
  'From: Evil <evil@acme.test>',
  'To: evil@other.test',
  'Cc: evil@other.test',
  'Subject: Evil',
  'Date: Sun, 22 Nov 2026 09:00:00 +0000',
  'Message-ID: <evil@acme.test>',
  'Reply-To: evil@other.test',
  'MIME-Version: 1.0',
  'Content-Type: text/html',
  'Content-Transfer-Encoding: base64',
  'List-Unsubscribe: <https://evil.test/>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
];

for (const field of additions) {
  test(`a ${field.slice(0, field.indexOf(':'))} that is added on top breaks the signature`, async () => {
    const message = await signed(bytes(withBody('Hello.\r\n')));
    assert.deepEqual(await verifiedSignatures(message), ['pass', 'pass']);
    assert.deepEqual(await verifiedSignatures(Buffer.concat([bytes(`${field}\r\n`), message])), [
      'fail',
      'fail',
    ]);
  });
}

test('a trace field and a list field of a relay on the way do no harm', async () => {
  const message = await signed(bytes(withBody('Hello.\r\n')));
  const relayed = Buffer.concat([bytes('Received: from a by b\r\nSender: list@other.test\r\n'), message]);
  assert.deepEqual(await verifiedSignatures(relayed), ['pass', 'pass']);
});

test('a changed body or field is noticed', async () => {
  const message = (await signed(bytes(withBody('Pay 100.\r\n')))).toString('latin1');
  assert.deepEqual(await verifiedSignatures(bytes(message.replace('Pay 100', 'Pay 900'))), ['fail', 'fail']);
  assert.deepEqual(await verifiedSignatures(bytes(message.replace('Subject: Hello', 'Subject: Hallo'))), [
    'fail',
    'fail',
  ]);
});

/** Mulberry32: the same bodies on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('300 random bodies and subjects verify', async () => {
  const random = seeded(8463);
  const parts = [
    ' ',
    ' ',
    '\t',
    '\r\n',
    '\r\n',
    '\n',
    '\r',
    'a',
    'word',
    '\xa0',
    '\f',
    '\xc3\xa0',
    '.',
    '\0',
    ':',
  ];
  const some = (count: number, from: readonly string[]): string =>
    Array.from({ length: Math.floor(random() * count) }, () => from[Math.floor(random() * from.length)]).join(
      '',
    );
  const onOneLine = parts.filter((part) => !/[\r\n\0]/.test(part));
  for (let round = 0; round < 300; round++) {
    const subject = some(10, [...onOneLine, '\r\n x']);
    const text = `From: joe@acme.test\r\nSubject:${subject}\r\n\r\n${some(40, parts)}`;
    const results = await verifiedSignatures(await signed(bytes(text), keys.slice(1)));
    assert.deepEqual(results, ['pass'], JSON.stringify(text));
  }
});

type Sign = (message: string, options: Readonly<Record<string, string>>) => string;
const { DKIMSign } = createRequire(import.meta.url)('dkim-signer') as { readonly DKIMSign: Sign };

const clean: readonly string[] = [
  withBody('Hello.\r\n'),
  withBody('Hello  there \t friend. \r\n\r\nBye.\r\n\r\n\r\n'),
  withField('Content-Type: text/plain;\r\n charset=us-ascii'),
  withField('References: <a@b>\r\n\t<c@d>'),
];

for (const [index, text] of clean.entries()) {
  test(`agrees with dkim-signer on clean mail, case ${index + 1}`, async () => {
    const privateKey = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const theirs = DKIMSign(text, { domainName: 'acme.test', keySelector: 'r1', privateKey });
    assert.deepEqual(await verifiedSignatures(bytes(`${theirs}\r\n${text}`)), ['pass']);
    const ours = (await signed(bytes(text))).toString('latin1');
    assert.deepEqual(await verifiedSignatures(bytes(ours)), ['pass', 'pass']);
    const bh = /bh=([^;]+);/.exec(ours)?.[1];
    assert.ok(bh && theirs.includes(`bh=${bh};`), 'the same canonical body');
  });
}

test('the field says what RFC 6376 §3.5 asks for, in lines of at most 78 characters', async () => {
  const { fields } = parseHeaders(bytes(withField('Subject: second')));
  const [field] = await signDkim({ fields, bodyPieces: [], keys, at });
  assert.ok(field);
  assert.equal(field.start, undefined);
  for (const line of field.raw.toString('latin1').split('\r\n')) assert.ok(line.length <= 78, line);
  const tags = new Map(
    fieldValue(field)
      .replaceAll(' ', '')
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]),
  );
  assert.deepEqual([...tags.keys()], ['v', 'a', 'c', 'd', 's', 't', 'bh', 'h', 'b']);
  assert.equal(tags.get('a'), 'rsa-sha256');
  assert.equal(tags.get('c'), 'relaxed/relaxed');
  assert.equal(tags.get('t'), '1795251600');
  assert.equal(tags.get('bh'), '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  const names = tags.get('h')?.split(':') ?? [];
  assert.equal(names.filter((name) => name === 'subject').length, 3);
  assert.equal(names.filter((name) => name === 'from').length, 2);
  assert.equal(names.filter((name) => name === 'cc').length, 1);
  assert.equal(names.includes('sender'), false);
});

test('a withheld signature shows all of the field but the signature itself, and verifies nowhere', async () => {
  const source = bytes(withBody('Hello.\r\n'));
  const { fields, bodyStart } = parseHeaders(source);
  const request = { fields, bodyPieces: [source.subarray(bodyStart)], keys, at };
  const shown = signDkim({ ...request, isWithheld: true });
  for (const [index, field] of signDkim(request).entries())
    assert.equal(fieldValue(field).replace(/\bb=[^;]*$/, 'b='), fieldValue(shown[index] ?? field));
  const message = Buffer.concat([...shown.map(({ raw }) => raw), source]);
  assert.ok((await verifiedSignatures(message)).every((result) => result !== 'pass'));
});

test('several domains can sign one message', async () => {
  const [key] = keys;
  assert.ok(key);
  const { fields } = parseHeaders(bytes(head));
  const domains = ['acme.test', 'platform.test'];
  const signatures = await signDkim({
    fields,
    bodyPieces: [],
    keys: domains.map((domain) => ({ ...key, domain })),
    at,
  });
  assert.deepEqual(
    signatures.map((field) => /d=([^;]+);/.exec(fieldValue(field))?.[1]),
    domains,
  );
});

const { privateKey: weak } = generateKeyPairSync('rsa', { modulusLength: 512 });
const base: DkimKey = { domain: 'acme.test', selector: 's', algorithm: 'rsa', privateKey: rsa.privateKey };
const unable: readonly [string, readonly DkimKey[], RegExp][] = [
  ['without a key', [], /no DKIM key/],
  ['with a public key', [{ ...base, privateKey: rsa.publicKey }], /not a private key/],
  ['with a key of another kind', [{ ...base, privateKey: ed25519.privateKey }], /not a key for rsa/],
  ['with a key of 512 bits', [{ ...base, privateKey: weak }], /512 bits/],
  ['for a domain that is none', [{ ...base, domain: 'acme.test; x=1' }], /no DNS name/],
  ['for a domain in U-labels', [{ ...base, domain: 'bücher.test' }], /no DNS name/],
  ['with a selector that ends the line', [{ ...base, selector: 's\r\nBcc: x' }], /no DNS name/],
  ['when one of two keys is bad', [base, { ...base, algorithm: 'ed25519' }], /not a key for ed25519/],
];

for (const [what, using, why] of unable) {
  test(`never hands back an unsigned message: ${what}`, async () => {
    await assert.rejects(signed(bytes(head), using), why);
  });
}
