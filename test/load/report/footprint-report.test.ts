import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Footprint } from '../footprint.ts';
import { describeFootprint, footprintJson, footprintSummary } from './footprint-report.ts';

const MIB = 2 ** 20;
const memory = (processes: number, pss: number, anonymous: number) => ({
  processes,
  pss: pss * MIB,
  anonymous: anonymous * MIB,
});

const footprint: Footprint = {
  system: 'Waybill on PostgreSQL',
  startMs: 2_940,
  idle: new Map([
    ['worker', memory(1, 100, 90)],
    ['postgres', memory(12, 50, 20)],
  ]),
  peak: new Map([
    ['worker', memory(1, 200, 180)],
    ['postgres', memory(20, 250, 60)],
  ]),
  idleCpu: new Map([
    ['worker', 0.6],
    ['postgres', 0.25],
  ]),
};

test('shows each process, the largest at the peak first, and the sum', () => {
  assert.deepEqual(describeFootprint(footprint).split('\n'), [
    'Waybill on PostgreSQL · footprint: ready after 2.9 s',
    '  process   processes  idle MiB  of it anonymous  peak MiB  of it anonymous  idle CPU %',
    '  postgres  12 → 20    50        20               250       60               0.25',
    '  worker    1 → 1      100       90               200       180              0.60',
    '  sum                  150       110              450       240              0.85',
  ]);
});

test('a process that was there only once is shown with zeros', () => {
  const idle = new Map([...footprint.idle, ['autovacuum', memory(1, 3, 1)] as const]);
  assert.match(describeFootprint({ ...footprint, idle }), /autovacuum {2}1 → 0 +3 +1 +0 +0 +0\.00/);
});

test('one line for each system', () => {
  assert.deepEqual(footprintSummary([footprint]).split('\n'), [
    'system                 ready  idle MiB  peak MiB  idle CPU %',
    'Waybill on PostgreSQL  2.9 s  150       450       0.85',
  ]);
});

test('as JSON the figures are in bytes, milliseconds and per cent', () => {
  const json = footprintJson(footprint);
  assert.equal(json.startMs, 2_940);
  assert.equal(json.idle.bytes, 150 * MIB);
  assert.equal(json.peak.anonymousBytes, 240 * MIB);
  assert.deepEqual(json.idle.byProcess.worker, { processes: 1, pss: 100 * MIB, anonymous: 90 * MIB });
  assert.deepEqual(json.idleCpu, { percent: 0.85, byProcess: { worker: 0.6, postgres: 0.25 } });
});
