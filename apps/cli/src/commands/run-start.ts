import { loadConfig } from '@waybill/io/config/config';
import { productionEnvironment } from '@waybill/io/config/production';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { checkDatabase } from '../start/database-check.ts';
import { listenersOf, metricsPorts } from '../start/listeners.ts';
import { requireUsablePorts } from '../start/usable-ports.ts';
import { type AppName, appNames, processesOf, superviseApps } from '../supervisor.ts';
import type { Dependencies } from './dependencies.ts';

const isApp = (name: string): name is AppName => (appNames as readonly string[]).includes(name);

const portList = (ports: Readonly<Record<string, number>>): string =>
  Object.entries(ports)
    .map(([name, port]) => `${name.replaceAll('_', ' ')} ${port}`)
    .join(', ');

/** `waybill start <apps…>`: production. Everything that can be known is checked here, before any app is started. */
export async function runStart(dependencies: Dependencies, names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !isApp(name));
  if (unknown.length > 0)
    throw new Error(`No such app: ${unknown.join(', ')}. There are: ${appNames.join(', ')}`);
  const apps = names.filter(isApp);
  const env = productionEnvironment(dependencies.env, apps);
  const config = loadConfig(env);
  const processes = processesOf(apps);
  await requireUsablePorts(listenersOf(config, processes));

  const stopAsked = dependencies.stopAsked();
  const waiting = new AbortController();
  const check = { databaseUrl: config.DATABASE_URL, masterKey: loadMasterKey(config) };
  const { later } = await checkDatabase(check, { say: dependencies.say, signal: waiting.signal });
  const metrics = metricsPorts(config, processes);
  const supervisor = superviseApps({
    env,
    envOf: (name): Record<string, string> =>
      metrics[name] === undefined ? {} : { METRICS_PORT: String(metrics[name]) },
    logFolder: undefined,
    log: dependencies.say,
    onReady: (name, ports) => dependencies.say(`${name} is ready: ${portList(ports) || 'it opens no port'}`),
    onRestart: (name) => dependencies.say(`${name} was started again`),
  });
  try {
    const started = supervisor.start(apps);
    await Promise.race([started.then(() => stopAsked), stopAsked, later]);
  } finally {
    waiting.abort();
    await supervisor.stop();
  }
}
