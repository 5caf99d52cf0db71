/**
 * The entry of every process that the supervisor starts. Runs the apps that its arguments name, each as `app` or `app=PORT` with the port of
 * its metrics. The only file that imports apps. ADR 33.
 */
import { type App, type HostedApp, runApps } from '@waybill/io/process/app';

const apps: Readonly<Record<string, () => Promise<{ readonly app: App }>>> = {
  ingress: () => import('../../ingress/src/main.ts'),
  worker: () => import('../../worker/src/main.ts'),
  sender: () => import('../../sender/src/main.ts'),
  tracker: () => import('../../tracker/src/main.ts'),
  api: () => import('../../api/src/main.ts'),
  sandbox: () => import('../../sandbox/src/main.ts'),
};

const hosted = process.argv.slice(2).map((argument): HostedApp => {
  const [name = '', port] = argument.split('=');
  const load = apps[name];
  if (load === undefined) throw new Error(`No such app: ${name}`);
  return {
    name,
    load: async () => (await load()).app,
    env: port === undefined ? process.env : { ...process.env, METRICS_PORT: port },
  };
});

runApps(hosted, process);
