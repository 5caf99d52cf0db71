/** The files of the spool: NDJSON lines, and replacements that are atomic under a crash. */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

export const jsonLines = (rows: readonly unknown[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** A new or renamed file survives a crash once its folder was synced too. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeSynced(path: string, flags: 'a' | 'w', content: string): Promise<void> {
  const handle = await open(path, flags, 0o600);
  try {
    await handle.appendFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export const appendSynced = (path: string, content: string): Promise<void> => writeSynced(path, 'a', content);

type Parser<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false } };

function parseLine<T>(line: string, schema: Parser<T>): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // A line that a crash cut short is no JSON. The caller counts it.
    return undefined;
  }
}

export async function readLines<T>(
  path: string,
  schema: Parser<T>,
): Promise<{ readonly rows: readonly T[]; readonly unreadable: number }> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  const rows = lines.map((line) => parseLine(line, schema)).filter((row) => row !== undefined);
  return { rows, unreadable: lines.length - rows.length };
}

/** Replaces `from` by `to` with this content. After a crash one of the two files exists, or both, and each is complete. */
export async function replaceFile(
  folder: string,
  { from, to }: { readonly from: string; readonly to: string },
  content: string,
): Promise<void> {
  const draft = join(folder, `${to}.draft`);
  await rm(draft, { force: true });
  await writeSynced(draft, 'w', content);
  await rename(draft, join(folder, to));
  await rm(join(folder, from), { force: true });
  await syncFolder(folder);
}
