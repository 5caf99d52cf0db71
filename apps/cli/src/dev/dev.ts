import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { parsePublicId } from '@waybill/relay/id';
import { apart, appNames, instancesOf, together } from '../processes.ts';
import { type Supervisor, superviseApps } from '../supervisor.ts';
import { apiClient } from './api-client.ts';
import { type Demo, demoNetworks, ensureDemo } from './demo.ts';
import { ensureDevCertificates } from './dev-ca.ts';
import { type DevFile, loadDevFile, saveDevFile } from './dev-file.ts';
import { devMasterKey } from './dev-master-key.ts';
import {
  type DevOptions,
  type DevPorts,
  devEnvironment,
  devPlatformDomain,
  devPorts,
} from './dev-settings.ts';
import { type DevUser, ensureDevUser } from './dev-user.ts';
import type { Follow } from './follow.ts';
import { requireFreePorts } from './free-ports.ts';
import { keepFile, openLineFile } from './line-file.ts';
import { type LocalDatabase, openLocalDatabase } from './local-database.ts';
import { prepareApart } from './prepare-apart.ts';
import { keepLogsSmall } from './rotate-logs.ts';

export type Dev = {
  readonly file: () => DevFile;
  /** Signs in once, from this machine. */
  readonly signInUrl: string;
  /** The settings of the console output. */
  readonly follow: Omit<Follow, 'print'>;
  stop(): Promise<void>;
};

export type DevStart = {
  readonly options: DevOptions;
  /** Settings of the environment that are passed to the apps. Settings of `waybill dev` take precedence. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called after a process was started again and `dev.json` was rewritten. */
  readonly onChange: (line: string) => void;
};

type Parts = {
  readonly ports: DevPorts;
  readonly demo: Demo;
  readonly dashboard: DevUser['dashboard'];
  readonly operatorKey: string;
  readonly caFile: string;
  readonly pids: Readonly<Record<string, number>>;
};

const smtp = (port: number, security: 'none' | 'starttls' | 'tls') =>
  ({ host: '127.0.0.1', port, security }) as const;

const fileOf = ({ ports, demo, dashboard, operatorKey, caFile, pids }: Parts): DevFile => ({
  smtp: smtp(ports.smtp, 'none'),
  smtpStartTls: smtp(ports.smtpStartTls, 'starttls'),
  smtps: smtp(ports.smtps, 'tls'),
  relay: { ...smtp(ports.relay, 'none'), about: 'port-25 behaviour: IP authentication, we do not relay' },
  caFile,
  credential: demo.first.credential,
  api: { url: `http://127.0.0.1:${ports.api}`, key: demo.first.apiKey, operatorKey },
  dashboard,
  tracker: { url: `http://127.0.0.1:${ports.tracker}` },
  returnPath: { host: '127.0.0.1', port: ports.returnPath },
  account: { id: demo.first.id, domain: demo.first.domain },
  second: {
    id: demo.second.id,
    domain: demo.second.domain,
    credential: demo.second.credential,
    apiKey: demo.second.apiKey,
  },
  networks: demoNetworks,
  processes: pids,
  dkim: [...demo.first.dkim, ...demo.second.dkim],
});

async function openDevDatabase(
  start: DevStart,
  ports: DevPorts,
  onRestart: () => void,
): Promise<LocalDatabase> {
  const { databaseUrl, folder } = start.options;
  if (databaseUrl !== undefined) return { url: databaseUrl, pid: () => 0, stop: async () => undefined };
  const logFile = openLineFile(join(folder, 'logs', 'postgres.log'));
  const database = await openLocalDatabase({
    folder,
    port: ports.postgres,
    log: logFile.write,
    onRestart,
  });
  return {
    ...database,
    async stop() {
      await database.stop();
      await logFile.written();
    },
  };
}

const followOf = ({ dashboard, account, second }: DevFile, databaseUrl: string): Dev['follow'] => ({
  databaseUrl,
  accountIds: [account.id, second.id].flatMap((id) => parsePublicId('acc', id) ?? []),
  url: dashboard.url,
});

