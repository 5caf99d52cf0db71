import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import {
  MAX_TRACKED_URL_BYTES,
  makeTrackingKey,
  openToken,
  sealToken,
  type Token,
  trackingUrl,
} from './token.ts';

const key = makeTrackingKey(7, Buffer.alloc(32, 1));
const deliveryId = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const click = (url: string, linkIndex = 0): Token => ({ type: 'click', deliveryId, linkIndex, url });

const tokens: readonly Token[] = [
  { type: 'open', deliveryId },
  { type: 'unsubscribe', deliveryId },
  click('https://a.example/?b=c'),
  click('http://bücher.example/ä', 127),
  click('HTTPS://a.example/', 128),
  click('https://a.example/', 0xffffffff),
  click(`https://a.example/${'x'.repeat(MAX_TRACKED_URL_BYTES - 18)}`, 16_384),
];

for (const token of tokens) {
  const name = token.type === 'click' ? `click ${token.linkIndex} on ${token.url.slice(0, 30)}` : token.type;
  test(`a sealed token opens again: ${name}`, () => {
    const text = sealToken(token, key);
    assert.match(text, /^[A-Za-z0-9_-]+$/);
    assert.deepEqual(openToken(text, [key]), token);
  });
}

test('sealing twice gives the same token, and another delivery another one', () => {
  const again = { ...click('https://a.example/'), deliveryId: Buffer.alloc(16, 9) };
  assert.equal(sealToken(click('https://a.example/'), key), sealToken(click('https://a.example/'), key));
  assert.notEqual(sealToken(click('https://a.example/'), key), sealToken(again, key));
});

/** Tokens of earlier versions, because mail with such links stays in mailboxes for years. */
const recorded: readonly (readonly [string, Token])[] = [
  ['By3g2fbpF11H62Oe-QaIFFWx0ny00awxfMaIXpr8toaCAQ', { type: 'open', deliveryId }],
  ['B4mHkWr0SLSHjRMnEJ0qw6fNmsyjXe_GtgDjySOdquqhZQ', { type: 'unsubscribe', deliveryId }],
  [
    'B6FquwBYzDkOAx8KAbrQI8FFhae7XzPfgJBEjHA33WnnuaDd8nUB3Q-l_ApGeRzbsv-R6W5hqPQR',
    click('https://a.example/?b=c'),
  ],
  [
    'ByigaYErHnG7lXLVZNev0_gWp8ontwfzI7jya7X5t1JYmrXy7WOk3wLAUBn_k_qDnFBFsNydKSCIpT7Crw',
    click('http://bücher.example/ä', 300),
  ],
];
for (const [text, token] of recorded) {
  test(`a recorded ${token.type} token opens and is sealed as it was: ${text.slice(0, 12)}`, () => {
    assert.deepEqual(openToken(text, [key]), token);
    assert.equal(sealToken(token, key), text);
  });
}

test('all of a token behind its tag is AES-256-CTR that starts at the tag', () => {
  // More than 256 blocks, so that the last byte of the counter overflows with any tag.
  const url = `https://a.example/${'x'.repeat(MAX_TRACKED_URL_BYTES - 18)}`;
  const bytes = Buffer.from(sealToken(click(url), key), 'base64url');
  const cipher = createCipheriv('aes-256-ctr', key.encryptionKey, bytes.subarray(1, 17));
  assert.ok(cipher.update(bytes.subarray(17)).toString('latin1').endsWith(url));
});

test('a token shows nothing of its delivery and target', () => {
  const bytes = Buffer.from(sealToken(click('https://a.example/'), key), 'base64url');
  assert.equal(bytes.includes(deliveryId), false);
  assert.equal(bytes.includes('a.example'), false);
});

test('a token with any one character changed opens nothing', () => {
  const text = sealToken(click('https://a.example/x'), key);
  for (let at = 0; at < text.length; at++) {
    for (const other of ['A', 'B', '_', '=', ' ', '\0']) {
      const forged = text.slice(0, at) + other + text.slice(at + 1);
      if (forged !== text) assert.equal(openToken(forged, [key]), undefined, forged);
    }
  }
});

