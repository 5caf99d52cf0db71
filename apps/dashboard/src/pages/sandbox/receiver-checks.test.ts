import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receiverChecksOf } from './receiver-checks.ts';

const signature = (domain: string) => ({
  name: 'DKIM-Signature',
  value: `v=1; a=rsa-sha256; d=${domain};\t s=w1; h=from:to; b=AB =`,
});
const message = {
  from: 'Acme <app@Acme.example>',
  mail_from: 'b-1@bounce.acme.example',
  headers: [
    signature('acme.example'),
    { name: 'List-Unsubscribe', value: '<https://track.example/u/1>' },
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
  ],
};
const tonesOf = (...changes: readonly object[]) =>
  receiverChecksOf(Object.assign({}, message, ...changes)).map(({ name, tone }) => `${name} ${tone}`);

test('a signature and a return path of the domain of From are aligned', () => {
  assert.deepEqual(tonesOf(), ['DKIM good', 'SPF good', 'DMARC good', 'List-Unsubscribe good']);
  const [dkim, , dmarc] = receiverChecksOf(message);
  assert.match(dkim?.sentence ?? '', /acme\.example \(w1\)/);
  assert.match(dmarc?.sentence ?? '', /DKIM and SPF/);
});

test('what another domain signs and gets back does not count for DMARC', () => {
  const others = { mail_from: 'b-1@bounces.relay.example', headers: [signature('relay.example')] };
  assert.deepEqual(tonesOf(others), ['DKIM busy', 'SPF busy', 'DMARC bad', 'List-Unsubscribe calm']);
  assert.deepEqual(tonesOf({ ...others, headers: [signature('acme.example')] }).slice(1, 3), [
    'SPF busy',
    'DMARC good',
  ]);
  // A name that only ends alike is another domain.
  const alike = { from: 'x@notacme.example', mail_from: '' };
  assert.deepEqual(tonesOf(alike).slice(0, 3), ['DKIM busy', 'SPF calm', 'DMARC bad']);
});

test('a message without any of it says so', () => {
  assert.deepEqual(tonesOf({ from: null, mail_from: '', headers: [] }), [
    'DKIM bad',
    'SPF calm',
    'DMARC bad',
    'List-Unsubscribe calm',
  ]);
  const mailto = '<mailto:u@track.example>';
  assert.equal(
    tonesOf({ headers: [{ name: 'List-Unsubscribe', value: mailto }, message.headers[2]] }).at(-1),
    'List-Unsubscribe busy',
  );
});
