import { chmod, mkdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { makeOpenFolder } from '../../support/open-folder.ts';

export type TemporaryFolder = { readonly path: string; remove(): Promise<void> };

const TMPFS = 0x01021994;

/** Other users (PostgreSQL's, Postfix's) can pass through it. */
export async function makeTemporaryFolder(name: string, parent = tmpdir()): Promise<TemporaryFolder> {
  const path = await makeOpenFolder(`bench-${name}`, parent);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A folder that stays. */
export async function openKeptFolder(path: string): Promise<TemporaryFolder> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
  return { path, remove: async () => undefined };
}

/** Where fsync costs nothing no figure is worth anything. */
export const isMemory = async (path: string): Promise<boolean> => (await statfs(path)).type === TMPFS;
