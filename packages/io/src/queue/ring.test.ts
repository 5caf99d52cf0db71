import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ringIdOf, ringOptions, ringSchema } from './ring.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';

test('a ring now and a ring for later are two, and the same ring is one', () => {
  const at = new Date('2026-03-01T10:00:00Z');
  assert.equal(ringIdOf({ id, at: undefined }), id);
  assert.equal(ringIdOf({ id, at }), ringIdOf({ id, at: new Date(at) }));
  assert.notEqual(ringIdOf({ id, at }), id);
  // BullMQ refuses them.
  assert.doesNotMatch(ringIdOf({ id, at }), /:/);
});

test('a time that is over is now', () => {
  const at = new Date(1_000);
  assert.equal(ringOptions({ id, at }, 5_000).delay, 0);
  assert.equal(ringOptions({ id, at }, 400).delay, 600);
  assert.equal(ringOptions({ id, at: undefined }, 0).delay, undefined);
});

test('a ring is read only when it carries an id', () => {
  assert.ok(ringSchema.safeParse({ id }).success);
  for (const other of [{}, { id: '1' }, { id: 7 }, undefined, null, 'x']) {
    assert.ok(!ringSchema.safeParse(other).success);
  }
});
