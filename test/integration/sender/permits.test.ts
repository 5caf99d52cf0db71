/** Two processes that deliver to one destination, with the permits that they share in PostgreSQL. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTestDatabase } from '../../support/database.ts';
import { testSender } from '../../support/sender.ts';
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
