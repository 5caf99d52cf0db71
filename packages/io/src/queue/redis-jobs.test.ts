import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobSchema, jobsOf, MAX_IDS } from './redis-jobs.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const other = '01890a5d-ac96-774b-bcce-b302099a8058';
const at = new Date('2026-03-01T10:00:00Z');
const atOnce = (one: string) => ({ id: one, at: undefined });
const jobIdsOf = (...queued: Parameters<typeof jobsOf>[0]) => jobsOf(queued, 0).map(({ opts }) => opts.jobId);

test('the same ids at the same time are one job, and a job for later is another one', () => {
  assert.deepEqual(jobIdsOf(atOnce(id)), [id]);
  assert.deepEqual(jobIdsOf({ id, at }), jobIdsOf({ id, at: new Date(at) }));
  assert.notDeepEqual(jobIdsOf({ id, at }), [id]);
  assert.deepEqual(jobIdsOf(atOnce(id), atOnce(other)), jobIdsOf(atOnce(id), atOnce(other)));
  for (const jobId of jobIdsOf(atOnce(id), { id, at })) assert.doesNotMatch(jobId, /:/, 'BullMQ refuses it');
});

test('ids enqueued together share jobs, each id once, as many as a job holds', () => {
  assert.deepEqual(
    jobsOf([atOnce(id), atOnce(other), atOnce(id)], 0).map(({ data }) => data.ids),
    [[id, other]],
  );
  const many = Array.from({ length: 2 * MAX_IDS + 1 }, (_, index) => String(index));
  const jobs = jobsOf(many.map(atOnce), 0).map(({ data }) => data.ids);
  assert.deepEqual(
    jobs.map(({ length }) => length),
    [MAX_IDS, MAX_IDS, 1],
  );
  assert.deepEqual(jobs.flat(), many);
});

test('an id for later has a job of its own, at its own time', () => {
  const later = new Date(at.getTime() + 5);
  const jobs = jobsOf([{ id, at }, atOnce(other), { id, at: later }], at.getTime());
  assert.deepEqual(
    jobs.map(({ data, opts }) => [data.ids, opts.delay]),
    [
      [[other], undefined],
      [[id], 0],
      [[id], 5],
    ],
  );
  assert.deepEqual(jobsOf([], 0), []);
});

test('a time that is over is now', () => {
  assert.equal(jobsOf([{ id, at: new Date(1_000) }], 5_000)[0]?.opts.delay, 0);
});

test('a job is read only when it carries ids', () => {
  assert.ok(jobSchema.safeParse({ ids: [id, other] }).success);
  for (const data of [{}, { id }, { ids: [] }, { ids: ['1'] }, { ids: [id, 7] }, undefined, null, 'x'])
    assert.ok(!jobSchema.safeParse(data).success);
});
