import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeBase64,
  decodeInitialResponse,
  formatCramChallenge,
  isCancelled,
  isCramAnswer,
  loginPrompts,
  parseCramAnswer,
  parseExternal,
  parseLoginAnswer,
  parsePlain,
} from './smtp-auth.ts';

const lines: readonly [string, string | undefined][] = [
  ['', ''],
  ['YQ==', 'a'],
  ['YWI=', 'ab'],
  ['YWJj', 'abc'],
  ['+/+/', '\xfb\xff\xbf'],
  ['YQ', undefined],
  ['YQ=', undefined],
  ['YQ===', undefined],
  ['=YQ=', undefined],
  ['YQ==YQ==', undefined],
  ['YQ==\r\n', undefined],
  ['YR==', undefined],
  ['YW Jj', undefined],
  ['YW-j', undefined],
  ['YW_j', undefined],
  ['Y!Q=', undefined],
  ['YWJé', undefined],
  ['====', undefined],
  ['*', undefined],
];

for (const [line, decoded] of lines) {
  test(`the line ${JSON.stringify(line)} is ${decoded === undefined ? 'no base64' : 'base64'}`, () => {
    assert.equal(decodeBase64(line)?.toString('latin1'), decoded);
  });
}

test('a line has at most 12,288 bytes', () => {
  assert.equal(decodeBase64('YWJj'.repeat(3072))?.length, 9216);
  assert.equal(decodeBase64('YWJj'.repeat(3073)), undefined);
});

test('an initial response may be empty only by an equals sign', () => {
  assert.equal(decodeInitialResponse('=')?.length, 0);
  assert.equal(decodeInitialResponse(''), undefined);
  assert.equal(decodeInitialResponse('YQ==')?.toString(), 'a');
  assert.equal(decodeInitialResponse('=='), undefined);
});

test('an asterisk takes it back', () => {
  assert.equal(isCancelled('*'), true);
  assert.equal(isCancelled('**'), false);
});

const long = 'x'.repeat(256);
const plain: readonly [string, readonly [string, string, string] | undefined][] = [
  ['\0tim\0tanstaaftanstaaf', ['', 'tim', 'tanstaaftanstaaf']],
  ['Ursel\0Kurt\0xipj3plmq', ['Ursel', 'Kurt', 'xipj3plmq']],
  ['\0jörg\0pässword', ['', 'jörg', 'pässword']],
  ['', undefined],
  ['\0', undefined],
  ['\0\0', undefined],
  ['\0tim\0', undefined],
  ['\0\0password', undefined],
  ['victim\0\0', undefined],
  ['tim\0password', undefined],
  ['\0tim\0password\0', undefined],
  ['\0tim\0pass\0word', undefined],
  [`\0tim\0${long}`, undefined],
  [`\0${long}\0password`, undefined],
  [`${long}\0tim\0password`, undefined],
];

for (const [message, parts] of plain) {
  test(`PLAIN ${JSON.stringify(message).slice(0, 40)} is ${parts ? 'understood' : 'refused'}`, () => {
    const credentials = parsePlain(Buffer.from(message));
    assert.deepEqual(credentials && [credentials.authzid, credentials.username, credentials.password], parts);
  });
}

test('PLAIN in broken UTF-8 is refused, so that two passwords cannot look alike', () => {
  assert.equal(parsePlain(Buffer.from('\0tim\0\xff', 'latin1')), undefined);
});

test('EXTERNAL says nothing, or whom it acts for', () => {
  for (const authzid of ['', 'acme', 'Bücher']) assert.equal(parseExternal(Buffer.from(authzid)), authzid);
  for (const wrong of [Buffer.from('a\0b'), Buffer.from('a\xff', 'latin1'), Buffer.alloc(256, 'a')])
    assert.equal(parseExternal(wrong), undefined);
});

test('LOGIN prompts with the words that clients expect', () => {
  assert.deepEqual(loginPrompts, { username: 'Username:', password: 'Password:' });
});

test('an answer to LOGIN is text of some length', () => {
  assert.equal(parseLoginAnswer(Buffer.from('jörg')), 'jörg');
  for (const answer of ['', 'a\0b', long]) assert.equal(parseLoginAnswer(Buffer.from(answer)), undefined);
  assert.equal(parseLoginAnswer(Buffer.from([0xff])), undefined);
});

// RFC 2195 §2
const challenge = '<1896.697170952@postoffice.reston.mci.net>';
const answered = parseCramAnswer(Buffer.from('tim b913a602c7eda7a495b4e6e7334d3890'));

test('CRAM-MD5 accepts the answer of RFC 2195 and no other secret or challenge', () => {
  assert.ok(answered);
  assert.equal(answered.username, 'tim');
  assert.equal(isCramAnswer(challenge, 'tanstaaftanstaaf', answered), true);
  assert.equal(isCramAnswer(challenge, 'tanstaaftanstaa', answered), false);
  assert.equal(isCramAnswer(challenge.replace('1896', '1897'), 'tanstaaftanstaaf', answered), false);
});

test('a challenge names a nonce, the second and the host', () => {
  const at = new Date('2026-11-21T09:00:00.900Z');
  assert.equal(formatCramChallenge({ nonce: 'n0nce', at, host: 'mx.test' }), '<n0nce.1795251600@mx.test>');
});

const digest = '0'.repeat(32);
const cram: readonly [string, string | undefined][] = [
  [`joe ${digest}`, 'joe'],
  [`joe doe ${digest}`, 'joe doe'],
  [`jörg ${digest}`, 'jörg'],
  ['', undefined],
  [digest, undefined],
  [` ${digest}`, undefined],
  [`joe ${digest}0`, undefined],
  [`joe ${digest.slice(1)}`, undefined],
  [`joe ${digest.replace('0', 'A')}`, undefined],
  [`joe ${digest.replace('0', 'g')}`, undefined],
  [`joe ${digest}\n`, undefined],
  [`jo\0e ${digest}`, undefined],
  [`${long} ${digest}`, undefined],
];

for (const [message, username] of cram) {
  test(`CRAM-MD5 ${JSON.stringify(message).slice(0, 30)} comes from ${username ?? 'no user'}`, () => {
    assert.equal(parseCramAnswer(Buffer.from(message))?.username, username);
  });
}
