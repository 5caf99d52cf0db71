import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Child, startChild, untilReady } from '../systems/child.ts';
import { pssOf, totalOf } from './proc-stat.ts';
import { openMeter } from './process-meter.ts';

const MIB = 2 ** 20;
const isLinux = process.platform === 'linux';

/** Prints a line, then holds 64 MiB once it gets SIGUSR2, with a process of its own that burns CPU. */
const program = `
  const burn = 'for (const end = Date.now() + 60_000; Date.now() < end; );';
  require('node:child_process').spawn(process.execPath, ['-e', burn]);
  process.once('SIGUSR2', () => { globalThis.held = Buffer.alloc(${64 * MIB}, 1); });
  setInterval(() => {}, 1000);
  console.log('ready');
`;

async function startProgram(): Promise<Child> {
  const child = startChild(process.execPath, ['-e', program]);
  await untilReady(child, () => child.output().includes('ready'));
  return child;
}

test('a meter reads CPU and memory of the whole tree', { skip: !isLinux }, async (t) => {
  const child = await startProgram();
  t.after(child.stop);
  const meter = openMeter([child.pid]);
  const before = totalOf(meter.runTime());
  await wait(500);
  const used = totalOf(meter.runTime()) - before;
  assert.ok(used > 0.02 && used < 2, `${used} s of CPU in half a second`);
  assert.ok(totalOf(meter.cpu()) > 0);
  const memory = meter.memory().get('node');
  assert.equal(memory?.processes, 2);
  assert.ok(memory.pss > 5 * MIB && memory.anonymous > MIB && memory.anonymous <= memory.pss);
});

test('a peak holds what was allocated while it watched', { skip: !isLinux }, async (t) => {
  const child = await startProgram();
  t.after(child.stop);
  const meter = openMeter([child.pid]);
  const before = pssOf(meter.memory());
  const stopByName = meter.watchMemoryByName();
  const stopSum = meter.watchMemory();
  child.process.kill('SIGUSR2');
  await wait(1_500);
  assert.ok(pssOf(stopByName()) > before + 50 * MIB);
  assert.ok(stopSum() > before + 50 * MIB);
});

test('a tree that has ended has neither', () => {
  const meter = openMeter([2 ** 22]);
  assert.deepEqual([totalOf(meter.cpu()), pssOf(meter.memory())], [0, 0]);
});
