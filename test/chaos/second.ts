/** One more worker or sender beside those of `waybill dev`, as production runs several. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDevCertificates } from '../../apps/cli/src/dev/dev-ca.ts';
import { devEnvironment, devPorts } from '../../apps/cli/src/dev/dev-settings.ts';
import type { Installation } from './installation.ts';

export type Second = { readonly pid: number; readonly ended: Promise<void>; stop(): Promise<void> };

async function environmentOf({ dev, sink, portOffset, databaseUrl, env }: Installation) {
  const options = {
    portOffset,
    folder: dev.folder,
    shownFolder: dev.folder,
    isJson: true,
    smarthost: `smtp://127.0.0.1:${sink.port}`,
    resolver: undefined,
    databaseUrl,
    redisUrl: env.REDIS_URL,
    isApart: true,
  };
  const place = {
    options,
    ports: devPorts(portOffset),
    certificates: await ensureDevCertificates(dev.folder, new Date()),
    databaseUrl,
    masterKeyFile: join(dev.folder, 'master.key'),
  };
  return { ...process.env, ...env, ...devEnvironment(place) };
}

const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

export async function startSecond(
  installation: Installation,
  app: 'worker' | 'sender',
  nodeFlags: readonly string[] = [],
): Promise<Second> {
  const main = fileURLToPath(new URL(`../../apps/${app}/src/main.ts`, import.meta.url));
  const log = openSync(join(installation.dev.folder, 'logs', `second-${app}.log`), 'a');
  const child = fork(main, [], {
    env: await environmentOf(installation),
    execArgv: [...nodeFlags],
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = once(child, 'exit').then(() => undefined);
  const ready = once(child, 'message');
  await Promise.race([
    ready,
    ended.then(() => Promise.reject(new Error(`${app} ended before it was ready`))),
  ]);
  return {
    pid: child.pid ?? 0,
    ended,
    async stop() {
      if (isAlive(child)) child.kill('SIGTERM');
      await ended;
    },
  };
}
