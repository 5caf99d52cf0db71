import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** A process with two closers, the second one slow. Its argument names a fault. */
const program = `
import { runUntilStopped } from '${at('./lifecycle.ts')}';
import { openLog } from '${at('../log/log.ts')}';
const say = (text) => process.stdout.write(text + '\\n');
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
process.on('message', (order) => {
  if (order === 'reject') Promise.reject(new Error('not caught'));
  if (order === 'throw') setImmediate(() => { throw new Error('not caught either'); });
});
runUntilStopped({
  name: 'sample',
  log: openLog({ level: 'info', name: 'sample' }),
  process,
  closeWithinMs: 500,
  open: async () => {
    if (process.argv[2] === 'broken') throw new Error('cannot open');
    setInterval(() => undefined, 1_000);
    return {
      ports: { smtp: 2525 },
      closers: [
        { name: 'database', close: () => say('closed database') },
        { name: 'server', close: async () => {
          await wait(process.argv[2] === 'stuck' ? 10_000 : 50);
          if (process.argv[2] === 'failing') throw new Error('cannot close');
          say('closed server');
        } },
      ],
    };
  },
});
`;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-life-'));
  await writeFile(join(folder, 'main.mjs'), program);
});
after(() => rm(folder, { recursive: true, force: true }));

type Life = { readonly child: ChildProcess; readonly lines: string[]; readonly ended: Promise<unknown[]> };

async function born(manner = 'plain', env?: NodeJS.ProcessEnv): Promise<Life> {
  const child = fork(join(folder, 'main.mjs'), [manner], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    ...(env ? { env } : {}),
  });
  const lines: string[] = [];
  assert.ok(child.stdout);
  const output = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  // Not `close`, which does not come when it was the parent that disconnected.
  const ended = Promise.all([once(child, 'exit'), once(output, 'close')]).then(([exit]) => exit);
  return { child, lines, ended };
}

const closed = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.startsWith('closed'));

test('reports its ports to its parent when it is ready, and closes in reverse on SIGTERM and SIGINT', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child, lines, ended } = await born();
    const [message] = await once(child, 'message');
    assert.deepEqual(message, { type: 'ready', name: 'sample', pid: child.pid, ports: { smtp: 2525 } });
    child.kill(signal);
    assert.deepEqual(await ended, [0, null]);
    assert.deepEqual(closed(lines), ['closed server', 'closed database']);
  }
});

test('a process that is killed after it was ready has written its compile cache', async () => {
  const cache = join(folder, 'compile-cache');
  const { child, ended } = await born('plain', { NODE_COMPILE_CACHE: cache });
  await once(child, 'message');
  child.kill('SIGKILL');
  await ended;
  const files = await readdir(cache, { recursive: true, withFileTypes: true });
  assert.ok(files.filter((file) => file.isFile()).length > 2, `${files.length} entries`);
});

test('stops when its parent has ended', async () => {
  const { child, lines, ended } = await born();
  await once(child, 'message');
  child.disconnect();
  assert.deepEqual(await ended, [0, null]);
  assert.deepEqual(closed(lines), ['closed server', 'closed database']);
});

test('a second signal does not close twice', async () => {
  const { child, lines, ended } = await born();
  await once(child, 'message');
  child.kill('SIGTERM');
  child.kill('SIGTERM');
  await ended;
  assert.equal(closed(lines).length, 2);
});

test('an uncaught error ends the process at once and is logged', async () => {
  for (const [order, event] of [
    ['reject', 'unhandled rejection'],
    ['throw', 'uncaught exception'],
  ] as const) {
    const { child, lines, ended } = await born();
    await once(child, 'message');
    child.send(order);
    assert.deepEqual(await ended, [1, null]);
    assert.ok(lines.some((line) => line.includes(`"msg":"${event}"`)));
  }
});

test('a process that cannot open ends with 1 and logs the reason', async () => {
  const { lines, ended } = await born('broken');
  assert.deepEqual(await ended, [1, null]);
  assert.ok(lines.some((line) => line.includes('cannot open')));
});

test('after a closer failed the others close, and the exit code is 1', async () => {
  const { child, lines, ended } = await born('failing');
  await once(child, 'message');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [1, null]);
  assert.deepEqual(closed(lines), ['closed database']);
});

test('a closer that hangs does not block the exit for ever', async () => {
  const { child, lines, ended } = await born('stuck');
  await once(child, 'message');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [1, null]);
  assert.ok(lines.some((line) => line.includes('stop timed out')));
});
