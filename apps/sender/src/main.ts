import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import tls from 'node:tls';
import { loadConfig } from '@waybill/io/config/config';
import { openResolver } from '@waybill/io/dns/resolver';
import { openLog } from '@waybill/io/log/log';
import { openMetrics } from '@waybill/io/metrics/metrics';
import { openMetricsServer } from '@waybill/io/metrics/metrics-server';
import { openDatabase, pingDatabase } from '@waybill/io/postgres/database';
import { openDeliveryStore } from '@waybill/io/postgres/delivery-store';
import { openDirectory } from '@waybill/io/postgres/directory';
import { openListener } from '@waybill/io/postgres/listener';
import { suppressionList } from '@waybill/io/postgres/suppression-list';
import { type Closer, type Opened, runUntilStopped } from '@waybill/io/process/lifecycle';
import { openQueues } from '@waybill/io/queue/queues';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { openHeldLeases } from './held-leases.ts';
import { type Done, onDelivery, type SenderDeps } from './on-delivery.ts';
import { openPool } from './pool.ts';
import type { RouteSettings } from './route.ts';
import { openSlots } from './slots.ts';
import { rfcTimeouts } from './timeouts.ts';
import { openTlsMemory } from './tls-memory.ts';

const second = 1_000;
const MAX_SESSIONS_PER_HOST = 20;
/** Of all sessions, what one account may have: the others must not wait for its slow hosts. */
const SHARE_OF_ACCOUNT = 0.6;
const WAIT_FOR_SESSION_MS = 250;
const BUSY_MS = 5 * second;
const MAX_IDLE_MS = 10 * second;
const MAX_MESSAGES_PER_SESSION = 200;
const TLS_MEMORY_MS = 3_600 * second;

const config = loadConfig(process.env);
const log = openLog({ level: config.LOG_LEVEL, name: 'sender' });
const metrics = openMetrics('sender');

function secureContextOf(caFile: string | undefined): tls.SecureContext | undefined {
  if (caFile === undefined) return undefined;
  return tls.createSecureContext({ ca: [...tls.getCACertificates('default'), readFileSync(caFile, 'utf8')] });
}

const routeSettings = (): RouteSettings => ({
  mode: config.DELIVERY_MODE,
  smarthostUrl: config.SMARTHOST_URL,
  sandbox:
    config.SANDBOX_PORT === undefined ? undefined : { host: config.SANDBOX_HOST, port: config.SANDBOX_PORT },
  mxPort: config.MX_PORT ?? 25,
  allowPrivateDestinations: config.ALLOW_PRIVATE_DESTINATIONS,
  ownAddresses: new Set(
    Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
  ),
});

function onAttempt({ delivery, result, error, tookMs }: Done): void {
  const { outcome, endedAt, because, attempt, host, ip, reply, category } = result;
  metrics.attempts.inc({ outcome });
  metrics.attemptSeconds.observe(tookMs / second);
  if (outcome === 'delivered')
    metrics.acceptToDeliveredSeconds.observe((endedAt.getTime() - delivery.acceptedAt.getTime()) / second);
  const { id: deliveryId, messageId, accountId } = delivery;
  const facts = { deliveryId, messageId, accountId, attempt, outcome, category, host, ip, code: reply?.code };
  // What went well stands in the ledger and the trace; a line for each would cost more than its database row.
  const level = outcome === 'delivered' ? 'debug' : 'info';
  if (error === undefined) log[level]({ ...facts, because, tookMs: Math.round(tookMs) }, 'attempted');
  else log.error({ ...facts, err: error }, 'attempt broke off');
}

async function openWorld(closers: Closer[]) {
  const closing = <T extends { close(): Promise<void> | void }>(name: string, opened: T): T => {
    closers.push({ name, close: () => opened.close() });
    return opened;
  };
  const url = config.DATABASE_URL;
  const onTrouble = (err: Error): void => log.warn({ err }, 'database connection lost');
  const database = closing(
    'database',
    openDatabase({ url, applicationName: 'waybill sender', keepsPlans: true, onTrouble }),
  );
  const listener = closing('listener', openListener(database));
  const box = openSecretBox(loadMasterKey(config));
  const directory = closing('directory', openDirectory({ database, box, listener }));
  const resolver = closing('resolver', openResolver({ resolver: config.RESOLVER }));
  const session = {
    heloName: config.WAYBILL_HOSTNAME,
    timeouts: rfcTimeouts,
    secureContext: secureContextOf(config.OUTBOUND_CA_FILE),
  };
  const pool = openPool({ ...session, maxIdleMs: MAX_IDLE_MS, maxMessages: MAX_MESSAGES_PER_SESSION });
  closing('sessions', pool);
  const store = openDeliveryStore({ database });
  const leases = closing(
    'leases',
    openHeldLeases({
      store,
      leaseMs: config.LEASE_SECONDS * second,
      now: () => new Date(),
      onTrouble: (err, what) => log.warn({ err }, what),
    }),
  );
  const queues = closing('queues', await openQueues({ redisUrl: config.REDIS_URL, databaseUrl: url, log }));
  return { database, store, leases, directory, resolver, pool, queues };
}

async function open(): Promise<Opened> {
  const closers: Closer[] = [];
  const { database, store, leases, directory, resolver, pool, queues } = await openWorld(closers);
  const deps: SenderDeps = {
    store,
    leases,
    directory,
    resolver,
    pool,
    suppressions: suppressionList(database),
    doorbell: queues.doorbell,
    rules: { waits: config.RETRY_MINUTES, random: Math.random },
    random: Math.random,
    settings: routeSettings(),
    slots: {
      accounts: openSlots({
        perKey: Math.ceil(config.SENDER_CONCURRENCY * SHARE_OF_ACCOUNT),
        waitMs: WAIT_FOR_SESSION_MS,
      }),
      hosts: openSlots({ perKey: MAX_SESSIONS_PER_HOST, waitMs: WAIT_FOR_SESSION_MS }),
    },
    busyMs: BUSY_MS,
    tlsMemory: openTlsMemory(TLS_MEMORY_MS, Date.now),
    now: () => new Date(),
    onAttempt,
    onTrouble: (err, what) => log.warn({ err }, what),
  };
  if (config.METRICS_PORT !== undefined) {
    const ready = async () => {
      await pingDatabase(database);
      return queues.check();
    };
    const place = { bind: config.METRICS_BIND, port: config.METRICS_PORT };
    closers.push({ name: 'metrics', ...(await openMetricsServer({ ...place, metrics, ready })) });
  }
  queues.consume('delivery', {
    concurrency: config.SENDER_CONCURRENCY,
    handle: (id) => onDelivery(deps, id),
    handled: (outcome) => metrics.handled.inc({ queue: 'delivery', outcome }),
  });
  return { closers };
}

runUntilStopped({ name: 'sender', log, process, open });