const notTokens: readonly [string, string][] = [
  ['nothing', ''],
  ['one character', 'A'],
  ['zeros', 'A'.repeat(80)],
  ['a token cut short', sealToken({ type: 'open', deliveryId }, key).slice(0, -1)],
  ['a token made longer', `${sealToken({ type: 'open', deliveryId }, key)}A`],
  ['ten megabytes', 'A'.repeat(10_000_000)],
  ['not base64url', '%00'.repeat(30)],
];

for (const [name, text] of notTokens) {
  test(`${name} is no token`, () => assert.equal(openToken(text, [key]), undefined));
}

test('a token opens only with the key that sealed it', () => {
  const text = sealToken({ type: 'open', deliveryId }, key);
  const others = [makeTrackingKey(7, Buffer.alloc(32, 2)), makeTrackingKey(8, Buffer.alloc(32, 1))];
  assert.equal(openToken(text, others), undefined);
  assert.deepEqual(openToken(text, [...others, key]), { type: 'open', deliveryId });
});

const refusedUrls = [
  'javascript:alert(1)',
  'data:text/html,x',
  '//evil.example/',
  'https://',
  'https://a.example/\r\nSet-Cookie: a=b',
  'https://a.example/\u0000',
  'https://a.example/\u007f',
  'ftp://a.example/',
  '',
];

for (const url of refusedUrls) {
  test(`never redirects to ${JSON.stringify(url)}, even if it was sealed`, () => {
    assert.equal(openToken(sealToken(click(url), key), [key]), undefined);
  });
}

test('an invalid token is not sealed', () => {
  assert.throws(() => sealToken({ type: 'open', deliveryId: Buffer.alloc(15) }, key));
  assert.throws(() => sealToken(click(`https://a.example/${'x'.repeat(MAX_TRACKED_URL_BYTES)}`), key));
  assert.throws(() => sealToken(click('https://a.example/', -1), key));
  assert.throws(() => sealToken(click('https://a.example/', 0.5), key));
});

test('a key needs an id of one byte and a secret of at least 16 bytes', () => {
  assert.throws(() => makeTrackingKey(256, Buffer.alloc(32)));
  assert.throws(() => makeTrackingKey(1, Buffer.alloc(8)));
});

test('a token for a host opens for that host only, and one without a host for none', () => {
  const token = click('https://a.example/');
  const [bound, free] = [sealToken(token, key, 'go.acme.example'), sealToken(token, key)];
  assert.deepEqual(openToken(bound, [key], 'go.acme.example'), token);
  assert.equal(openToken(bound, [key]), undefined);
  assert.equal(openToken(bound, [key], 'go.beta.example'), undefined);
  assert.equal(openToken(free, [key], 'go.acme.example'), undefined);
});

test('the end of a URL cannot be taken for a host', () => {
  const long = sealToken(click('https://a.example/go.acme.example'), key);
  const cut = Buffer.from(long, 'base64url').subarray(0, -'go.acme.example'.length).toString('base64url');
  assert.equal(openToken(cut, [key], 'go.acme.example'), undefined);
});

const addresses: readonly [Token, RegExp][] = [
  [click('https://a.example/'), /^https:\/\/t\.example\/c\/[A-Za-z0-9_-]+$/],
  [{ type: 'open', deliveryId }, /^https:\/\/t\.example\/o\/[A-Za-z0-9_-]+\.gif$/],
  [{ type: 'unsubscribe', deliveryId }, /^https:\/\/t\.example\/u\/[A-Za-z0-9_-]+$/],
];

for (const [token, pattern] of addresses) {
  test(`the address of a token for ${token.type} names its kind`, () => {
    assert.match(trackingUrl({ baseUrl: 'https://t.example', key }, token), pattern);
    assert.match(trackingUrl({ baseUrl: 'https://t.example/', key }, token), pattern);
  });
}
