import { loadConfig } from '@waybill/io/config/config';
import { productionEnvironment } from '@waybill/io/config/production';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { type AppName, apart, appNames, instancesOf, together } from '../processes.ts';
import { checkDatabase } from '../start/database-check.ts';
import { listenersOf, metricsPorts } from '../start/listeners.ts';
import { requireUsablePorts } from '../start/usable-ports.ts';
import { superviseApps } from '../supervisor.ts';
import type { Dependencies } from './dependencies.ts';

const isApp = (name: string): name is AppName => (appNames as readonly string[]).includes(name);

const portList = (ports: Readonly<Record<string, number>>): string =>
  Object.entries(ports)
    .map(([name, port]) => `${name.replaceAll('_', ' ')} ${port}`)
    .join(', ');

/** `all`: the apps of one machine. The sandbox is one of them where `SANDBOX_PORT` is set. */
const isAll = (names: readonly string[]): boolean => names.length === 1 && names[0] === 'all';

function appsOf(names: readonly string[], { SANDBOX_PORT }: Dependencies['env']): readonly AppName[] {
  if (isAll(names)) return appNames.filter((name) => name !== 'sandbox' || SANDBOX_PORT);
  const unknown = names.filter((name) => !isApp(name));
  if (unknown.length > 0)
    throw new Error(`No such app: ${unknown.join(', ')}. There are: ${appNames.join(', ')}, or all alone`);
  return names.filter(isApp);
}

/** `waybill start <apps…>`: runs apps in production. Settings, ports and database are checked before any app is started. */
export async function runStart(dependencies: Dependencies, names: readonly string[]): Promise<void> {
  const apps = appsOf(names, dependencies.env);
  const env = productionEnvironment(dependencies.env, apps);
  const config = loadConfig(env);
  const instances = instancesOf(apps);
  await requireUsablePorts(listenersOf(config, instances));

  const stopAsked = dependencies.stopAsked();
  const waiting = new AbortController();
  const check = { databaseUrl: config.DATABASE_URL, masterKey: loadMasterKey(config) };
  const { later } = await checkDatabase(check, { say: dependencies.say, signal: waiting.signal });
  const supervisor = superviseApps({
    env,
    metricsPorts: metricsPorts(config, instances),
    logFolder: undefined,
    log: dependencies.say,
    onReady: (name, ports) => dependencies.say(`${name} is ready: ${portList(ports) || 'it opens no port'}`),
    onRestart: (name) => dependencies.say(`${name} was started again`),
  });
  try {
    const started = supervisor.start(isAll(names) ? together(instances) : apart(instances));
    await Promise.race([started.then(() => stopAsked), stopAsked, later]);
  } finally {
    waiting.abort();
    await supervisor.stop();
  }
}
