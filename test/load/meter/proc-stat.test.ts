import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cpuBetween,
  cpuByNameOf,
  cpuSecondsOf,
  type ProcessStat,
  parseOwn,
  parsePss,
  parseRss,
  parseStat,
  processName,
  totalOf,
  treeOf,
} from './proc-stat.ts';

const line = (pid: number, name: string, parent: number): string =>
  `${pid} (${name}) S ${parent} 4711 4711 0 -1 4194560 1000 2000 0 0 150 50 30 20 20 0 11 0 98765 27000000 50000 18446744073709551615 1 1 0`;

for (const name of ['node', 'postgres: waybill postgres 127.0.0.1(5000) idle', 'a ) b (c'])
  test(`reads the stat of a process named "${name}"`, () => {
    assert.deepEqual(parseStat(line(12, name, 7)), { pid: 12, parent: 7, name, ticks: 250 });
  });

const process_ = (pid: number, parent: number, ticks = 100): ProcessStat => ({
  pid,
  parent,
  name: pid > 10 ? 'postgres' : 'node',
  ticks,
});

test('a tree is its root, its children and their children, and nobody else', () => {
  const stats = [process_(1, 0), process_(10, 1), process_(11, 10), process_(12, 11), process_(20, 1)];
  assert.deepEqual(
    treeOf(stats, [10]).map(({ pid }) => pid),
    [10, 11, 12],
  );
});

test('several roots add up, and one that is gone is left out', () => {
  const stats = [process_(10, 1), process_(11, 10), process_(20, 1, 50)];
  assert.equal(cpuSecondsOf(treeOf(stats, [10, 20, 99])), 2.5);
});

test('time is told by name, and what was used is the difference of two readings', () => {
  const byName = (ticks: number) =>
    cpuByNameOf(
      [process_(10, 1, ticks), process_(11, 10, ticks), process_(12, 10, ticks)],
      ({ name }) => name,
    );
  const used = cpuBetween(byName(100), byName(150));
  assert.deepEqual(
    [...used],
    [
      ['node', 0.5],
      ['postgres', 1],
    ],
  );
  assert.equal(totalOf(used), 1.5);
});

test('an app is called by its folder, whatever runs it', () => {
  assert.equal(processName('/usr/bin/node\0/srv/waybill/apps/worker/src/main.ts\0', 'node'), 'worker');
  assert.equal(processName('postgres: waybill postgres 127.0.0.1(40000) idle', 'postgres'), 'postgres');
});

test('reads this very process', async () => {
  const { readFile } = await import('node:fs/promises');
  const stat = parseStat(await readFile('/proc/self/stat', 'utf8'));
  assert.equal(stat.pid, process.pid);
  assert.equal(stat.parent, process.ppid);
});

test('reads the proportional set size, and says when there is none', () => {
  assert.equal(
    parsePss('55d0-7ffc ---p 00000000 00:00 0 [rollup]\nRss:  900 kB\nPss:  512 kB\nPss_Dirty: 3 kB\n'),
    524_288,
  );
  assert.equal(parsePss(''), undefined);
});

test('reads the resident set; a process without memory has none', () => {
  assert.equal(parseRss('Name:\tnode\nVmRSS:\t   2048 kB\n'), 2_097_152);
  assert.equal(parseRss('Name:\tkthreadd\n'), 0);
});

test('memory of its own is what is resident and not shared', () => {
  assert.equal(parseOwn('38470 7400 5300 1 0 1200 0\n'), 2_100 * 4_096);
  assert.equal(parseOwn(''), 0);
});
