import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatListUnsubscribe } from './list-unsubscribe.ts';

const url = 'https://t.acme.test/u/abc';

test('the URL alone, and the URL before the address', () => {
  assert.equal(formatListUnsubscribe({ url }), `<${url}>`);
  const both = formatListUnsubscribe({ url, mailto: 'u-abc@bounces.acme.test' });
  assert.equal(both, `<${url}>,\r\n <mailto:u-abc@bounces.acme.test>`);
});

const unfit = [
  { url: 'http://t.acme.test/u' },
  { url: 'javascript:alert(1)' },
  { url: `${url}>,<mailto:evil@other.test` },
  { url: `${url}\r\nBcc: evil@other.test` },
  { url: `${url} x` },
  { url: `${url}/ü` },
  { url, mailto: 'no-address' },
  { url, mailto: 'a@b.test>' },
];

for (const targets of unfit) {
  test(`refuses ${JSON.stringify(targets)}`, () => {
    assert.throws(() => formatListUnsubscribe(targets), /Not a URI/);
  });
}
