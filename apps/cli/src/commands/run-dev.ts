import { relative } from 'node:path';
import { banner } from '../dev/banner.ts';
import { startDev } from '../dev/dev.ts';
import type { DevOptions } from '../dev/dev-settings.ts';
import { followEvents } from '../dev/follow.ts';
import type { Dependencies } from './dependencies.ts';

/** `waybill dev`: runs until Ctrl-C. */
export async function runDev(dependencies: Dependencies, options: DevOptions): Promise<void> {
  const stopAsked = dependencies.stopAsked();
  const report = options.isJson ? () => undefined : (line: string) => dependencies.say(`  ${line}`);
  const startedAt = performance.now();
  if (!options.isJson)
    dependencies.say(`Waybill is starting; logs are in ${relative('', options.folder) || '.'}/logs …`);
  const dev = await startDev({ options, env: dependencies.env, onChange: report });
  const following = new AbortController();
  let printing: Promise<void> = Promise.resolve();
  try {
    if (options.isJson) dependencies.say(JSON.stringify(dev.file(), null, 2));
    else {
      dependencies.say(banner(dev.file(), dev, (performance.now() - startedAt) / 1000));
      printing = followEvents({ ...dev.follow, print: dependencies.say }, following.signal);
    }
    await stopAsked;
  } finally {
    following.abort();
    if (!options.isJson) dependencies.say('\nStopping …');
    await printing;
    await dev.stop();
  }
}
