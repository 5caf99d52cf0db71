import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { compareDkimRecord, dkimRecord, parseDkimRecord, type RecordComparison } from './dkim-record.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ours = dkimRecord(publicKey, 'rsa');
const p = ours.slice(ours.indexOf('p='));

test('publishes Ed25519 as the 32 bytes of RFC 8463 appendix A', () => {
  const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const record = dkimRecord(key, 'ed25519');
  assert.equal(record, 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=');
});

test('publishes RSA as a key that can be read back', () => {
  const der = Buffer.from(p.slice(2), 'base64');
  assert.ok(createPublicKey({ key: der, format: 'der', type: 'spki' }).equals(publicKey));
});

test('never publishes a private key', () => {
  assert.throws(() => dkimRecord(privateKey, 'rsa'), /Not a public rsa key/);
  assert.throws(() => dkimRecord(publicKey, 'ed25519'), /Not a public ed25519 key/);
});

const comparisons: readonly [string, string, RecordComparison][] = [
  ['as asked', ours, 'same'],
  ['without v and k, which default', p, 'same'],
  [
    'with white space and a trailing semicolon',
    ` v = DKIM1 ;\tk=rsa; ${p.slice(0, 60)} ${p.slice(60)} ; `,
    'same',
  ],
  ['with unknown tags', `${ours}; n=note; x=1`, 'same'],
  ['in test mode', `${ours}; t=y:s`, 'same'],
  ['limited to SHA-256 and mail', `v=DKIM1; h=sha1:sha256; s=email; ${p}`, 'same'],
  ['with another key', 'v=DKIM1; k=rsa; p=AAAA', 'different'],
  ['with another algorithm', `v=DKIM1; k=ed25519; ${p}`, 'different'],
  ['revoked', 'v=DKIM1; p=', 'revoked'],
  ['limited to SHA-1', `v=DKIM1; h=sha1; ${p}`, 'unusable'],
  ['meant for another service', `v=DKIM1; s=tlsrpt; ${p}`, 'unusable'],
  ['of another version', `v=DKIM2; ${p}`, 'malformed'],
  ['with the version not in front', `k=rsa; v=DKIM1; ${p}`, 'malformed'],
  ['with a tag twice', `${ours}; ${p}`, 'malformed'],
  ['without a key', 'v=DKIM1; k=rsa', 'malformed'],
  ['with a key in no base64', 'v=DKIM1; p=!!!', 'malformed'],
  ['with quotes pasted in', `"${ours}"`, 'malformed'],
  ['of SPF', 'v=spf1 -all', 'malformed'],
  ['empty', '', 'malformed'],
];

for (const [what, published, comparison] of comparisons) {
  test(`a record ${what} is ${comparison}`, () => {
    assert.equal(compareDkimRecord(published, ours), comparison);
  });
}

test('test mode is seen', () => {
  assert.equal(parseDkimRecord(`${ours}; t=s:y`)?.isTesting, true);
  assert.equal(parseDkimRecord(`${ours}; t=s`)?.isTesting, false);
  assert.equal(parseDkimRecord(ours)?.isTesting, false);
});
