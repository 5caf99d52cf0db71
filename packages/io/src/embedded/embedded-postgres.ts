import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { dataFolder, type ServerFiles, type ServerUser, serverFiles, serverUser } from './postgres-files.ts';

/** A real PostgreSQL server from an npm package, for `waybill dev` and for tests. Listens on loopback only. */
export type EmbeddedPostgres = {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the server process has ended, for any reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  /** More `-c name=value` settings. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
};

/** For a machine of 1 GiB that PostgreSQL shares with the apps. Nothing replicates from this server. */
const smallMachine = {
  shared_buffers: '64MB',
  huge_pages: 'off',
  maintenance_work_mem: '32MB',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  autovacuum_max_workers: '1',
  // Three processes less than with io_method=worker.
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const spawnAs = (user: ServerUser, program: string, args: readonly string[]): ChildProcess =>
  // A process group of its own, because Ctrl-C in a terminal must not stop the database before its clients.
  spawn(program, args, { ...user, cwd: tmpdir(), detached: true, stdio: ['ignore', 'pipe', 'pipe'] });

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', onLine);
  }
}

async function initialise(files: ServerFiles, user: ServerUser, options: EmbeddedOptions): Promise<void> {
  const passwordFile = join(tmpdir(), `waybill-initdb-${process.pid}-${options.port}`);
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
  if (user) await chown(passwordFile, user.uid, user.gid);
  const output: string[] = [];
  try {
    const args = [
      `--pgdata=${options.folder}`,
      '--auth=scram-sha-256',
      '--username=waybill',
      `--pwfile=${passwordFile}`,
    ];
    const child = spawnAs(user, files.initdb, [
      ...args,
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ]);
    readLines(child, (line) => output.push(line));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`initdb ended with ${code}:\n${output.join('\n')}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Stops a server that an earlier, killed start left running on this folder. */
async function stopLeftover(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!(pid > 1) || !isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  for (let tries = 0; tries < 100 && isAlive(pid); tries++) await wait(100);
}

async function startOnce(
  files: ServerFiles,
  user: ServerUser,
  options: EmbeddedOptions,
): Promise<ChildProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...smallMachine,
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawnAs(user, files.postgres, ['-D', options.folder, '-p', String(options.port), ...flags]);
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    readLines(child, (line) => {
      options.log(line);
      if (lines.length < 50) lines.push(line);
      if (line.includes('database system is ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('close', (code) =>
      reject(new Error(`PostgreSQL did not start (${code}):\n${lines.join('\n')}`)),
    );
  });
  return child;
}

/** After a kill, orphaned backends use the shared memory for a moment. Retries for up to ten seconds. */
async function startPatiently(
  files: ServerFiles,
  user: ServerUser,
  options: EmbeddedOptions,
): Promise<ChildProcess> {
  for (let tries = 1; ; tries++) {
    try {
      return await startOnce(files, user, options);
    } catch (error) {
      if (tries >= 20 || !/shared memory|lock file/.test(String(error))) throw error;
      await wait(500);
    }
  }
}

/** Starts the server on a folder and initialises an empty folder first. Rejects with the output of the server. */
export async function startEmbeddedPostgres(asked: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const user = await serverUser();
  const files = await serverFiles(user);
  const options = { ...asked, folder: await dataFolder(asked.folder, user) };
  if (!(await exists(join(options.folder, 'PG_VERSION')))) await initialise(files, user, options);
  await stopLeftover(options.folder);
  const child = await startPatiently(files, user, options);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    url: `postgresql://waybill:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/postgres`,
    pid: child.pid ?? 0,
    ended,
    async stop() {
      // SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes all data.
      child.kill('SIGINT');
      await ended;
    },
  };
}
