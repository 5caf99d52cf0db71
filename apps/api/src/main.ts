/** Wires the API: reads settings, opens connections, listens. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { openMetricsServer } from '@waybill/io/metrics/metrics-server';
import { runReaders } from '@waybill/io/postgres/outbox/run-readers';
import { type App, runApp } from '@waybill/io/process/app';
import type { Closer } from '@waybill/io/process/lifecycle';
import { buildApp } from './app.ts';
import { noticeReader } from './notices.ts';
import { openDependencies } from './open-dependencies.ts';
import { isReady } from './readiness.ts';
import { isTlsAllowed } from './tls-allowed.ts';

export const app: App = {
  name: 'api',
  async open(setup) {
    const { config, metrics } = setup;
    const { dependencies, closers, machines } = await openDependencies({
      ...setup,
      now: () => new Date(),
      random: randomBytes,
    });
    const server = await buildApp(dependencies);
    await server.listen({ host: config.API_BIND, port: config.API_PORT ?? 3000 });
    const { listener, database } = machines;
    const notices = runReaders([noticeReader(database, dependencies)], { ...setup, listener, database });
    const all: Closer[] = [
      ...closers,
      { name: 'notices', close: notices.close },
      { name: 'http', close: () => server.close() },
    ];
    const ports: Record<string, number> = { api: (server.server.address() as AddressInfo).port };
    if (config.METRICS_PORT !== undefined) {
      const scraped = await openMetricsServer({
        bind: config.METRICS_BIND,
        port: config.METRICS_PORT,
        metrics,
        ready: async () => ({ ready: await isReady(dependencies), detail: {} }),
        tlsAllowed: (host) => isTlsAllowed(host, dependencies),
      });
      all.push({ name: 'metrics', close: () => scraped.close() });
      ports.metrics = scraped.port;
    }
    return { ports, closers: all };
  },
};

if (import.meta.main) runApp(app, process);
