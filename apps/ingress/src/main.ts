import { randomBytes } from 'node:crypto';
import { openSemaphore } from '@waybill/io/concurrency/semaphore';
import type { Config } from '@waybill/io/config/config';
import { platformNamesOf } from '@waybill/io/config/platform-names';
import { openCountries } from '@waybill/io/geoip/countries';
import { openMetricsServer } from '@waybill/io/metrics/metrics-server';
import { openDatabase, pingDatabase } from '@waybill/io/postgres/connection/database';
import { openListener } from '@waybill/io/postgres/connection/listener';
import { deliveryLookup } from '@waybill/io/postgres/deliveries/delivery-lookup';
import { openCramMd5InUse } from '@waybill/io/postgres/directory/cram-md5-in-use';
import { openDirectory } from '@waybill/io/postgres/directory/directory';
import { openLastUsed } from '@waybill/io/postgres/directory/last-used';
import { submissionKeys } from '@waybill/io/postgres/directory/submission-keys';
import { suppressionList } from '@waybill/io/postgres/directory/suppression-list';
import { usage } from '@waybill/io/postgres/directory/usage';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { reportStore } from '@waybill/io/postgres/mail-store/report-store';
import { apiKeys } from '@waybill/io/postgres/management/api-keys';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { outbox } from '@waybill/io/postgres/outbox/account-events';
import { type App, runApp, type Setup } from '@waybill/io/process/app';
import type { Closer, Opened } from '@waybill/io/process/lifecycle';
import { openQueues } from '@waybill/io/queue/queues';
import { openRateLimits } from '@waybill/io/rate-limit/rate-limiter';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { accept } from '@waybill/relay/accept';
import type { AcceptDependencies, AcceptPorts } from '@waybill/relay/submission/submission';
import { API_KEY_USER, apiKeyLogin } from './api-key-login.ts';
import { watchCertificate } from './certificate.ts';
import { accountSessionLimits, connectionLimits } from './connection-limits.ts';
import { openListeners } from './listeners.ts';
import { lockedCredentials } from './locked-credentials.ts';
import { loginThrottle, loginThrottleLimits } from './login-throttle.ts';
import type { ReturnPathDependencies } from './return-path/verbs.ts';
import { deadlineLimits } from './smtp/deadlines.ts';
import type { SubmissionDependencies } from './submission/session.ts';

const DRAIN_MS = 20_000;

const chance = { now: () => new Date(), random: randomBytes };

const limitsOf = (config: Config) => ({
  hostName: config.WAYBILL_HOSTNAME,
  maxMessageBytes: config.MAX_MESSAGE_BYTES,
  maxRecipients: config.MAX_RECIPIENTS,
});

const onEnqueueFailure =
  ({ log, metrics }: Setup, queue: 'accepted' | 'report') =>
  (err: unknown, id: string) => {
    metrics.enqueueFailures.inc({ queue });
    log.warn({ err, queue, id }, 'not enqueued');
  };

const acceptDependencies = (dependencies: Dependencies): AcceptDependencies => ({
  ...chance,
  ...limitsOf(dependencies.config),
  headerKeys: [dependencies.keys.headerMac],
  onEnqueueFailure: onEnqueueFailure(dependencies, 'accepted'),
});

async function openDependencies(setup: Setup, closers: Closer[]) {
  const { config, log } = setup;
  const masterKey = loadMasterKey(config);
  const closing = <T extends { close(): Promise<void> | void }>(name: string, opened: T): T => {
    closers.push({ name, close: () => opened.close() });
    return opened;
  };
  const onTrouble = (err: Error): void => log.warn({ err }, 'database connection lost');
  const url = config.DATABASE_URL;
  const database = closing(
    'database',
    openDatabase({ url, applicationName: 'waybill ingress', keepsPlans: true, onTrouble }),
  );
  const listener = closing('listener', openListener(database));
  const box = openSecretBox(masterKey);
  const directory = closing(
    'directory',
    openDirectory({ database, box, listener, platformNames: platformNamesOf(config) }),
  );
  const cramMd5 = closing('mechanisms', openCramMd5InUse(database, listener));
  const lastUsed = closing(
    'last used',
    openLastUsed({ database, countries: openCountries(config.GEOIP_FILE, log) }),
  );
  const rateLimits = closing('rate limits', openRateLimits({ redisUrl: config.REDIS_URL, database, log }));
  const queues = closing('queues', await openQueues({ redisUrl: config.REDIS_URL, database, listener, log }));
  const keys = deriveKeys(masterKey);
  const ports: AcceptPorts = {
    directory,
    suppressions: suppressionList(database, { listener, erasedKey: keys.erased }),
    usage: usage(database),
    messages: openMessageStore({ database }),
    jobs: queues.jobs,
    keys: submissionKeys(database),
  };
  return { ...setup, keys, database, lastUsed, cramMd5, rateLimits, ports };
}

