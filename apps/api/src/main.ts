/** Wires the API: reads settings, opens connections, listens. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '@waybill/io/config/config';
import { openLog } from '@waybill/io/log/log';
import { openMetrics } from '@waybill/io/metrics/metrics';
import { openMetricsServer } from '@waybill/io/metrics/metrics-server';
import { type Closer, runUntilStopped } from '@waybill/io/process/lifecycle';
import { buildApp } from './app.ts';
import { openDependencies } from './open-dependencies.ts';
import { isReady } from './readiness.ts';

const config = loadConfig(process.env);
const log = openLog({ level: config.LOG_LEVEL, name: 'api' });

runUntilStopped({
  name: 'api',
  log,
  process,
  open: async () => {
    const metrics = openMetrics('api');
    const { dependencies, closers } = await openDependencies({
      config,
      log,
      metrics,
      now: () => new Date(),
      random: randomBytes,
    });
    const app = await buildApp(dependencies);
    await app.listen({ host: config.API_BIND, port: config.API_PORT ?? 3000 });
    const all: Closer[] = [...closers, { name: 'http', close: () => app.close() }];
    const ports: Record<string, number> = { api: (app.server.address() as AddressInfo).port };
    if (config.METRICS_PORT !== undefined) {
      const server = await openMetricsServer({
        bind: config.METRICS_BIND,
        port: config.METRICS_PORT,
        metrics,
        ready: async () => ({ ready: await isReady(dependencies), detail: {} }),
      });
      all.push({ name: 'metrics', close: () => server.close() });
      ports.metrics = server.port;
    }
    return { ports, closers: all };
  },
});
