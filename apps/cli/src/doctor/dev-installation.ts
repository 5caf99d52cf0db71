/** The checks for an installation of `waybill dev`, from another terminal. */
import { join } from 'node:path';
import { type Config, type Env, loadConfig } from '@waybill/io/config/config';
import { type Check, ill, well } from '@waybill/io/doctor/finding';
import { devCertificateFiles } from '../dev/dev-ca.ts';
import { type DevFile, loadDevFile } from '../dev/dev-file.ts';
import { devEnvironment, devPorts, portOffsetOf } from '../dev/dev-settings.ts';
import { knownPassword } from '../dev/local-database.ts';

export type DevInstallation = { readonly config: Config; readonly checks: readonly Check[] };

const howToStart = 'Run: npm start';
const LOOK_MS = 3_000;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const processCheck = ({ processes }: DevFile): Check => ({
  name: 'processes',
  fix: howToStart,
  look: async () => {
    const names = Object.keys(processes);
    const missing = names.filter((name) => !isAlive(processes[name] ?? 0));
    if (missing.length === 0) return well(`${names.join(', ')}: all run.`);
    if (missing.length === names.length) return ill('waybill dev does not run.', howToStart);
    return ill(
      `Not running: ${missing.join(', ')}.`,
      'waybill dev starts them again; if it does not, read their logs in the folder "logs" beside dev.json.',
    );
  },
});

const httpCheck = (name: string, url: string): Check => ({
  name,
  fix: `${howToStart} (nothing answers at ${url})`,
  look: async () => {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(LOOK_MS) });
    return status === 200
      ? well(`It answers at ${new URL(url).origin}.`)
      : ill(`It answers ${status} at ${url}.`, 'Read its log in the folder "logs" beside dev.json.');
  },
});

/** `undefined`: the folder has no installation, or one without the embedded database. */
export async function findDevInstallation(folder: string, env: Env): Promise<DevInstallation | undefined> {
  const file = await loadDevFile(join(folder, 'dev.json'));
  const password = await knownPassword(folder);
  if (file === undefined || password === undefined) return undefined;
  const ports = devPorts(portOffsetOf(file.api.url));
  const options = {
    portOffset: portOffsetOf(file.api.url),
    folder,
    shownFolder: folder,
    isJson: false,
    isApart: false,
    smarthost: undefined,
    resolver: undefined,
    databaseUrl: undefined,
    redisUrl: env.REDIS_URL || undefined,
  };
  const config = loadConfig(
    devEnvironment({
      options,
      ports,
      certificates: devCertificateFiles(folder),
      databaseUrl: `postgresql://waybill:${password}@127.0.0.1:${ports.postgres}/postgres`,
      masterKeyFile: join(folder, 'master.key'),
    }),
  );
  const own = [
    processCheck(file),
    httpCheck('API', `${file.api.url}/readyz`),
    httpCheck('tracker', `${file.tracker.url}/readyz`),
  ];
  return { config, checks: own };
}
