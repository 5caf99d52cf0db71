import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnOrigin } from './origin.ts';

for (const [origin, publicUrl, isOwn] of [
  ['https://mail.acme.test', 'https://mail.acme.test', true],
  ['https://mail.acme.test', 'https://mail.acme.test/base', true],
  ['http://mail.acme.test', 'https://mail.acme.test', false],
  ['https://mail.acme.test:8443', 'https://mail.acme.test', false],
  ['https://evil.test', 'https://mail.acme.test', false],
  ['https://mail.acme.test.evil.test', 'https://mail.acme.test', false],
  ['null', 'https://mail.acme.test', false],
  ['http://127.0.0.1:3000', 'http://127.0.0.1:3000', true],
  ['http://localhost:3000', 'http://127.0.0.1:3000', true],
  ['http://[::1]:3000', 'http://127.0.0.1:3000', true],
  ['http://localhost:3001', 'http://127.0.0.1:3000', false],
  ['http://localhost.evil.test:3000', 'http://127.0.0.1:3000', false],
  ['https://localhost:3000', 'http://127.0.0.1:3000', false],
  ['http://localhost', 'http://relay.test', false],
  ['', 'http://127.0.0.1:3000', false],
] as const)
  test(`${origin || 'an empty origin'} ${isOwn ? 'is' : 'is not'} an origin of ${publicUrl}`, () => {
    assert.equal(isOwnOrigin(origin, publicUrl), isOwn);
  });
