import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { buildTemplate } from '../generator/message.ts';
import { type Expectation, faultsOf } from './verify.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const txt = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const template = buildTemplate('small', 'acme.test');
const expected: Expectation = {
  domain: 'acme.test',
  keys: [{ domain: 'acme.test', selector: 's1', txt }],
  trackerUrl: undefined,
  untouched: template.untouched,
};

const signature = {
  canonicalization: 'relaxed/relaxed',
  signingDomain: 'acme.test',
  selector: 's1',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
};

async function signed(bytes: Buffer): Promise<Buffer> {
  const { signatures } = await dkimSign(bytes, { ...signature, signatureData: [signature] });
  return Buffer.concat([Buffer.from(signatures), bytes]);
}

const tracked = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('latin1').replaceAll('https://www.acme.test/', 'http://t.example/'), 'latin1');

test('a message signed with the published key has no fault', async () => {
  assert.deepEqual(await faultsOf(await signed(template.bytes), expected), []);
});

test('a message changed after it was signed has one', async () => {
  const bytes = await signed(template.bytes);
  const changed = Buffer.from(bytes.toString('latin1').replace('Your order</h1>', 'My order</h1>'), 'latin1');
  assert.match((await faultsOf(changed, expected)).join(), /0 of 1 signatures of acme\.test verify/);
});

test('a message without any signature has one', async () => {
  assert.match((await faultsOf(template.bytes, expected)).join(), /0 of 1 signatures/);
});

test('where a tracker is expected every link must lead to it', async () => {
  const wanted = { ...expected, trackerUrl: 'http://t.example' };
  assert.deepEqual(await faultsOf(await signed(tracked(template.bytes)), wanted), []);
  assert.deepEqual(await faultsOf(await signed(template.bytes), wanted), ['0 of 10 links are tracked']);
});

test('a changed text part is a fault, also when the signature verifies', async () => {
  const text = template.bytes.toString('latin1').replace('Thank you', 'Thank Q');
  assert.deepEqual(await faultsOf(await signed(Buffer.from(text, 'latin1')), expected), [
    'the part that no system may change was changed',
  ]);
});
