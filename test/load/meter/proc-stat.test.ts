import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cpuBetween,
  cpuSecondsOf,
  memoryByNameOf,
  type ProcessStat,
  parseMemory,
  parseOwn,
  parseRss,
  parseRunTime,
  parseStat,
  processName,
  pssOf,
  totalOf,
  treeOf,
} from './proc-stat.ts';

const line = (pid: number, name: string, parent: number): string =>
  `${pid} (${name}) S ${parent} 4711 4711 0 -1 4194560 1000 2000 0 0 150 50 30 20 20 0 11 0 98765 27000000 50000 18446744073709551615 1 1 0`;

for (const name of ['node', 'postgres: waybill postgres 127.0.0.1(5000) idle', 'a ) b (c'])
  test(`reads the stat of a process named "${name}"`, () => {
    assert.deepEqual(parseStat(line(12, name, 7)), {
      pid: 12,
      parent: 7,
      name,
      ticks: 200,
      childTicks: 50,
    });
  });

const process_ = (pid: number, parent: number, ticks = 100): ProcessStat => ({
  pid,
  parent,
  name: pid > 10 ? 'postgres' : 'node',
  ticks,
  childTicks: 0,
});

test('a tree is its root, its children and their children, and no other process', () => {
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

test('the time of children that ended counts too', () => {
  assert.equal(cpuSecondsOf([{ ...process_(10, 1, 50), childTicks: 25 }]), 0.75);
});

test('what was used is the difference of two readings, by name', () => {
  const used = cpuBetween(
    new Map([['node', 1]]),
    new Map([
      ['node', 1.5],
      ['postgres', 1],
    ]),
  );
  assert.deepEqual(
    [...used],
    [
      ['node', 0.5],
      ['postgres', 1],
    ],
  );
  assert.equal(totalOf(used), 1.5);
});

test('time on the CPU is in nanoseconds, the first of three numbers', () => {
  assert.equal(parseRunTime('1500000000 2400 17\n'), 1.5);
});

test('memory of processes of one name adds up', () => {
  const memory = memoryByNameOf([
    { name: 'postgres', pss: 10, anonymous: 4 },
    { name: 'worker', pss: 100, anonymous: 90 },
    { name: 'postgres', pss: 20, anonymous: 5 },
  ]);
  assert.deepEqual(memory.get('postgres'), { processes: 2, pss: 30, anonymous: 9 });
  assert.equal(pssOf(memory), 130);
});

const names: readonly (readonly [string, string, string])[] = [
  ['/usr/bin/node\0/srv/waybill/apps/worker/src/main.ts\0', 'MainThread', 'worker'],
  ['/usr/bin/node\0/srv/waybill/apps/cli/src/host.ts\0worker=9465\0', 'MainThread', 'worker'],
  ['/usr/bin/node\0/srv/waybill/apps/cli/src/host.ts\0ingress\0sender\0api\0', 'MainThread', 'host'],
  ['/usr/bin/node\0/srv/waybill/apps/cli/bin/waybill.mjs\0dev\0', 'MainThread', 'cli'],
  ['/usr/bin/node\0/tmp/x/node_modules/Haraka/bin/haraka\0-c\0/tmp/x\0', 'MainThread', 'haraka'],
  ['/usr/bin/node\0/tmp/x/node_modules/Haraka/haraka.js\0-c\0/tmp/x\0', 'MainThread', 'haraka'],
  ['/usr/bin/node\0/srv/other.js\0', 'MainThread', 'node'],
  ['postgres: waybill postgres 127.0.0.1(40000) idle', 'postgres', 'postgres'],
];
for (const [commandLine, program, name] of names)
  test(`"${commandLine.replaceAll('\0', ' ')}" is called ${name}`, () => {
    assert.equal(processName(commandLine, program), name);
  });

test('reads this very process', async () => {
  const { readFile } = await import('node:fs/promises');
  const stat = parseStat(await readFile('/proc/self/stat', 'utf8'));
  assert.equal(stat.pid, process.pid);
  assert.equal(stat.parent, process.ppid);
});

test('reads the proportional set size and its anonymous part', () => {
  const rollup = 'Rss:  900 kB\nPss:  512 kB\nPss_Dirty: 3 kB\nPss_Anon: 256 kB\n';
  assert.deepEqual(parseMemory(`55d0-7ffc ---p 00000000 00:00 0 [rollup]\n${rollup}`), {
    pss: 524_288,
    anonymous: 262_144,
  });
  assert.equal(parseMemory(''), undefined);
});

test('reads the resident set; a process without memory has none', () => {
  assert.equal(parseRss('Name:\tnode\nVmRSS:\t   2048 kB\n'), 2_097_152);
  assert.equal(parseRss('Name:\tkthreadd\n'), 0);
});

test('memory of its own is what is resident and not shared', () => {
  assert.equal(parseOwn('38470 7400 5300 1 0 1200 0\n'), 2_100 * 4_096);
  assert.equal(parseOwn(''), 0);
});
