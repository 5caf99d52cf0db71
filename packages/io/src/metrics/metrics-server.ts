import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

/** Whether the process can work now. `detail` is for the operator. */
export type Readiness = { readonly ready: boolean; readonly detail: Readonly<Record<string, unknown>> };

export type MetricsServer = { readonly port: number; close(): Promise<void> };

export type MetricsServerSettings = {
  readonly bind: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly metrics: Metrics;
  readonly ready: () => Promise<Readiness>;
  /** Whether a TLS proxy may get a certificate for a host. Absent: this process does not answer that. */
  readonly tlsAllowed?: (host: string) => Promise<boolean>;
};

const send = (response: ServerResponse, status: number, body: { type: string; text: string }): void => {
  response.writeHead(status, { 'content-type': body.type, 'cache-control': 'no-store' }).end(body.text);
};
const json = (value: unknown) => ({ type: 'application/json', text: `${JSON.stringify(value)}\n` });

/** Caddy asks with `domain`, other proxies are set to `host`. */
async function answerTlsAllowed(
  query: URLSearchParams,
  response: ServerResponse,
  tlsAllowed: NonNullable<MetricsServerSettings['tlsAllowed']>,
): Promise<void> {
  const host = (query.get('host') ?? query.get('domain') ?? '').toLowerCase().replace(/\.$/, '');
  const isAllowed = await tlsAllowed(host);
  send(response, isAllowed ? 200 : 404, json({ allowed: isAllowed }));
}

async function answer(
  { pathname: path, searchParams }: URL,
  response: ServerResponse,
  settings: MetricsServerSettings,
): Promise<void> {
  if (path === '/internal/tls-allowed' && settings.tlsAllowed)
    return answerTlsAllowed(searchParams, response, settings.tlsAllowed);
  if (path === '/healthz') return send(response, 200, json({ alive: true }));
  if (path === '/readyz') {
    const state = await settings.ready();
    return send(response, state.ready ? 200 : 503, json(state));
  }
  if (path === '/metrics') {
    const { contentType, text } = await settings.metrics.exposition();
    return send(response, 200, { type: contentType, text });
  }
  send(response, 404, json({ error: 'Only /metrics, /healthz and /readyz are here' }));
}

/** Serves `/metrics`, `/healthz` (the process runs) and `/readyz` (it can work) for processes without another HTTP server. */
export async function openMetricsServer(settings: MetricsServerSettings): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', 'http://localhost') ?? new URL('http://localhost/');
    // Any error means "not ready". Its text is not sent.
    answer(url, response, settings).catch(() => send(response, 503, json({ ready: false })));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(settings.port, settings.bind, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
