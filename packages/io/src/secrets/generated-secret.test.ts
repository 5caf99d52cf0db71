import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  apiKeyKinds,
  isSecretOf,
  makeApiKey,
  makeSmtpSecret,
  parseApiKey,
  secretHashOf,
} from './generated-secret.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';

test('a key contains its kind and id, and is found by its hash', () => {
  for (const kind of apiKeyKinds) {
    const { text, secretHash } = makeApiKey(kind, id);
    assert.match(text, new RegExp(`^wb_${kind}_[0-9a-z]{26}_[0-9a-z]{58}$`));
    assert.deepEqual(parseApiKey(text), { kind, id, secretHash });
    assert.deepEqual(secretHash, secretHashOf(text));
  }
});

test('two keys of one id have only the id in common', () => {
  assert.notEqual(makeApiKey('live', id).text.slice(-58), makeApiKey('live', id).text.slice(-58));
});

test('a key with one changed letter is refused', () => {
  const { text } = makeApiKey('live', id);
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] === 'x' ? 'y' : 'x';
    assert.equal(parseApiKey(text.slice(0, at) + letter + text.slice(at + 1)), undefined, `letter ${at}`);
  }
});

test('other text is no key', () => {
  const { text } = makeApiKey('live', id);
  const others = [
    '',
    'wb_live_',
    text.slice(0, -1),
    `${text}x`,
    ` ${text}`,
    `${text}\n`,
    text.toUpperCase(),
    text.replace('live', 'test'),
    'a'.repeat(100_000),
  ];
  for (const other of others) assert.equal(parseApiKey(other), undefined);
});

test('an SMTP secret is made of letters and digits and has 160 bits', () => {
  const secrets = Array.from({ length: 100 }, () => makeSmtpSecret());
  assert.equal(new Set(secrets.map(({ text }) => text)).size, 100);
  for (const { text, secretHash } of secrets) {
    assert.match(text, /^[0-9a-z]{32}$/);
    assert.deepEqual(secretHashOf(text), secretHash);
  }
});

test('during a rotation both secrets are valid, and no other', () => {
  const [one, two, three] = [makeSmtpSecret(), makeSmtpSecret(), makeSmtpSecret()];
  const stored = [one.secretHash, two.secretHash];
  assert.ok(isSecretOf(one.secretHash, stored));
  assert.ok(isSecretOf(two.secretHash, stored));
  assert.ok(!isSecretOf(three.secretHash, stored));
  assert.ok(!isSecretOf(one.secretHash, []));
  assert.ok(!isSecretOf(Buffer.alloc(0), [Buffer.alloc(32)]));
});