async function sendWelcome(file: DevFile): Promise<void> {
  await apiClient({ url: file.api.url, key: file.api.key }).post('/v1/messages', {
    from: `Waybill <welcome@${file.account.domain}>`,
    to: 'you@example.com',
    subject: 'Your first message was delivered',
    text: 'Accepted, tracked, signed, delivered to the sandbox and explained. Its trace shows the reason of every step.',
    html: '<p>Accepted, tracked, signed, delivered to the sandbox and <a href="https://example.com/explained">explained</a>.</p>',
    custom_id: 'welcome',
  });
}

type Stored = { readonly databaseUrl: string; readonly masterKey: Buffer };

const loadVouch = async (stored: Stored) => (await import('./vouch.ts')).vouchIn(stored);

/**
 * Runs the whole product on this machine: database, apps, demo accounts. Resolves when all parts are ready. When a step
 * fails, the opened parts are closed.
 */
export async function startDev(start: DevStart): Promise<Dev> {
  const { options, onChange } = start;
  const ports = devPorts(options.portOffset);
  const { postgres, ...appPorts } = ports;
  await requireFreePorts(options.databaseUrl === undefined ? { ...appPorts, postgres } : appPorts);
  await mkdir(join(options.folder, 'logs'), { recursive: true });

  const path = join(options.folder, 'dev.json');
  const keySettings = devMasterKey(start.env, options);
  const masterKey = loadMasterKey(keySettings);
  const masterKeyFile = keySettings.WAYBILL_MASTER_KEY_FILE;
  const certificates = await ensureDevCertificates(options.folder, new Date());
  const before = await loadDevFile(path);

  let rewrite: (line: string) => void = () => undefined;
  const database = await openDevDatabase(start, ports, () => rewrite('PostgreSQL was started again'));
  let supervisor: Supervisor | undefined;
  const rotation = keepLogsSmall(join(options.folder, 'logs'));
  const stop = async (): Promise<void> => {
    await supervisor?.stop();
    await database.stop();
    await rotation.close();
  };
  try {
    const settings = { options, ports, certificates, databaseUrl: database.url, masterKeyFile };
    const env = {
      // Compiled code is kept: every start after the first one takes half as long and has no compiler of TypeScript in memory.
      NODE_COMPILE_CACHE: join(options.folder, 'compile-cache'),
      ...start.env,
      ...devEnvironment(settings),
    };
    const operatorKey = await prepareApart(
      {
        databaseUrl: database.url,
        masterKey,
        platformDomain: devPlatformDomain,
        knownOperatorKey: before?.api.operatorKey,
      },
      env,
    );
    supervisor = superviseApps({
      env,
      logFolder: join(options.folder, 'logs'),
      log: onChange,
      onRestart: (name) => rewrite(`${name} was started again`),
    });
    const instances = instancesOf(appNames);
    await supervisor.start(options.isApart ? apart(instances) : together(instances));
    const url = `http://127.0.0.1:${ports.api}`;
    const stored = { databaseUrl: database.url, masterKey };
    const vouch = options.resolver === undefined ? undefined : await loadVouch(stored);
    const demo = await ensureDemo({ url, operatorKey, vouch }, before);
    const place = { ...stored, url, accountId: demo.first.id };
    const { dashboard, signInUrl } = await ensureDevUser(place, before?.dashboard);
    const file = (): DevFile =>
      fileOf({
        ports,
        demo,
        dashboard,
        operatorKey,
        caFile: join(options.shownFolder, basename(certificates.caFile)),
        pids: { ...supervisor?.pids(), ...(database.pid() === 0 ? {} : { postgres: database.pid() }) },
      });
    rewrite = keepFile(() => saveDevFile(path, file()), onChange);
    await saveDevFile(path, file());
    if (before === undefined) await sendWelcome(file());
    return { file, signInUrl, follow: followOf(file(), database.url), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
