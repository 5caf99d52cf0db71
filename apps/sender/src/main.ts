import { claimAndDeliver } from '@waybill/delivery/sources';
import { platformNamesOf } from '@waybill/io/config/platform-names';
import { openDelivery } from '@waybill/io/delivery/open-delivery';
import { openMetricsServer } from '@waybill/io/metrics/metrics-server';
import { openDatabase, pingDatabase } from '@waybill/io/postgres/connection/database';
import { openListener } from '@waybill/io/postgres/connection/listener';
import { openDirectory } from '@waybill/io/postgres/directory/directory';
import { suppressionList } from '@waybill/io/postgres/directory/suppression-list';
import { installationOf } from '@waybill/io/preparing/installation';
import { openPreparing } from '@waybill/io/preparing/preparing';
import { type App, runApp, type Setup } from '@waybill/io/process/app';
import type { Closer, Opened } from '@waybill/io/process/lifecycle';
import { openQueues } from '@waybill/io/queue/queues';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { openSecretBox } from '@waybill/io/secrets/secret-box';

async function openDependencies({ config, log }: Setup, closers: Closer[]) {
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
  const masterKey = loadMasterKey(config);
  const box = openSecretBox(masterKey);
  const directory = closing(
    'directory',
    openDirectory({ database, box, listener, platformNames: platformNamesOf(config) }),
  );
  const queues = closing(
    'queues',
    await openQueues({
      redisUrl: config.REDIS_URL,
      database,
      listener,
      log,
      sweepMs: config.SWEEP_SECONDS * 1000,
    }),
  );
  const keys = deriveKeys(masterKey);
  const preparing = closing('threads', openPreparing(installationOf(config, keys)));
  return { database, listener, directory, queues, preparing, keys };
}

async function open(setup: Setup): Promise<Opened> {
  const { config, log, metrics } = setup;
  const closers: Closer[] = [];
  const { database, listener, directory, queues, preparing, keys } = await openDependencies(setup, closers);
  const delivery = openDelivery({
    config,
    log,
    metrics,
    database,
    directory,
    suppressions: suppressionList(database, { listener, erasedKey: keys.erased }),
    jobs: queues.jobs,
    preparing,
  });
  closers.push(...delivery.closers);
  const ports: Record<string, number> = {};
  if (config.METRICS_PORT !== undefined) {
    const ready = async () => {
      await pingDatabase(database);
      return queues.check();
    };
    const place = { bind: config.METRICS_BIND, port: config.METRICS_PORT };
    const server = await openMetricsServer({ ...place, metrics, ready });
    closers.push({ name: 'metrics', close: () => server.close() });
    ports.metrics = server.port;
  }
  const { close } = queues.consume('delivery', {
    concurrency: config.SENDER_CONCURRENCY,
    handle: async (id) => void (await claimAndDeliver(delivery.dependencies, id)),
    handled: (outcome) => metrics.handled.inc({ queue: 'delivery', outcome }),
  });
  // Closed first, because attempts in flight need all parts above.
  closers.push({ name: 'consumer', close });
  return { ports, closers };
}

export const app: App = { name: 'sender', open };

if (import.meta.main) runApp(app, process);
