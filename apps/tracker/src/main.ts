/** Wires the tracker. It listens at once, also while PostgreSQL is away. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { openMetricsServer } from '@waybill/io/metrics/metrics-server';
import { isConnectionTrouble } from '@waybill/io/postgres/connection/connection-trouble';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { deliveryLookup } from '@waybill/io/postgres/deliveries/delivery-lookup';
import { suppressionList } from '@waybill/io/postgres/directory/suppression-list';
import { openEventStore } from '@waybill/io/postgres/mail-store/event-store';
import { type App, runApp, type Setup } from '@waybill/io/process/app';
import type { Closer, Opened } from '@waybill/io/process/lifecycle';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { makeId } from '@waybill/relay/id';
import { makeTrackingKey } from '@waybill/relay/tracking/token';
import { buildTracker, type TrackerDependencies } from './app.ts';
import { type Drainer, startDraining } from './drain.ts';
import { isWritable, openSpool, type Spool } from './spool.ts';
import { lockSpool } from './spool-lock.ts';

const now = (): Date => new Date();

function drainInto(
  spool: Spool,
  { config, log, metrics }: Setup,
): { readonly drainer: Drainer; readonly closers: readonly Closer[] } {
  const database = openDatabase({
    url: config.DATABASE_URL,
    applicationName: 'waybill tracker',
    onTrouble: (err) => log.debug({ err }, 'database trouble'),
  });
  const drainer = startDraining({
    spool,
    deliveries: deliveryLookup(database),
    events: openEventStore({ database }),
    suppressions: suppressionList(database),
    isTrouble: isConnectionTrouble,
    newEventId: () => makeId(now(), randomBytes(10)),
    count: (outcome) => metrics.trackerHits.inc({ kind: 'drain', outcome }),
    log,
  });
  const closers = [
    { name: 'database', close: () => database.close() },
    { name: 'drainer', close: () => drainer.close() },
  ];
  return { drainer, closers };
}

const dependenciesOf = (
  { spool, drainer }: { readonly spool: Spool; readonly drainer: Drainer },
  { config, log, metrics }: Setup,
): TrackerDependencies => {
  const { tracking } = deriveKeys(loadMasterKey(config));
  return {
    keys: [makeTrackingKey(tracking.id, tracking.secret)],
    async append(hit) {
      await spool.append(hit);
      drainer.wake();
    },
    now,
    count: (kind, outcome) => metrics.trackerHits.inc({ kind, outcome }),
    onLost: (err) => log.error({ err }, 'hit lost'),
    ready: () => isWritable(config.TRACKER_SPOOL_DIR),
    trustProxy: config.TRUST_PROXY,
    host: new URL(config.WAYBILL_TRACKER_URL).hostname,
  };
};

async function open(setup: Setup): Promise<Opened> {
  const { config, metrics } = setup;
  const lock = await lockSpool(config.TRACKER_SPOOL_DIR);
  const spool = await openSpool(config.TRACKER_SPOOL_DIR);
  const { drainer, closers: draining } = drainInto(spool, setup);
  const tracker = buildTracker(dependenciesOf({ spool, drainer }, setup));
  await tracker.listen({ host: config.TRACKER_BIND, port: config.TRACKER_PORT ?? 3001 });
  const closers: Closer[] = [
    { name: 'lock', close: () => lock.release() },
    { name: 'spool', close: () => spool.close() },
    ...draining,
    { name: 'http', close: () => tracker.close() },
  ];
  const ports: Record<string, number> = { tracker: (tracker.server.address() as AddressInfo).port };
  if (config.METRICS_PORT !== undefined) {
    const ready = async () => ({ ready: await isWritable(config.TRACKER_SPOOL_DIR), detail: {} });
    const server = await openMetricsServer({
      bind: config.METRICS_BIND,
      port: config.METRICS_PORT,
      metrics,
      ready,
    });
    closers.push({ name: 'metrics', close: () => server.close() });
    ports.metrics = server.port;
  }
  return { ports, closers };
}

export const app: App = { name: 'tracker', open };

if (import.meta.main) runApp(app, process);
