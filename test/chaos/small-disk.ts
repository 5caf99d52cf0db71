/** A disk of a few hundred megabytes in memory, where we may mount one. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type SmallDisk = { readonly folder: string; close(): Promise<void> };

const mount = (folder: string, megabytes: number): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder]).status === 0;

/** `undefined`: we may not, for want of root or of a kernel that lets us. */
export async function openSmallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'waybill-small-disk-'));
  if (!mount(folder, megabytes)) {
    await rm(folder, { recursive: true });
    return undefined;
  }
  return {
    folder,
    async close() {
      spawnSync('umount', ['-l', folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
