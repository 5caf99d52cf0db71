import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SignatureCheckView } from '../../api/views.ts';
import { receiverChecksOf } from './receiver-checks.ts';

const signature = (
  domain: string,
  result: SignatureCheckView['result'] = 'pass',
  detail: string | null = null,
): SignatureCheckView => ({ domain, selector: 'w1', algorithm: 'rsa-sha256', result, detail });
const own = [signature('Acme.example')];
const message = {
  from: 'Acme <app@Acme.example>',
  mail_from: 'b-1@bounce.acme.example',
  headers: [
    { name: 'List-Unsubscribe', value: '<https://track.example/u/1>' },
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
  ],
};
type Signatures = Parameters<typeof receiverChecksOf>[1];
const tonesOf = (signatures: Signatures, ...changes: readonly object[]) =>
  receiverChecksOf(Object.assign({}, message, ...changes), signatures).map(
    ({ name, tone }) => `${name} ${tone}`,
  );

test('a signature that holds and is of the domain of From passes DMARC; SPF is only compared', () => {
  assert.deepEqual(tonesOf(own), ['DKIM good', 'SPF calm', 'DMARC good', 'List-Unsubscribe good']);
  const [dkim] = receiverChecksOf(message, own);
  assert.match(dkim?.sentence ?? '', /Acme\.example \(w1\) holds/);
});

test('a signature that does not hold says why, and DMARC hangs on SPF', () => {
  const broken = [signature('acme.example', 'neutral', 'body hash did not verify')];
  assert.deepEqual(tonesOf(broken).slice(0, 3), ['DKIM bad', 'SPF calm', 'DMARC busy']);
  assert.match(receiverChecksOf(message, broken)[0]?.sentence ?? '', /body hash did not verify/);
  // One that holds is enough, and the other one is named.
  assert.deepEqual(tonesOf([...own, ...broken]).slice(0, 3), ['DKIM busy', 'SPF calm', 'DMARC good']);
});

test('what another domain signs and gets back does not count for DMARC', () => {
  const elsewhere = { mail_from: 'b-1@bounces.relay.example' };
  const foreign = [signature('relay.example')];
  assert.deepEqual(tonesOf(foreign, elsewhere).slice(0, 3), ['DKIM busy', 'SPF busy', 'DMARC bad']);
  assert.deepEqual(tonesOf(own, elsewhere).slice(1, 3), ['SPF busy', 'DMARC good']);
  // A name that only ends alike is another domain.
  const alike = { from: 'x@notacme.example', mail_from: '' };
  assert.deepEqual(tonesOf(own, alike).slice(0, 3), ['DKIM busy', 'SPF calm', 'DMARC bad']);
});

test('while signatures are verified, and when they cannot be, nothing is claimed', () => {
  for (const unknown of [undefined, null])
    assert.deepEqual(tonesOf(unknown).slice(0, 3), ['DKIM calm', 'SPF calm', 'DMARC calm']);
});

test('a message without any of it says so', () => {
  assert.deepEqual(tonesOf([], { from: null, mail_from: '', headers: [] }), [
    'DKIM bad',
    'SPF calm',
    'DMARC bad',
    'List-Unsubscribe calm',
  ]);
  const mailto = '<mailto:u@track.example>';
  assert.equal(
    tonesOf(own, { headers: [{ name: 'List-Unsubscribe', value: mailto }, message.headers[1]] }).at(-1),
    'List-Unsubscribe busy',
  );
});