type Dependencies = Awaited<ReturnType<typeof openDependencies>>;

function submissionOver(dependencies: Dependencies): SubmissionDependencies {
  const { config, log, metrics, keys, database, ports, lastUsed, cramMd5, rateLimits } = dependencies;
  const accepting = acceptDependencies(dependencies);
  return {
    ...chance,
    ...limitsOf(config),
    ...ports,
    async accept(submission) {
      const end = metrics.acceptSeconds.startTimer();
      const accepted = await accept(submission, ports, accepting);
      end();
      if (!accepted.isRepeat) metrics.accepted.inc({ via: 'smtp' });
      return accepted;
    },
    credentialOfApiKey: apiKeyLogin((id) => apiKeys(database).byId(id, chance.now())),
    offersCramMd5: () => cramMd5.current(),
    onLogin: ({ id, username }, ip) => {
      lastUsed.note(username === API_KEY_USER ? 'api_key' : 'smtp_credential', id, { ip, at: chance.now() });
    },
    loginThrottle: loginThrottle(loginThrottleLimits, rateLimits),
    onLocked: lockedCredentials({
      credentialByUsername: (username) => ports.directory.credentialByUsername(username),
      append: (entry) => auditLog(database).append(entry),
      tell: (event) => outbox(database).append(event),
      log,
    }),
    accountSessions: openSemaphore(accountSessionLimits),
    decoyKey: keys.headerMac,
  };
}

const returnPathOver = (dependencies: Dependencies): ReturnPathDependencies => {
  const { config, keys, database, ports } = dependencies;
  const reports = reportStore(database);
  const deliveries = deliveryLookup(database);
  return {
    ...chance,
    saveReport: (report) => reports.save(report),
    jobs: ports.jobs,
    onEnqueueFailure: onEnqueueFailure(dependencies, 'report'),
    domain: config.WAYBILL_RETURN_PATH_DOMAIN.toLowerCase(),
    returnPathOf: async (deliveryId) => (await deliveries.find(deliveryId))?.returnPath,
    keys: [keys.returnPath],
    maxMessageBytes: config.MAX_MESSAGE_BYTES,
  };
};

function openCertificate({ config, log }: Setup) {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = config;
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    throw new Error('TLS_CERT_FILE and TLS_KEY_FILE belong together: set both or neither.');
  }
  const onTrouble = (err: unknown): void => log.error({ err }, 'certificate not renewed');
  return watchCertificate({ certFile, keyFile, onTrouble });
}

async function open(setup: Setup): Promise<Opened> {
  const { config, log, metrics } = setup;
  const closers: Closer[] = [];
  const dependencies = await openDependencies(setup, closers);
  const certificate = openCertificate(setup);
  if (certificate !== undefined) closers.push({ name: 'certificate', close: () => certificate.close() });
  const connections = openSemaphore(connectionLimits);
  const metricsPort: Record<string, number> = {};
  if (config.METRICS_PORT !== undefined) {
    const ready = async () => {
      await pingDatabase(dependencies.database);
      return { ready: true, detail: { connections: connections.inUse() } };
    };
    const server = await openMetricsServer({
      bind: config.METRICS_BIND,
      port: config.METRICS_PORT,
      metrics,
      ready,
    });
    closers.push({ name: 'metrics', close: () => server.close() });
    metricsPort.metrics = server.port;
  }
  const listeners = await openListeners({
    config,
    submission: submissionOver(dependencies),
    returnPath: returnPathOver(dependencies),
    certificate,
    connections,
    deadlines: deadlineLimits,
    drainMs: DRAIN_MS,
    log,
    metrics,
  });
  closers.push({ name: 'listeners', close: () => listeners.close() });
  return { ports: { ...listeners.ports, ...metricsPort }, closers };
}

export const app: App = { name: 'ingress', open };

if (import.meta.main) runApp(app, process);
