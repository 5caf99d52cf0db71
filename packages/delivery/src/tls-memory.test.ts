import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTlsMemory } from './tls-memory.ts';

test('broken TLS is remembered for a while, host by host', () => {
  let now = 0;
  const memory = openTlsMemory(1_000, () => now);
  memory.remember('mx.dest.example:25');
  assert.equal(memory.isBroken('mx.dest.example:25'), true);
  assert.equal(memory.isBroken('mx.other.example:25'), false);
  now = 1_000;
  assert.equal(memory.isBroken('mx.dest.example:25'), false);
});

test('the memory is bounded: the oldest goes', () => {
  const memory = openTlsMemory(1_000, () => 0);
  for (let host = 0; host <= 10_000; host += 1) memory.remember(`${host}`);
  assert.equal(memory.isBroken('0'), false);
  assert.equal(memory.isBroken('1'), true);
});
