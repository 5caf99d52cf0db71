import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortNameOf } from './short-name.ts';

for (const [name, short] of [
  ['w1._domainkey.acme.example', 'w1._domainkey'],
  ['acme.example.', '@'],
  ['notacme.example', undefined],
  ['bounces.ACME.example', 'bounces'],
] as const)
  test(`at a provider that adds acme.example, ${name} is ${short ?? 'no record of the zone'}`, () =>
    assert.equal(shortNameOf(name, 'acme.example'), short));
