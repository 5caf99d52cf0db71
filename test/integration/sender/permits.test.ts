/** Two processes that deliver to one destination, with the permits that they share in PostgreSQL. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { aDelivery, testSender } from '../../support/sender.ts';
import { openSink } from '../../support/sink.ts';
import { openPermitsAt } from '../contracts/permit-stores.ts';

const { url, close } = await openTestDatabase();
after(close);

async function scene(perDestination: number, processes: number) {
  const sink = await openSink({ script: { dot: { after: 10, say: '250 ok' } } });
  const senders = Array.from({ length: processes }, () => {
    const holder = openPermitsAt(url);
    const sender = testSender({
      route: { mode: 'smarthost', smarthostUrl: `smtp://127.0.0.1:${sink.port}` },
      permits: { permits: holder.permits, perDestination, perAccount: 100, waitMs: 5_000 },
    });
    return { holder, sender };
  });
  const end = async () => {
    for (const { holder, sender } of senders) {
      await sender.close();
      await holder.permits.close();
    }
    await sink.close();
  };
  return { sink, senders, end };
}

test('two processes with constant mail never have more sessions than one may have, and both deliver', async (t) => {
  const { sink, senders, end } = await scene(4, 2);
  t.after(end);
  const until = performance.now() + 4_000;
  const work = async ({ sender }: (typeof senders)[number]): Promise<number> => {
    let delivered = 0;
    while (performance.now() < until) if ((await sender.send()).outcome === 'delivered') delivered += 1;
    return delivered;
  };
  const counts = await Promise.all(
    senders.map(async (one) => {
      const delivered = await Promise.all(Array.from({ length: 10 }, () => work(one)));
      return delivered.reduce((sum, count) => sum + count, 0);
    }),
  );
  assert.ok(sink.mostSessions() <= 4, `${sink.mostSessions()} sessions`);
  assert.ok(Math.min(...counts) > 20, `${counts.join(' and ')} delivered`);
});

test('messages in turn to one destination use one session, and ask the store for permits only at first', async (t) => {
  const { sink, senders, end } = await scene(4, 1);
  t.after(end);
  const [one] = senders;
  assert.ok(one);
  const from = performance.now();
  for (let count = 0; count < 50; count++) await one.sender.send();
  const heartbeats = (performance.now() - from) / 1_000;
  assert.equal(sink.connections(), 1);
  assert.ok(one.holder.store.claims <= 3 + heartbeats, `${one.holder.store.claims} claims`);
});

test('a delivery without a session begins when one falls idle, long before the end of its pause, and opens none', async (t) => {
  const sink = await openSink({ script: { dot: { after: 400, say: '250 ok' } } });
  const sender = testSender({
    route: { mode: 'smarthost', smarthostUrl: `smtp://127.0.0.1:${sink.port}` },
    permits: { perDestination: 2, waitMs: 100 },
    rules: { waits: [60_000], random: () => 0.5, busyMs: 20_000 },
  });
  t.after(async () => {
    await sender.close();
    await sink.close();
  });
  const from = performance.now();
  const deliveries = Array.from({ length: 8 }, () => aDelivery());
  for (const delivery of deliveries) sender.store.add(delivery);
  await Promise.all(deliveries.map(({ id }) => sender.enqueue(id)));
  assert.ok(sender.enqueued.length >= 4, 'most found no session free');
  for (const { at } of sender.enqueued)
    assert.ok((at?.getTime() ?? 0) > Date.now() + 2_500, 'the pause is long');
  await eventually('all are delivered', async () => sender.store.results.length === deliveries.length);
  assert.ok(performance.now() - from < 5_000);
  assert.deepEqual(new Set(sender.store.results.map(({ outcome }) => outcome)), new Set(['delivered']));
  assert.ok(sink.mostSessions() <= 2, `${sink.mostSessions()} sessions`);
});
