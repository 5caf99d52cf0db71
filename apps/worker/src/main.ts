import { randomBytes } from 'node:crypto';
import { openPreparedSource, type PreparedSource } from '@waybill/delivery/sources';
import { openMemoryBudget } from '@waybill/io/concurrency/memory-budget';
import { openPermits } from '@waybill/io/concurrency/permits/open-permits';
import type { SharedPermits } from '@waybill/io/concurrency/permits/shared-permits';
import { domainInstallation } from '@waybill/io/config/domain-installation';
import { platformNamesOf } from '@waybill/io/config/platform-names';
import { openDelivery, transactionsPerAccount } from '@waybill/io/delivery/open-delivery';
import { openDomainDns } from '@waybill/io/dns/domain-dns';
import { type MetricsServer, openMetricsServer } from '@waybill/io/metrics/metrics-server';
import { openOwnRules } from '@waybill/io/postgres/bounce-rules/own-rules';
import { isConnectionTrouble } from '@waybill/io/postgres/connection/connection-trouble';
import { openDatabase, pingDatabase } from '@waybill/io/postgres/connection/database';
import { openListener } from '@waybill/io/postgres/connection/listener';
import { deliveryLookup } from '@waybill/io/postgres/deliveries/delivery-lookup';
import { heldMail } from '@waybill/io/postgres/deliveries/resume';
import { waitingMail } from '@waybill/io/postgres/deliveries/waiting-mail';
import { openDirectory } from '@waybill/io/postgres/directory/directory';
import { suppressionList } from '@waybill/io/postgres/directory/suppression-list';
import { accountErasure } from '@waybill/io/postgres/erasure/account-erasure';
import { erasures } from '@waybill/io/postgres/erasure/erasures';
import { openEventStore } from '@waybill/io/postgres/mail-store/event-store';
import { idempotency } from '@waybill/io/postgres/mail-store/idempotency';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { reportStore } from '@waybill/io/postgres/mail-store/report-store';
import { accounts } from '@waybill/io/postgres/management/accounts';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import { alignOutbox } from '@waybill/io/postgres/outbox/outbox-clock';
import { runReaders } from '@waybill/io/postgres/outbox/run-readers';
import { unreadBefore } from '@waybill/io/postgres/outbox/unread-events';
import { balanceChecks } from '@waybill/io/postgres/statistics/balance-check';
import { ledger } from '@waybill/io/postgres/upkeep/ledger';
import { dropPartitions, ensurePartitions } from '@waybill/io/postgres/upkeep/partitions';
import { retention } from '@waybill/io/postgres/upkeep/retention';
import { sweeper } from '@waybill/io/postgres/upkeep/sweeper';
import { installationOf } from '@waybill/io/preparing/installation';
import { openPreparing, type Preparing } from '@waybill/io/preparing/preparing';
import { type App, runApp, type Setup } from '@waybill/io/process/app';
import type { Closer, Opened } from '@waybill/io/process/lifecycle';
import { openQueues } from '@waybill/io/queue/queues';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { makeDkimKeys } from '@waybill/io/secrets/new-dkim-keys';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { ledgerGraceMs } from '@waybill/relay/delivery/retry-schedule';
import { checkBalance } from './check-balance.ts';
import { checkLedger } from './check-ledger.ts';
import { checkWaiting } from './check-waiting.ts';
import { every } from './every.ts';
import { finishDeletions } from './finish-deletions.ts';
import { finishErasures } from './finish-erasures.ts';
import { type AcceptedPorts, onAccepted } from './on-accepted.ts';
import { onReport, type ReportPorts } from './on-report.ts';
import { eventReaders } from './read-events.ts';
import { resumeHeld } from './resume-held.ts';
import { sweep } from './sweep.ts';
import { type UpkeepPorts, upkeep } from './upkeep.ts';
import { openWebhooks } from './webhooks/open-webhooks.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const REPORTS_AT_A_TIME = 4;
const UPKEEP_CONNECTIONS = 3;
/** How soon a switch, or a resume, reaches mail that waits. */
const SWITCHES_MS = 2_000;

const now = (): Date => new Date();

