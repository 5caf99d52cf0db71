/**
 * The entry of every process that the supervisor starts. Runs the apps that its arguments name, each as `app` or `app=PORT` with the port of
 * its metrics. The only file that imports apps. ADR 33.
 */
import { type App, runApps } from '@waybill/io/process/app';

const apps: Readonly<Record<string, () => Promise<{ readonly app: App }>>> = {
  ingress: () => import('../../ingress/src/main.ts'),
  worker: () => import('../../worker/src/main.ts'),
  sender: () => import('../../sender/src/main.ts'),
  tracker: () => import('../../tracker/src/main.ts'),
  api: () => import('../../api/src/main.ts'),
  sandbox: () => import('../../sandbox/src/main.ts'),
};

const hosted = process.argv.slice(2).map(async (argument) => {
  const [name = '', port] = argument.split('=');
  const load = apps[name];
  if (load === undefined) throw new Error(`No such app: ${name}`);
  const { app } = await load();
  return { app, env: port === undefined ? process.env : { ...process.env, METRICS_PORT: port } };
});

runApps(await Promise.all(hosted), process);
