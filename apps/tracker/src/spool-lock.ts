/** Locks the spool for one process, because two would drain a hit twice under two ids. The lock holds the process id; the lock of a dead process is void. */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process runs under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

async function write(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600);
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

export async function lockSpool(folder: string): Promise<{ release(): Promise<void> }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'lock');
  const release = (): Promise<void> => rm(path, { force: true });
  for (let round = 0; round < 3; round++) {
    if (await write(path)) return { release };
    const holder = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10);
    if (Number.isInteger(holder) && holder !== process.pid && isAlive(holder))
      throw new Error(
        `The spool ${folder} is in use by process ${holder}; give each tracker its own TRACKER_SPOOL_DIR`,
      );
    await release();
  }
  throw new Error(`The spool ${folder} cannot be locked`);
}
