import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Listener, metricsPorts } from './listeners.ts';
import { portProblem } from './usable-ports.ts';

const relay: Listener = { instance: 'ingress', setting: 'SMTP_RELAY_PORT', host: '0.0.0.0', port: 25 };
const api: Listener = { instance: 'api', setting: 'API_PORT', host: '127.0.0.1', port: 25 };

test('for a user who may not open port 25 the error names the capability and the setting', () => {
  const sentence = portProblem(relay, 'EACCES', [relay]);
  assert.match(sentence, /^SMTP_RELAY_PORT: ingress cannot listen on port 25 of 0\.0\.0\.0: /);
  assert.match(sentence, /AmbientCapabilities=CAP_NET_BIND_SERVICE.*SMTP_RELAY_PORT=2025/);
});

test('of two settings with one number both are named', () => {
  assert.match(
    portProblem(api, 'EADDRINUSE', [relay, api]),
    /^API_PORT: .*SMTP_RELAY_PORT of ingress has the same/,
  );
});

test('the error names a port of another program and an address of another host, and an unknown error by its code', () => {
  assert.match(portProblem(relay, 'EADDRINUSE', [relay]), /another program listens there/);
  assert.match(portProblem(relay, 'EADDRNOTAVAIL', [relay]), /no such address/);
  assert.match(portProblem(relay, 'EMFILE', [relay]), /EMFILE/);
});

const instances = [
  { app: 'ingress', name: 'ingress' },
  { app: 'worker', name: 'worker' },
  { app: 'worker', name: 'worker-2' },
] as const;

test('apps have METRICS_PORT and the numbers behind it, in the order of the command', () => {
  assert.deepEqual(metricsPorts({ METRICS_PORT: 9464 }, instances), {
    ingress: 9464,
    worker: 9465,
    'worker-2': 9466,
  });
  assert.deepEqual(metricsPorts({ METRICS_PORT: 0 }, instances), { ingress: 0, worker: 0, 'worker-2': 0 });
  assert.deepEqual(metricsPorts({ METRICS_PORT: undefined }, instances), {});
  assert.throws(() => metricsPorts({ METRICS_PORT: 65_534 }, instances), /METRICS_PORT=65534.*3 apps/);
});
