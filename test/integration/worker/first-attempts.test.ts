/** The worker makes first attempts itself: a real database, a real next hop, and a job queue that keeps what was enqueued. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openPreparedSource } from '@waybill/delivery/sources';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { type AcceptedPorts, onAccepted } from '../../../apps/worker/src/on-accepted.ts';
import { openSink, type SinkOptions } from '../../support/sink.ts';
import { type Bench, openBench } from './bench.ts';
import { outboundTo } from './to-smarthost.ts';

let bench: Bench;
let account: string;
const open: { close(): Promise<void> | void }[] = [];

before(async () => {
  bench = await openBench();
  account = await bench.addAccount('acme.test');
});
after(async () => {
  for (const one of open.toReversed()) await one.close();
  await bench.close();
});

async function scene(script: NonNullable<SinkOptions['script']> = {}, most = 10) {
  const sink = await openSink({ script, extensions: [] });
  const outbound = outboundTo(sink.port, bench);
  const deliveries = openPreparedSource(outbound.dependencies, { most, perAccount: most });
  open.push(sink, ...outbound.closers);
  const ports: AcceptedPorts = { ...bench.ports, deliveries };
  return { sink, deliveries, ports };
}

const enqueuedFor = async (id: string): Promise<number> => {
  const ids = (await bench.deliveries(id)).map((one) => one.id);
  return bench.enqueued.filter((enqueue) => enqueue.queue === 'delivery' && ids.includes(enqueue.id)).length;
};

const attemptsOf = (id: string) =>
  bench.query(
    `SELECT number, outcome, dot_sent_at FROM attempt
     WHERE delivery_id IN (SELECT id FROM delivery WHERE message_id = $1) ORDER BY number`,
    [id],
  );

const statuses = async (id: string) => (await bench.deliveries(id)).map(({ status }) => status);

const claimNow = (deliveryId: string) => {
  const now = new Date();
  const lease = { leaseId: randomUUID(), now, until: new Date(now.getTime() + 60_000) };
  return openDeliveryStore({ database: bench.database }).claim(deliveryId, lease);
};

test('a prepared delivery is sent at once and recorded, and no job is enqueued', async () => {
  const { sink, deliveries, ports } = await scene();
  const id = await bench.submit(account, { rcptTo: ['ada@rcpt.example', 'bob@rcpt.example'] });
  await onAccepted(id, ports);
  await deliveries.close();
  assert.deepEqual(await statuses(id), ['delivered', 'delivered']);
  assert.deepEqual(sink.mails.map(({ to }) => to).sort(), ['ada@rcpt.example', 'bob@rcpt.example']);
  const attempts = await attemptsOf(id);
  assert.deepEqual(
    attempts.map(({ number, outcome, dot_sent_at }) => [number, outcome, dot_sent_at !== null]),
    [
      [1, 'delivered', true],
      [1, 'delivered', true],
    ],
  );
  assert.equal(await enqueuedFor(id), 0);
  const events = await bench.query('SELECT type FROM event WHERE message_id = $1 ORDER BY type', [id]);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['delivered', 'delivered', 'queued', 'queued'],
  );
});

test('enqueued twice at a time, it is sent once', async () => {
  const { sink, deliveries, ports } = await scene();
  const id = await bench.submit(account);
  await Promise.all([onAccepted(id, ports), onAccepted(id, ports)]);
  await onAccepted(id, ports);
  await deliveries.close();
  assert.equal(sink.mails.length, 1);
  assert.equal((await attemptsOf(id)).length, 1);
});

test('while it is in flight no other process can claim it', async () => {
  const { sink, deliveries, ports } = await scene({ dot: { after: 150, say: '250 2.0.0 kept' } });
  const id = await bench.submit(account);
  await onAccepted(id, ports);
  const [delivery] = await bench.deliveries(id);
  assert.equal(await claimNow(delivery.id), undefined);
  await deliveries.close();
  assert.equal(await claimNow(delivery.id), undefined);
  assert.equal(sink.mails.length, 1);
});

test('at the limit of the worker the delivery is enqueued, and the sender may claim it', async () => {
  const { sink, deliveries, ports } = await scene({ MAIL: { after: 400, say: '250 2.1.0 ok' } }, 1);
  const [slow, next] = [await bench.submit(account), await bench.submit(account)];
  await onAccepted(slow, ports);
  await onAccepted(next, ports);
  assert.equal(await enqueuedFor(slow), 0);
  assert.equal(await enqueuedFor(next), 1);
  const [delivery] = await bench.deliveries(next);
  assert.equal((await claimNow(delivery.id))?.attempt, 1);
  await deliveries.close();
  assert.deepEqual(await statuses(slow), ['delivered']);
  assert.equal(sink.mails.length, 1);
});

test('put off by its host, it is deferred and the sender is enqueued the next attempt', async () => {
  const { deliveries, ports } = await scene({ RCPT: '451 4.7.1 later' });
  const id = await bench.submit(account);
  await onAccepted(id, ports);
  await deliveries.close();
  assert.deepEqual(await statuses(id), ['deferred']);
  assert.equal(await enqueuedFor(id), 1);
});

test('where the save fails nothing leaves, and the next run is not in its way', async () => {
  const { sink, deliveries, ports } = await scene({}, 1);
  const id = await bench.submit(account);
  const broken = {
    ...ports.messages,
    savePrepared: () => Promise.reject(new Error('database away')),
  };
  await assert.rejects(onAccepted(id, { ...ports, messages: broken }), /database away/);
  assert.equal(sink.commands.length, 0);
  await onAccepted(id, ports);
  assert.equal(await enqueuedFor(id), 0);
  await deliveries.close();
  assert.deepEqual(await statuses(id), ['delivered']);
});

test('a message of half a mebibyte is left to the sender, and one after the stop too', async () => {
  const { sink, deliveries, ports } = await scene();
  const large = await bench.submit(account, { more: `${'x'.repeat(998)}\r\n`.repeat(530) });
  await onAccepted(large, ports);
  assert.equal(await enqueuedFor(large), 1);
  await deliveries.close();
  const late = await bench.submit(account);
  await onAccepted(late, ports);
  assert.equal(await enqueuedFor(late), 1);
  assert.equal(sink.mails.length, 0);
});
