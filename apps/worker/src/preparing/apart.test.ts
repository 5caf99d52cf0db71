import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Facts } from '@waybill/relay/pipeline/stage';
import { apartSettings, openPrepareApart } from './apart.ts';
import { facts, links, preparation } from './preparation.test-support.ts';
import { runPreparation } from './preparation.ts';
import { TooDear } from './thread.ts';

const open: { close(): Promise<void> }[] = [];
after(() => Promise.all(open.map((one) => one.close())));

function openApart(settings: Partial<typeof apartSettings> = {}) {
  const apart = openPrepareApart({ ...apartSettings, ...settings });
  open.push(apart);
  return apart;
}

test('a thread prepares exactly what would have been prepared here', async () => {
  const given = preparation(links(20), ['ada@rcpt.example', 'grace@rcpt.example']);
  const apart = openApart();
  const [here, there] = [runPreparation(given), await apart.prepare(given)];
  assert.deepEqual(there, here);
  assert.ok(Buffer.isBuffer(there.deliveries[0]?.patch));
  assert.deepEqual(
    there.deliveries.map(({ status }) => status),
    ['queued', 'suppressed'],
  );
});

test('what takes too long ends with its thread, and the next message gets another one', async () => {
  // The second one has two recipients and so the time that a fresh thread takes to start on a busy machine.
  const apart = openApart({ threads: 1, limitMs: 300, perRecipientMs: 10_000 });
  const [slow, next] = await Promise.allSettled([
    apart.prepare(preparation(links(90_000))),
    apart.prepare(preparation(links(1), ['ada@rcpt.example', 'grace@rcpt.example'])),
  ]);
  assert.ok(slow.status === 'rejected' && slow.reason instanceof TooDear);
  assert.equal(next.status, 'fulfilled');
});

test('what takes too much memory ends with its thread', async () => {
  const apart = openApart({ threads: 1, heapMebibytes: 24 });
  await assert.rejects(apart.prepare(preparation(links(100_000))), TooDear);
  assert.equal((await apart.prepare(preparation(links(1)))).deliveries.length, 1);
});

test('an error in the thread is told with its name', async () => {
  const given = preparation(links(1));
  const broken = {
    ...given,
    facts: { ...facts, signingKeys: [{ domain: 'acme.test' }] } as unknown as Facts,
  };
  await assert.rejects(openApart().prepare(broken), (error: Error) => !(error instanceof TooDear));
});

test('more messages than threads wait for their turn', async () => {
  const apart = openApart({ threads: 1 });
  const done = await Promise.all([1, 2, 3].map((count) => apart.prepare(preparation(links(count)))));
  assert.deepEqual(
    done.map(({ messageId }) => messageId),
    Array.from({ length: 3 }, () => '01900000-0000-7000-8000-000000000002'),
  );
});
