import { spawnSync } from 'node:child_process';
import { freePort } from '../../support/database.ts';
import { type Child, startChild, untilReady } from './child.ts';

export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

const asProduction = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'];

export type BenchRedis = { readonly url: string; readonly pid: number; stop(): Promise<void> };

/** A Redis of the benchmark, with the settings that the documentation gives for production. */
export async function startRedis(folder: string): Promise<BenchRedis> {
  const port = await freePort();
  const child: Child = startChild('redis-server', [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    ...asProduction,
  ]);
  await untilReady(child, () => child.output().includes('Ready to accept connections'));
  return { url: `redis://127.0.0.1:${port}`, pid: child.pid, stop: child.stop };
}
