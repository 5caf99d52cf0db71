import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_IDS, ringIdOf, ringOptions, ringSchema, ringsOf } from './ring.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const other = '01890a5d-ac96-774b-bcce-b302099a8058';
const at = new Date('2026-03-01T10:00:00Z');
const now = (one: string) => ({ id: one, at: undefined });

test('a ring now and a ring for later are two, and the same ring is one', () => {
  assert.equal(ringIdOf({ ids: [id], at: undefined }), id);
  assert.equal(ringIdOf({ ids: [id], at }), ringIdOf({ ids: [id], at: new Date(at) }));
  assert.notEqual(ringIdOf({ ids: [id], at }), id);
  assert.equal(ringIdOf({ ids: [id, other], at: undefined }), ringIdOf({ ids: [id, other], at: undefined }));
  assert.notEqual(ringIdOf({ ids: [id, other], at: undefined }), ringIdOf({ ids: [id], at: undefined }));
  // BullMQ refuses them.
  assert.doesNotMatch(ringIdOf({ ids: [id, other], at }), /:/);
});

test('what is rung at one moment shares rings, each id once, as many as a ring holds', () => {
  assert.deepEqual(ringsOf([now(id), now(other), now(id)]), [{ ids: [id, other], at: undefined }]);
  const many = Array.from({ length: 2 * MOST_IDS + 1 }, (_, index) => String(index));
  assert.deepEqual(
    ringsOf(many.map(now)).map(({ ids }) => ids.length),
    [MOST_IDS, MOST_IDS, 1],
  );
  assert.deepEqual(
    ringsOf(many.map(now)).flatMap(({ ids }) => ids),
    many,
  );
});

test('what is rung for later travels alone, at its own time', () => {
  const later = new Date(at.getTime() + 1);
  assert.deepEqual(ringsOf([{ id, at }, now(other), { id, at: later }]), [
    { ids: [other], at: undefined },
    { ids: [id], at },
    { ids: [id], at: later },
  ]);
  assert.deepEqual(ringsOf([]), []);
});

test('a time that is over is now', () => {
  const due = new Date(1_000);
  assert.equal(ringOptions({ ids: [id], at: due }, 5_000).delay, 0);
  assert.equal(ringOptions({ ids: [id], at: due }, 400).delay, 600);
  assert.equal(ringOptions({ ids: [id], at: undefined }, 0).delay, undefined);
});

test('a ring is read only when it carries ids', () => {
  assert.ok(ringSchema.safeParse({ ids: [id, other] }).success);
  for (const data of [{}, { id }, { ids: [] }, { ids: ['1'] }, { ids: [id, 7] }, undefined, null, 'x']) {
    assert.ok(!ringSchema.safeParse(data).success);
  }
});
