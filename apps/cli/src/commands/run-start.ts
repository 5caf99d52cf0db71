import { loadConfig } from '@waybill/io/config/config';
import { type AppName, appNames, superviseApps } from '../supervisor.ts';
import type { World } from './world.ts';

const isApp = (name: string): name is AppName => (appNames as readonly string[]).includes(name);

/** `waybill start <apps…>`: production. Settings are checked once here, so that all errors are told before anything starts. */
export async function runStart(world: World, names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !isApp(name));
  if (unknown.length > 0)
    throw new Error(`No such app: ${unknown.join(', ')}. There are: ${appNames.join(', ')}`);
  loadConfig(world.env);
  const stopAsked = world.stopAsked();
  const supervisor = superviseApps({
    env: world.env,
    logFolder: undefined,
    log: world.say,
    onRestart: (name) => world.say(`${name} was started again`),
  });
  try {
    await supervisor.start(names.filter(isApp));
    await stopAsked;
  } finally {
    await supervisor.stop();
  }
}
