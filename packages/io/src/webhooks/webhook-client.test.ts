/** docs/reliability.md S19: which connections are made for a webhook, with real servers on loopback. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { DnsAnswer, HostAddress } from '@waybill/relay/delivery/dns-lookup';
import type { TargetRules } from '@waybill/relay/webhooks/target';
import { openWebhookClient, type WebhookClientOptions } from './webhook-client.ts';

const rules: TargetRules = {
  allowedNetworks: ['127.0.0.0/8'],
  ownPorts: new Set<number>(),
  ownAddresses: new Set<string>(),
};
const at = (...addresses: readonly string[]): DnsAnswer<HostAddress> => ({
  kind: 'found',
  records: addresses.map((address) => ({ address, family: 4, ttl: 60 }) as HostAddress),
});

function openClient(context: TestContext, options: Partial<WebhookClientOptions> = {}) {
  const client = openWebhookClient({ rules, resolve: async () => at('127.0.0.1'), ...options });
  context.after(client.close);
  return (url: string) =>
    client.post({ url, headers: { 'content-type': 'application/json' }, body: '{"a":"é"}' });
}

async function listen(context: TestContext, listener: RequestListener, host = '127.0.0.1'): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A port that counts its connections, as Redis or PostgreSQL would see them. */
async function countConnections(context: TestContext) {
  let count = 0;
  const server = createTcpServer((socket) => {
    count += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => void server.close());
  return { port: (server.address() as AddressInfo).port, count: () => count };
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

test('the body arrives unchanged, and the beginning of the answer is returned', async (t) => {
  const bodies: string[] = [];
  const port = await listen(t, (request, response) => {
    void bodyOf(request).then((body) => bodies.push(body));
    response.writeHead(202).end('thanks');
  });
  const reply = await openClient(t)(`http://hooks.example:${port}/x`);
  assert.deepEqual([reply.status, reply.body, reply.error], [202, 'thanks', undefined]);
  assert.deepEqual(bodies, ['{"a":"é"}']);
});

test('a redirect is not followed', async (t) => {
  const inner = await countConnections(t);
  const port = await listen(t, (_, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/` }).end(),
  );
  const reply = await openClient(t)(`http://hooks.example:${port}/`);
  assert.equal(reply.status, 302);
  assert.equal(inner.count(), 0);
});

for (const [name, url] of [
  ['an address', 'http://127.0.0.1:PORT/'],
  ['a decimal address', 'http://2130706433:PORT/'],
  ['an octal address', 'http://0177.0.0.1:PORT/'],
  ['a mapped address', 'http://[::ffff:127.0.0.1]:PORT/'],
  ['a name', 'http://hooks.example:PORT/'],
  ['a name of this machine', 'http://localhost:PORT/'],
] as const)
  test(`a port of Waybill gets no connection by ${name}`, async (t) => {
    const own = await countConnections(t);
    const post = openClient(t, { rules: { ...rules, ownPorts: new Set([own.port]) } });
    const reply = await post(url.replace('PORT', String(own.port)));
    assert.equal(reply.status, undefined);
    assert.match(reply.error ?? '', /belongs to Waybill/);
    assert.equal(own.count(), 0);
  });

test('a private address gets no connection, whatever name leads to it', async (t) => {
  const inner = await countConnections(t);
  const post = openClient(t, { rules: { ...rules, allowedNetworks: [] } });
  const reply = await post(`https://hooks.example:${inner.port}/`);
  assert.match(reply.error ?? '', /no public address/);
  assert.equal(inner.count(), 0);
});

test('a name that leads elsewhere at the next look-up reaches only the address that was checked', async (t) => {
  const inner = await countConnections(t);
  let lookups = 0;
  // The operator allows 127.0.0.2 only; from the second look-up on the name leads to 127.0.0.1.
  const post = openClient(t, {
    rules: { ...rules, allowedNetworks: ['127.0.0.2/32'] },
    resolve: async () => {
      lookups += 1;
      return at(lookups === 1 ? '127.0.0.2' : '127.0.0.1');
    },
  });
  const port = await listen(
    t,
    (_, response) => response.writeHead(200, { connection: 'close' }).end(),
    '127.0.0.2',
  );
  assert.equal((await post(`http://hooks.example:${port}/`)).status, 200);
  assert.equal(lookups, 1);
  assert.equal((await post(`http://hooks.example:${inner.port}/`)).status, undefined);
  assert.equal(inner.count(), 0);
});

test('of several addresses only those that are allowed are tried', async (t) => {
  const port = await listen(t, (_, response) => response.end('ok'));
  const post = openClient(t, { resolve: async () => at('10.1.2.3', '127.0.0.1') });
  assert.equal((await post(`http://hooks.example:${port}/`)).status, 200);
});

test('an endpoint that does not answer in time is given up, wherever it hangs', async (t) => {
  const silent = createTcpServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.after(() => void silent.close());
  const never = new Promise<DnsAnswer<HostAddress>>(() => undefined);
  const { port } = silent.address() as AddressInfo;
  const answers = await Promise.all([
    openClient(t, { timeoutMs: 200 })(`http://hooks.example:${port}/`),
    openClient(t, { timeoutMs: 200 })(`https://hooks.example:${port}/`),
    openClient(t, { timeoutMs: 200, resolve: () => never })('https://hooks.example/'),
  ]);
  for (const { status, error } of answers)
    assert.deepEqual([status, error], [undefined, 'No answer came within 0.2 s.']);
});

test('an answer without end is cut, and its status counts', async (t) => {
  const port = await listen(t, (_, response) => {
    response.writeHead(200);
    const more = setInterval(() => response.write('x'.repeat(10_000)), 1);
    response.once('close', () => clearInterval(more));
  });
  const reply = await openClient(t)(`http://hooks.example:${port}/`);
  assert.deepEqual([reply.status, reply.body.length], [200, 2_000]);
});

test('an answer that trickles is cut after the time, and its status counts', async (t) => {
  const port = await listen(
    t,
    (_, response) => void response.writeHead(503, { 'retry-after': '7' }).write('x'),
  );
  const reply = await openClient(t, { timeoutMs: 200 })(`http://hooks.example:${port}/`);
  assert.deepEqual([reply.status, reply.retryAfter, reply.body], [503, '7', 'x']);
});

test('a connection is used again, and one that was closed meanwhile is replaced', async (t) => {
  const sockets = new Set<unknown>();
  let closesNext = false;
  const port = await listen(t, (request, response) => {
    sockets.add(request.socket);
    if (closesNext && sockets.size === 1) request.socket.destroy();
    else response.end('ok');
  });
  const post = openClient(t);
  await post(`http://hooks.example:${port}/`);
  await post(`http://hooks.example:${port}/`);
  assert.equal(sockets.size, 1);
  closesNext = true;
  assert.equal((await post(`http://hooks.example:${port}/`)).status, 200);
  assert.equal(sockets.size, 2);
});

test('what cannot be connected to is said without inner words', async (t) => {
  const closed = await countConnections(t);
  const post = openClient(t, { resolve: async () => ({ kind: 'none', why: 'no_domain' }) });
  assert.equal((await post('https://gone.example/')).error, 'The name gone.example has no address.');
  const refused = openClient(t)(`https://hooks.example:${closed.port}/`);
  assert.match((await refused).error ?? '', /^The connection failed: E[A-Z]+\.$/);
});
