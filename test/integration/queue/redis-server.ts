import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../support/database.ts';

/** A real Redis of our own, on a free port, as production is told to run it. */
export type RedisServer = {
  readonly url: string;
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder. */
  start(): Promise<void>;
  /** Freezes and thaws it: connected, and silent. */
  freeze(): void;
  thaw(): void;
  /** Removes all keys. */
  empty(): Promise<void>;
  close(): Promise<void>;
};

export const hasRedisServer = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

async function spawnRedis(port: number, folder: string, settings: readonly string[]): Promise<ChildProcess> {
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const child = spawn('redis-server', [...place, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  return child;
}

const asProduction = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];

export async function startRedis(settings: readonly string[] = asProduction): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'waybill-redis-'));
  let child = await spawnRedis(port, folder, settings);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start: async () => {
      child = await spawnRedis(port, folder, settings);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    empty: async () => {
      const socket = connect(port, '127.0.0.1');
      socket.end('FLUSHALL\r\n');
      await once(socket.resume(), 'end');
    },
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
