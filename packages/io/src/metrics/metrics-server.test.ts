import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMetrics } from './metrics.ts';
import { openMetricsServer, type Readiness } from './metrics-server.ts';

async function served(ready: () => Promise<Readiness>, path: string): Promise<[number, string]> {
  const metrics = openMetrics('test');
  metrics.accepted.inc({ via: 'smtp' }, 3);
  const server = await openMetricsServer({ bind: '127.0.0.1', port: 0, metrics, ready });
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [response.status, await response.text()];
  } finally {
    await server.close();
  }
}

const isReady = async (): Promise<Readiness> => ({ ready: true, detail: { backend: 'postgres' } });

test('Prometheus reads our counters and the process’s own, with its name on every line', async () => {
  const [status, text] = await served(isReady, '/metrics');
  assert.equal(status, 200);
  assert.match(text, /^waybill_accepted_total\{via="smtp",process="test"\} 3$/m);
  assert.match(text, /^waybill_process_resident_memory_bytes/m);
});

test('healthz answers while the process runs, readyz while it can work', async () => {
  assert.equal((await served(isReady, '/healthz'))[0], 200);
  assert.deepEqual(await served(isReady, '/readyz?x=1'), [
    200,
    '{"ready":true,"detail":{"backend":"postgres"}}\n',
  ]);
  assert.equal((await served(async () => ({ ready: false, detail: {} }), '/readyz'))[0], 503);
});

test('an error in the readiness check means not ready, and its text is not sent', async () => {
  const [status, text] = await served(async () => Promise.reject(new Error('secret')), '/readyz');
  assert.equal(status, 503);
  assert.doesNotMatch(text, /secret/);
});

test('a proxy learns whether it may get a certificate for a host, by either name of the parameter', async () => {
  const asked: string[] = [];
  const server = await openMetricsServer({
    bind: '127.0.0.1',
    port: 0,
    metrics: openMetrics('test'),
    ready: isReady,
    tlsAllowed: async (host) => {
      asked.push(host);
      return host === 'go.acme.example';
    },
  });
  const statusOf = async (query: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${server.port}/internal/tls-allowed${query}`)).status;
  try {
    assert.equal(await statusOf('?host=GO.acme.example.'), 200);
    assert.equal(await statusOf('?domain=go.acme.example'), 200);
    assert.equal(await statusOf('?host=go.beta.example'), 404);
    assert.equal(await statusOf(''), 404);
    assert.deepEqual(asked.slice(0, 2), ['go.acme.example', 'go.acme.example']);
  } finally {
    await server.close();
  }
  assert.equal((await served(isReady, '/internal/tls-allowed?host=go.acme.example'))[0], 404);
});

test('other paths are 404', async () => {
  assert.equal((await served(isReady, '/'))[0], 404);
});

test('two processes in one test do not share counters', async () => {
  openMetrics('one').accepted.inc({ via: 'smtp' });
  const { text } = await openMetrics('other').exposition();
  assert.doesNotMatch(text, /via="smtp"/);
});
