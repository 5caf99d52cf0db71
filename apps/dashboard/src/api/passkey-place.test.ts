import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passkeyPlace } from './passkey-place.ts';

const at = (url: string, canAsk = true) => passkeyPlace(new URL(url) as never, canAsk);

test('passkeys work at a host name, in a browser that has them', () => {
  assert.deepEqual(at('https://relay.example/app/you'), { works: true });
  assert.deepEqual(at('http://localhost:3000/app/you'), { works: true });
  assert.deepEqual(at('https://relay.example/app/you', false), { works: false, why: 'browser' });
});

test('at an address of this machine the same page by a name is offered, at another address none', () => {
  const elsewhere = 'http://localhost:3000/app/you';
  for (const host of ['127.0.0.1', '[::1]'])
    assert.deepEqual(at(`http://${host}:3000/app/you`), { works: false, why: 'address', elsewhere });
  assert.deepEqual(at('https://192.0.2.7/app/you'), { works: false, why: 'address' });
});