/** What the worker reaches, in the order in which it is opened. */
async function openDependencies(setup: Setup) {
  const { config, log } = setup;
  const masterKey = loadMasterKey(config);
  const options = {
    url: config.DATABASE_URL,
    applicationName: 'waybill worker',
    onTrouble: (err: Error) => log.warn({ err }, 'database connection lost'),
  };
  const database = openDatabase({ ...options, keepsPlans: true });
  const listener = openListener(database);
  const box = openSecretBox(masterKey);
  const keys = deriveKeys(masterKey);
  const directory = openDirectory({ database, box, listener, platformNames: platformNamesOf(config) });
  const queues = await openQueues({
    redisUrl: config.REDIS_URL,
    database,
    listener,
    log,
    sweepMs: config.SWEEP_SECONDS * 1000,
  });
  return {
    ...setup,
    database,
    // Upkeep reads many rows of many weeks, for which the planner has to be free.
    upkeepDatabase: openDatabase({ ...options, poolSize: UPKEEP_CONNECTIONS }),
    box,
    listener,
    directory,
    queues,
    keys,
    suppressions: suppressionList(database, { listener, erasedKey: keys.erased }),
  };
}
type Dependencies = Awaited<ReturnType<typeof openDependencies>>;

/** Where a message is prepared, and where it goes next. */
type PreparationDependencies = Pick<Preparing, 'prepare'> & {
  readonly deliveries: PreparedSource | undefined;
};

const acceptedPorts = (
  { log, metrics, database, directory, queues, keys, suppressions }: Dependencies,
  preparation: PreparationDependencies,
): AcceptedPorts => ({
  ...preparation,
  messages: openMessageStore({ database }),
  directory,
  suppressions,
  jobs: queues.jobs,
  memory: openMemoryBudget(),
  headerKeys: [keys.headerMac],
  isTrouble: isConnectionTrouble,
  now,
  log,
  metrics,
});

const reportPorts = ({ log, metrics, database, suppressions }: Dependencies): ReportPorts => ({
  ownRules: openOwnRules(database, (err) => log.warn({ err }, 'own rules not read')),
  reports: reportStore(database),
  deliveries: deliveryLookup(database),
  events: openEventStore({ database }),
  suppressions,
  log,
  metrics,
});

function consume(dependencies: Dependencies, preparation: PreparationDependencies): readonly Closer[] {
  const { config, queues, metrics } = dependencies;
  const accepted = acceptedPorts(dependencies, preparation);
  const reports = reportPorts(dependencies);
  const consumers = [
    queues.consume('accepted', {
      concurrency: config.WORKER_CONCURRENCY,
      handle: (id) => onAccepted(id, accepted),
      handled: (outcome) => metrics.handled.inc({ queue: 'accepted', outcome }),
    }),
    queues.consume('report', {
      concurrency: REPORTS_AT_A_TIME,
      handle: (id) => onReport(id, reports),
      handled: (outcome) => metrics.handled.inc({ queue: 'report', outcome }),
    }),
  ];
  return consumers.map(({ close }) => ({ name: 'consumer', close }));
}

const upkeepPorts = ({ config, log, metrics, upkeepDatabase: database, box }: Dependencies): UpkeepPorts => ({
  partitions: {
    ensure: (at) => ensurePartitions(database, at),
    drop: (before) => dropPartitions(database, before),
    unread: (before) => unreadBefore(database, before),
  },
  retention: retention(database),
  idempotency: idempotency(database),
  stores: { senderDomains: senderDomains(database, box), auditLog: auditLog(database) },
  accountErasure: accountErasure(database),
  lookUp: openDomainDns({ resolver: config.RESOLVER, publicResolvers: config.DNS_CHECK_RESOLVERS }),
  installation: domainInstallation(config),
  makeDkimKeys,
  random: randomBytes,
  now,
  log,
  metrics,
});

