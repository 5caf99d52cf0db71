import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { greets, listens, startChild, untilReady } from './child.ts';

/** Neither ended nor waiting for its parent to read its exit code. */
const isAlive = (pid: number): boolean => {
  const { status, stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 && !stdout.startsWith('Z');
};

async function serverThatSays(greeting: string) {
  const server = createServer((socket) => socket.on('error', () => undefined).end(greeting));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

for (const [greeting, answer] of [
  ['220 mx.example ESMTP\r\n', true],
  ['421 4.3.2 not yet\r\n', false],
  ['', false],
] as const)
  test(`a server that says ${JSON.stringify(greeting)} is ${answer ? '' : 'not '}ready`, async (t) => {
    const server = await serverThatSays(greeting);
    t.after(server.close);
    assert.equal(await listens(server.port), true);
    assert.equal(await greets(server.port), answer);
  });

test('a port that is closed neither listens nor greets', async () => {
  const { port, close } = await serverThatSays('');
  close();
  assert.deepEqual([await listens(port), await greets(port)], [false, false]);
});

test('a child that ends before it is ready fails with its output', async () => {
  const child = startChild(process.execPath, ['-e', 'console.log("no such file")']);
  await assert.rejects(
    untilReady(child, () => false),
    /no such file/,
  );
});

/** A master that ends at SIGTERM and leaves a worker behind, whose pid it prints. */
const master = `
  const worker = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log(worker.pid);
  process.once('SIGTERM', () => process.exit(0));
`;

test('a worker that outlives its master ends with it', async () => {
  const child = startChild(process.execPath, ['-e', master]);
  await untilReady(child, () => child.output().includes('\n'));
  const worker = Number(child.output());
  assert.ok(isAlive(worker));
  await child.stop();
  assert.equal(isAlive(child.pid), false);
  await eventually(`${worker} has ended`, () => !isAlive(worker));
});
