import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldValue, makeField } from './headers.ts';
import { formatListUnsubscribe, isOneClick, oneClick, parseListUnsubscribe } from './list-unsubscribe.ts';

const url = 'https://t.acme.test/u/abc';

test('the URL alone, and the URL before the address', () => {
  assert.equal(formatListUnsubscribe({ url }), `<${url}>`);
  const both = formatListUnsubscribe({ url, mailto: 'u-abc@bounces.acme.test' });
  assert.equal(both, `<${url}>,\r\n <mailto:u-abc@bounces.acme.test>`);
  const value = fieldValue(makeField('List-Unsubscribe', both));
  assert.deepEqual(parseListUnsubscribe(value), [url, 'mailto:u-abc@bounces.acme.test']);
});

const unfit = [
  { url: 'http://t.acme.test/u' },
  { url: 'javascript:alert(1)' },
  { url: `${url}>,<mailto:evil@other.test` },
  { url: `${url}\r\nBcc: evil@other.test` },
  { url: `${url} x` },
  { url: `${url}/ü` },
  { url, mailto: 'nobody' },
  { url, mailto: 'a@b.test>' },
];

for (const targets of unfit) {
  test(`refuses ${JSON.stringify(targets)}`, () => {
    assert.throws(() => formatListUnsubscribe(targets), /Not a URI/);
  });
}

test('reads what other senders write', () => {
  assert.deepEqual(
    parseListUnsubscribe('(a comment) <https://a.test/\r\n x> , junk <mailto:b@c.test?subject=x>'),
    ['https://a.test/x', 'mailto:b@c.test?subject=x'],
  );
  assert.deepEqual(parseListUnsubscribe('https://a.test/'), []);
});

const bodies: readonly [string, boolean][] = [
  [oneClick, true],
  ['List-Unsubscribe=One-Click&x=1', true],
  ['--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n', true],
  ['', false],
  ['List-Unsubscribe=', false],
  ['list-unsubscribe=one-click', false],
  ['x=List-Unsubscribe=One-Click', false],
  ['--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nOne-Click\r\n--b--\r\n', false],
];

for (const [body, expected] of bodies) {
  test(`the body ${JSON.stringify(body)} is ${expected ? 'one click' : 'something else'}`, () => {
    assert.equal(isOneClick(body), expected);
  });
}