function keepUp(dependencies: Dependencies): readonly Closer[] {
  const {
    config,
    log,
    metrics,
    upkeepDatabase: database,
    box,
    directory,
    suppressions,
    queues,
  } = dependencies;
  const ports = { sweeper: sweeper(database), jobs: queues.jobs, now, log, metrics };
  const daily = upkeepPorts(dependencies);
  const graceMs = ledgerGraceMs(config.RETRY_MINUTES, config.LEASE_SECONDS * 1000);
  const books = { ledger: ledger(database), now, graceMs, log, metrics };
  const checks = { directory, suppressions, waitingMail: waitingMail(database), now, log };
  const deletions = {
    ...daily,
    stores: { ...daily.stores, accounts: accounts(database, box) },
    accountErasure: accountErasure(database),
  };
  const held = { heldMail: heldMail(database), jobs: queues.jobs, now, log };
  // On PostgreSQL the consumers find the rows themselves.
  const sweeps =
    config.REDIS_URL === undefined ? [] : [every(config.SWEEP_SECONDS * 1000, () => sweep(ports), log)];
  const rounds = [
    ...sweeps,
    every(SWITCHES_MS, (signal) => checkWaiting(checks, signal), log),
    // Apart: to resume a long backlog takes minutes, and no switch waits for that.
    every(SWITCHES_MS, (signal) => resumeHeld(held, signal), log),
    every(DAY_MS, (signal) => upkeep(daily, signal), log),
    every(
      MINUTE_MS,
      (signal) => finishErasures({ erasures: erasures(database, box), now, log }, signal),
      log,
    ),
    every(MINUTE_MS, (signal) => finishDeletions(deletions, signal), log),
    every(DAY_MS, () => checkLedger(books), log),
    every(HOUR_MS, () => checkBalance({ balanceChecks: balanceChecks(database), now, log, metrics }), log),
  ];
  return rounds.map(({ close }) => ({ name: 'round', close }));
}

/** A restored database may have a clock behind its events: readers would not see the next ones. */
async function raiseClock({ upkeepDatabase: { pool }, log }: Dependencies): Promise<void> {
  try {
    const raised = await alignOutbox(pool);
    if (raised > 0) log.warn({ raised }, 'clock of the outbox raised: the database was restored');
  } catch (err) {
    log.warn({ err }, 'clock of the outbox not checked');
  }
}

function followOutbox(dependencies: Dependencies): Closer {
  const { upkeepDatabase: database, config, queues, log } = dependencies;
  void raiseClock(dependencies);
  const ports = { jobs: queues.jobs, now, log, config };
  const { close } = runReaders(eventReaders(database, ports), { ...dependencies, database });
  return { name: 'readers', close };
}

async function openWatch({
  config,
  metrics,
  database,
  queues,
}: Dependencies): Promise<MetricsServer | undefined> {
  if (config.METRICS_PORT === undefined) return undefined;
  return openMetricsServer({
    bind: config.METRICS_BIND,
    port: config.METRICS_PORT,
    metrics,
    ready: async () => {
      await pingDatabase(database);
      return queues.check();
    },
  });
}

function openDeliveries(
  dependencies: Dependencies,
  { preparing, permits }: { readonly preparing: Preparing; readonly permits: SharedPermits },
): {
  readonly deliveries: PreparedSource | undefined;
  readonly closers: readonly Closer[];
} {
  const { config } = dependencies;
  const most = config.WORKER_FIRST_ATTEMPTS;
  if (most === 0) return { deliveries: undefined, closers: [] };
  const engine = openDelivery({ ...dependencies, preparing, permits, jobs: dependencies.queues.jobs });
  const perAccount = transactionsPerAccount(config);
  const deliveries = openPreparedSource(engine.dependencies, { most, perAccount });
  return { deliveries, closers: [...engine.closers, { name: 'deliveries', close: deliveries.close }] };
}

async function open(setup: Setup): Promise<Opened> {
  const dependencies = await openDependencies(setup);
  const { database, upkeepDatabase, listener, directory, queues } = dependencies;
  const watch = await openWatch(dependencies);
  const preparing = openPreparing(installationOf(dependencies.config, dependencies.keys));
  const { config, log } = dependencies;
  const permits = openPermits({ redisUrl: config.REDIS_URL, database, log });
  const { deliveries, closers: sending } = openDeliveries(dependencies, { preparing, permits });
  const closers: readonly Closer[] = [
    { name: 'database', close: database.close },
    { name: 'upkeep database', close: upkeepDatabase.close },
    { name: 'listener', close: listener.close },
    { name: 'directory', close: directory.close },
    { name: 'queues', close: queues.close },
    ...(watch === undefined ? [] : [{ name: 'metrics', close: watch.close }]),
    ...keepUp(dependencies),
    followOutbox(dependencies),
    { name: 'threads', close: preparing.close },
    { name: 'permits', close: () => permits.close() },
    ...sending,
    ...consume(dependencies, { prepare: preparing.prepare, deliveries }),
    ...openWebhooks({ ...dependencies, permits }),
  ];
  return { ports: watch === undefined ? {} : { metrics: watch.port }, closers };
}

export const app: App = { name: 'worker', open };

if (import.meta.main) runApp(app, process);
