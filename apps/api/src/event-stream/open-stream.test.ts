import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { openStream, type Stream } from './open-stream.ts';

/** A server with one stream, and the answer as the client sees it. */
async function connected(): Promise<{
  readonly stream: Stream;
  readonly response: IncomingMessage;
  readonly close: () => Promise<void>;
}> {
  const app = fastify({ forceCloseConnections: true });
  const opened = Promise.withResolvers<Stream>();
  app.get('/', async (_request, reply) => {
    opened.resolve(openStream(reply));
    return reply;
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((resolve) => get({ host: '127.0.0.1', port }, resolve));
  return { stream: await opened.promise, response, close: () => app.close() };
}

test('a client that does not read is cut off when a bound of bytes waits for it', async () => {
  const { stream, response, close } = await connected();
  response.on('error', () => undefined);
  response.pause();
  const data = 'x'.repeat(1_000_000);
  let sent = 0;
  // The buffers of the system take the first ones.
  while (!stream.isClosed() && sent < 100) {
    stream.send([{ id: String(sent), type: 'message.delivered', data }]);
    sent += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(stream.isClosed(), `${sent} MB were taken`);
  await stream.ended;
  await close();
});

test('each frame has an id, a type and one line of data, whatever the data holds', async () => {
  const { stream, response, close } = await connected();
  stream.send([{ id: '1', type: 'message.delivered', data: { subject: 'a\n\nid: 2\r\nb\u2028' } }]);
  stream.beat();
  stream.close();
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk;
  assert.equal(
    text,
    'retry: 2000\n\nid: 1\nevent: message.delivered\ndata: {"subject":"a\\n\\nid: 2\\r\\nb\u2028"}\n\n: waiting\n\n',
  );
  await stream.ended;
  await close();
});
