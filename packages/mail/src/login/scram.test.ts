import assert from 'node:assert/strict';
import { createHash, createHmac, createSecretKey, pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import { decoyScramKeys, deriveScramKeys, finishScram, parseClientFirst, startScram } from './scram.ts';

const exchangeOf = (message: string, serverNonce: string, keys: ReturnType<typeof deriveScramKeys>) => {
  const first = parseClientFirst(message);
  assert.ok(first);
  return startScram(first, serverNonce, keys);
};

test('speaks the exchange of RFC 7677 §3 word by word', () => {
  const keys = deriveScramKeys('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4096);
  const exchange = exchangeOf('n,,n=user,r=rOprNGfwEbeRWgbNEkqO', '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0', keys);
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  assert.equal(exchange.serverFirst, `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`);
  const proof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
  assert.equal(
    finishScram(exchange, `c=biws,r=${nonce},p=${proof}`),
    'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  );
});

const salt = Buffer.alloc(16, 3);
const keys = deriveScramKeys('s3cret', salt);

/** A client of RFC 5802 §3, written from the RFC and apart from the server. */
function clientFinal(clientFirst: string, serverFirst: string, secret: string): string {
  const [header = '', bare = ''] = clientFirst.split(/(?=n=[^,]*,r=)/);
  const [, nonce = ''] = /^r=([^,]+)/.exec(serverFirst) ?? [];
  const salted = pbkdf2Sync(secret, salt, 4096, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const unproven = `c=${Buffer.from(header).toString('base64')},r=${nonce}`;
  const signature = createHmac('sha256', createHash('sha256').update(clientKey).digest())
    .update(`${bare},${serverFirst},${unproven}`)
    .digest();
  return `${unproven},p=${Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0))).toString('base64')}`;
}

const clientFirsts = [
  'n,,n=joe,r=12345678',
  'y,,n=joe,r=12345678',
  'n,a=joe,n=joe,r=12345678',
  'n,,n=j=2Co=3De,r=12345678',
  'n,,n=joe,r=12345678,x=ext',
];
for (const message of clientFirsts) {
  test(`only a client with the secret is accepted: ${message}`, () => {
    const exchange = exchangeOf(message, 'server', keys);
    assert.match(finishScram(exchange, clientFinal(message, exchange.serverFirst, 's3cret')) ?? '', /^v=/);
    assert.equal(finishScram(exchange, clientFinal(message, exchange.serverFirst, 's3creT')), undefined);
  });
}

const first = 'n,,n=joe,r=12345678';
const exchange = exchangeOf(first, 'server', keys);
const good = clientFinal(first, exchange.serverFirst, 's3cret');

const spoilt: readonly [string, string][] = [
  ['nothing', ''],
  ['another nonce', good.replace('r=12345678server', 'r=12345678servex')],
  ['only its own nonce', good.replace('r=12345678server', 'r=12345678')],
  ['another channel binding', good.replace('c=biws', 'c=eSws')],
  ['no proof', good.replace(/,p=.*/, '')],
  ['an empty proof', good.replace(/p=.*/, 'p=')],
  ['a short proof', good.replace(/p=.*/, 'p=AAAA')],
  ['a proof of zeros', good.replace(/p=.*/, `p=${Buffer.alloc(32).toString('base64')}`)],
  ['an extension that was not signed', good.replace(',p=', ',x=1,p=')],
  ['words behind', `${good},x=1`],
];

for (const [what, message] of spoilt) {
  test(`a final message with ${what} is refused`, () => {
    assert.equal(finishScram(exchange, message), undefined);
  });
}

test('an answer recorded in one exchange does not open another', () => {
  assert.equal(finishScram(exchangeOf(first, 'others', keys), good), undefined);
});

test('names are decoded', () => {
  const parsed = parseClientFirst('n,a=ad=2Cmin,n=j=2Co=3De,r=12345678');
  assert.equal(parsed?.username, 'j,o=e');
  assert.equal(parsed?.authzid, 'ad,min');
  assert.equal(parsed?.gs2Header, 'n,a=ad=2Cmin,');
  assert.equal(parsed?.bare, 'n=j=2Co=3De,r=12345678');
});

const malformed = [
  '',
  'n=joe,r=12345678',
  'n,n=joe,r=12345678',
  'x,,n=joe,r=12345678',
  'p=tls-exporter,,n=joe,r=12345678',
  'n,,m=ext,n=joe,r=12345678',
  'n,,n=,r=12345678',
  'n,,n=joe',
  'n,,n=joe,r=',
  'n,,n=joe,r=short',
  'n,,n=joe,r=with space',
  'n,,n=j=o,r=12345678',
  'n,,n=j=2c,r=12345678',
  'n,a=j=o,n=joe,r=12345678',
  'n,,n=j\0e,r=12345678',
  `n,,n=joe,r=${'x'.repeat(257)}`,
];

for (const message of malformed) {
  test(`the first message ${JSON.stringify(message).slice(0, 40)} is refused`, () => {
    assert.equal(parseClientFirst(message), undefined);
  });
}

test('a user that does not exist looks like one that does, and never gets in', () => {
  const key = createSecretKey(Buffer.alloc(32, 9));
  const decoy = decoyScramKeys('unknown', key);
  assert.deepEqual(decoyScramKeys('unknown', key), decoy);
  assert.notDeepEqual(decoyScramKeys('nobody2', key).salt, decoy.salt);
  assert.equal(decoy.salt.length, salt.length);
  assert.equal(decoy.iterations, keys.iterations);
  const faced = exchangeOf(first, 'server', decoy);
  assert.match(faced.serverFirst, /^r=12345678server,s=[A-Za-z0-9+/]{22}==,i=4096$/);
  assert.equal(finishScram(faced, clientFinal(first, faced.serverFirst, 's3cret')), undefined);
});
