import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonReport } from './json-report.ts';
import { account, aMeasure } from './some-measure.ts';

const at = new Date('2026-10-01T10:00:00Z');

test('a report survives JSON with its rates, its latency, its CPU by process and its failures', () => {
  const measure = aMeasure({ account: { ...account, lost: [7] } });
  const json = JSON.parse(JSON.stringify(jsonReport({ measures: [measure], footprints: [] }, at)));
  assert.equal(json.at, '2026-10-01T10:00:00.000Z');
  const [one] = json.measures;
  assert.deepEqual([one.scenario, one.deliveredPerSecond, one.latencyMs.p99], ['small', 1_200, 123.4]);
  assert.deepEqual(one.cpuByProcess, { 'redis-server': 0.25, worker: 1.25, api: 0.001 });
  assert.deepEqual([one.lost, one.duplicated], [1, 0]);
  assert.match(one.failures[0], /1 LOST/);
});
