import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appOf, type CpuProfile, topCosts } from './top-costs.ts';

const MOST = 25;

/** Settings under which every Node process of the product writes a profile when it ends. */
export async function profileInto(folder: string): Promise<Record<string, string>> {
  await mkdir(folder, { recursive: true });
  return { NODE_OPTIONS: `--cpu-prof --cpu-prof-interval=500 --cpu-prof-dir=${folder}` };
}

/** The functions that cost most, for each process that wrote a profile. */
export async function describeProfiles(folder: string): Promise<string> {
  const parts: string[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile')).sort()) {
    const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile;
    const { seconds, costs } = topCosts(profile, MOST);
    const lines = costs.map(({ where, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${where}`);
    parts.push(
      [`${appOf(profile) ?? file}: ${seconds.toFixed(1)} s in JavaScript and V8`, ...lines].join('\n'),
    );
  }
  return parts.join('\n\n');
}
