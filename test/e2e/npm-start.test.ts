/** `npm start` as it is typed: npm stands between the signal and the product. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { freePortOffset, waitUntilPrinted } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';
import { makeOpenFolder } from '../support/open-folder.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const stops = [
  { name: 'SIGTERM to the process of npm start alone', signal: 'SIGTERM', toGroup: false },
  { name: 'SIGINT to the process of npm start alone', signal: 'SIGINT', toGroup: false },
  // As a terminal does. npm passes it on as well, so that the product gets it twice.
  { name: 'Ctrl-C', signal: 'SIGINT', toGroup: true },
] as const;

for (const { name, signal, toGroup } of stops)
  test(`${name} stops every process`, async () => {
    const folder = await makeOpenFolder('e2e');
    const args = [
      'start',
      '--silent',
      '--',
      '--port-offset',
      String(await freePortOffset()),
      '--data',
      folder,
    ];
    const child = spawn('npm', args, {
      cwd: resolve(import.meta.dirname, '../..'),
      env: { ...process.env, DATABASE_URL: '', REDIS_URL: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        output += bytes.toString();
      });
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    await waitUntilPrinted(
      { child, folder, output: () => output, ended },
      'Each event of a message is printed below.',
    );
    const { processes } = JSON.parse(await readFile(join(folder, 'dev.json'), 'utf8'));
    const pids = Object.values<number>(processes);
    assert.ok(pids.length >= 7 && pids.every(isAlive));
    process.kill(toGroup ? -Number(child.pid) : Number(child.pid), signal);
    await ended;
    await eventually(
      () => `${pids.filter(isAlive)} have ended`,
      () => !pids.some(isAlive),
      20,
    );
    await rm(folder, { recursive: true, force: true });
  });
