import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own that the user who runs PostgreSQL can reach when the tests run as root. */
export async function makeOpenFolder(name: string, parent = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(parent, `waybill-${name}-`));
  await chmod(folder, 0o755);
  return folder;
}
