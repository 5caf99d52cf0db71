import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeId } from '@waybill/relay/id';
import { inWeeks, type Weekly, weekOf } from './weekly.ts';

const nowhere: Weekly = { run: () => assert.fail('the database must not be asked') };
const idAt = (time: string): string => makeId(new Date(time), Buffer.alloc(10, 7));

test('the week of an id begins on Monday at midnight UTC', () => {
  const weeks: readonly (readonly [string, string])[] = [
    ['1970-01-01T00:00:00.000Z', '19691229'],
    ['1970-01-05T00:00:00.000Z', '19700105'],
    ['2026-11-15T23:59:59.999Z', '20261109'],
    ['2026-11-16T00:00:00.000Z', '20261116'],
    ['2026-11-21T13:00:00.000Z', '20261116'],
    ['2026-11-22T23:59:59.999Z', '20261116'],
    ['2026-11-23T00:00:00.000Z', '20261123'],
    ['2028-02-29T12:00:00.000Z', '20280228'],
    ['2026-11-21T13:00:00.000Z', '20261116'],
  ];
  for (const [time, week] of weeks) assert.equal(weekOf(idAt(time)), week, time);
});

test('an id without a valid time has no week, or one without partitions', () => {
  assert.equal(weekOf('ffffffff-ffff-4fff-bfff-ffffffffffff'), '');
  assert.match(weekOf('00000000-0000-4000-8000-000000000000'), /^1969/);
});

test('a batch over several weeks runs once for each, and its results are in the order of the items', async () => {
  const ids = ['2026-11-22T23:59:59Z', '2026-11-23T00:00:00Z', '2026-11-22T23:59:58Z'].map(idAt);
  const runs: [string, number][] = [];
  const batch = inWeeks(
    (id: string) => id,
    async (_, week, ofWeek) => {
      runs.push([week, ofWeek.length]);
      return ofWeek.map((id) => `${week} ${id}`);
    },
  );
  const answers = await batch(nowhere, ids);
  assert.deepEqual(runs, [
    ['20261116', 2],
    ['20261123', 1],
  ]);
  assert.deepEqual(
    answers,
    ids.map((id) => `${weekOf(id)} ${id}`),
  );
  assert.deepEqual(await batch(nowhere, []), []);
  assert.equal(runs.length, 2);
});
