import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDevelopment } from './is-development.ts';

const cases: readonly (readonly [boolean, string, boolean])[] = [
  [true, 'http://127.0.0.1:3000', true],
  [true, 'http://localhost:3000/', true],
  [true, 'http://[::1]:3000', true],
  [false, 'http://127.0.0.1:3000', false],
  [true, 'https://waybill.relay.example', false],
  [true, 'https://localhost.relay.example', false],
  [true, 'https://127.0.0.1.relay.example', false],
];
for (const [flag, url, expected] of cases)
  test(`WAYBILL_DEVELOPMENT=${flag} at ${url} is ${expected ? 'a' : 'no'} development installation`, () => {
    assert.equal(isDevelopment({ WAYBILL_DEVELOPMENT: flag, WAYBILL_PUBLIC_URL: url }), expected);
  });
