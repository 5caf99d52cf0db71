import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { fieldsNamed, firstField, parseHeaders } from '../headers.ts';
import { bodyHash, relaxedField } from './dkim-relaxed.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const sha256 = (text: string): string => createHash('sha256').update(bytes(text)).digest('base64');

const bodies: readonly [string, string, string][] = [
  ['the example of RFC 6376 §3.4.5', ' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
  ['nothing', '', ''],
  ['one empty line', '\r\n', ''],
  ['only white space', ' \t \r\n\t\r\n  ', ''],
  ['no line end at the end', 'a', 'a\r\n'],
  ['a space at the end', 'a ', 'a\r\n'],
  ['white space in front', '\t a', ' a\r\n'],
  ['empty lines in front', '\r\n\r\na\r\n', '\r\n\r\na\r\n'],
  ['empty lines in the middle', 'a\r\n\r\n \r\nb\r\n', 'a\r\n\r\n\r\nb\r\n'],
  ['a tab between words', 'a\tb\r\n', 'a b\r\n'],
  ['a non-breaking space in Latin-1', 'a \xa0 b\xa0\r\n', 'a \xa0 b\xa0\r\n'],
  ['a letter whose UTF-8 ends in 0xA0', 'voil\xc3\xa0\r\n', 'voil\xc3\xa0\r\n'],
  ['form feed and vertical tab', 'a\f\r\n\v\r\n', 'a\f\r\n\v\r\n'],
  ['a null', 'a\0 \0\r\n', 'a\0 \0\r\n'],
  ['a lone LF, which leaves as CRLF', 'a \nb\n\n', 'a\r\nb\r\n'],
  ['a lone CR, which is content', 'a \r b\r\r\n\r', 'a \r b\r\r\n\r\r\n'],
];

for (const [what, body, canonical] of bodies) {
  test(`the relaxed body with ${what}`, () => {
    assert.equal(bodyHash([bytes(body)]), sha256(canonical));
  });
}

test('it makes no difference where a body is cut', () => {
  for (const [, body] of bodies) {
    const whole = bodyHash([bytes(body)]);
    assert.equal(bodyHash([...bytes(body)].map((byte) => Buffer.of(byte))), whole);
    for (let at = 0; at <= body.length; at++) {
      assert.equal(bodyHash([bytes(body.slice(0, at)), Buffer.alloc(0), bytes(body.slice(at))]), whole);
    }
  }
});

test('a body larger than any chunk is hashed whole', () => {
  const body = `${'word '.repeat(20)}\r\n`.repeat(2000);
  assert.equal(bodyHash([bytes(body)]), sha256(body.replaceAll(' \r\n', '\r\n')));
});

const headers: readonly [string, string][] = [
  ['A: X\r\n', 'a:X'],
  ['B : Y\t\r\n\tZ  \r\n', 'b:Y Z'],
  ['SUBJECT:none\r\n', 'subject:none'],
  ['Subject:\r\n', 'subject:'],
  ['Subject:  \t \r\n', 'subject:'],
  ['Subject:\r\n folded\r\n\t twice\r\n', 'subject:folded twice'],
  ['Subject: a:b : c\r\n', 'subject:a:b : c'],
  ['Subject: \xa0a\xc3\xa0\r\n', 'subject:\xa0a\xc3\xa0'],
  ['Subject: a\f \r\n', 'subject:a\f'],
  ['Subject: a\n b\n', 'subject:a b'],
];

for (const [raw, canonical] of headers) {
  test(`the relaxed form of ${JSON.stringify(raw)}`, () => {
    const [field] = parseHeaders(bytes(raw)).fields;
    assert.ok(field);
    assert.equal(relaxedField(field), canonical);
  });
}

/** RFC 8463 appendix A: one message, signed with Ed25519 and RSA. */
const signed = `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
`.replaceAll('\n', '\r\n');

const keyOf = (der: string): ReturnType<typeof createPublicKey> =>
  createPublicKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'spki' });
const ed25519Prefix = Buffer.from('302a300506032b6570032100', 'hex').toString('base64');
const publicKeys = [
  keyOf(`${ed25519Prefix}11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=`),
  keyOf(
    'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB',
  ),
];

test('the signatures of RFC 8463 appendix A are over exactly our canonical forms', () => {
  const source = bytes(signed);
  const { fields, bodyStart } = parseHeaders(source);
  assert.equal(bodyHash([source.subarray(bodyStart)]), '2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=');
  const names = ['from', 'to', 'subject', 'date', 'message-id'];
  const lines = names
    .map((name) => firstField(fields, name))
    .map((field) => field && `${relaxedField(field)}\r\n`);
  for (const [index, field] of fieldsNamed(fields, 'dkim-signature').entries()) {
    const relaxed = relaxedField(field);
    const behind = relaxed.lastIndexOf(' b=') + 3;
    const input = bytes(lines.join('') + relaxed.slice(0, behind));
    const signature = Buffer.from(relaxed.slice(behind), 'base64');
    const key = publicKeys[index];
    assert.ok(key);
    const isEd25519 = key.asymmetricKeyType === 'ed25519';
    const data = isEd25519 ? createHash('sha256').update(input).digest() : input;
    assert.equal(verify(isEd25519 ? undefined : 'sha256', data, key, signature), true);
  }
});
