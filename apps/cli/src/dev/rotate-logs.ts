/** Keeps the log files of a folder below a size. A process has its file open, so the file is copied and then emptied. */
import { copyFile, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

export type Rotation = { close(): Promise<void> };

const LOG_BYTES = 10 * 1_048_576;
const EVERY_MS = 5_000;

/** Copies `x.log` to `x.log.1`, which is replaced. On a full disk the copy is lost and the file is still emptied. */
async function rotate(path: string): Promise<void> {
  await copyFile(path, `${path}.1`).catch(() => truncate(`${path}.1`).catch(() => undefined));
  await truncate(path);
}

/** Checks every log file once. */
export async function rotateLogs(folder: string, maxBytes = LOG_BYTES): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  for (const name of names) {
    const path = join(folder, name);
    if ((await stat(path)).size > maxBytes) await rotate(path);
  }
}

export function keepLogsSmall(folder: string): Rotation {
  let last = Promise.resolve();
  const timer = setInterval(() => {
    last = last.then(() => rotateLogs(folder)).catch(() => undefined);
  }, EVERY_MS).unref();
  return {
    async close() {
      clearInterval(timer);
      await last;
    },
  };
}
