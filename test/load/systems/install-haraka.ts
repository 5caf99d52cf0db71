import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const HARAKA_VERSION = '3.3.4';

const packages = { Haraka: HARAKA_VERSION, 'haraka-plugin-dkim': '1.3.1' } as const;

/** What Haraka needs of its optional plugins is named above; no package may run a script. */
const args = [
  'install',
  '--omit=optional',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
];

/** Installs Haraka from the npm registry into this folder. Throws with the output of npm. */
export async function installHaraka(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
  const { status, stderr, error } = spawnSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 180_000,
  });
  if (status !== 0) throw new Error(`npm could not install Haraka: ${error?.message ?? stderr.trim()}`);
}
