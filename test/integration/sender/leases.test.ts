/** An attempt may last longer than its lease. A process that lost the lease sends nothing. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { aDelivery, type TestSender, type TestSenderOptions, testSender } from '../../support/sender.ts';
import { openSink, type SinkOptions } from '../../support/sink.ts';

const open: { close(): Promise<void> }[] = [];
after(() => Promise.all(open.map((one) => one.close())));

const leaseMs = 150;
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function scene(script: NonNullable<SinkOptions['script']>, options: TestSenderOptions = {}) {
  const sink = await openSink({ script, extensions: [] });
  const route = { mode: 'smarthost', smarthostUrl: `smtp://127.0.0.1:${sink.port}` } as const;
  const sender = testSender({ leaseMs, route, ...options });
  open.push(sender, sink);
  return { sink, sender };
}

const claimNow = ({ store }: TestSender, id: string) => {
  const now = new Date();
  return store.claim(id, { leaseId: randomUUID(), now, until: new Date(now.getTime() + 60_000) });
};

const slow = (say: string) => ({ after: 3 * leaseMs, say });

const slowSteps = { RCPT: slow('250 2.1.5 ok'), dot: slow('250 2.0.0 kept') } as const;

for (const [step, answer] of Object.entries(slowSteps)) {
  test(`an attempt that lasts three leases at ${step} keeps its delivery and delivers it once`, async () => {
    const { sink, sender } = await scene({ [step]: answer });
    const delivery = aDelivery();
    const sending = sender.send(delivery);
    const claims: unknown[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      await pause(leaseMs / 3);
      claims.push(await claimNow(sender, delivery.id));
    }
    assert.equal((await sending).outcome, 'delivered');
    assert.deepEqual(new Set(claims), new Set([undefined]));
    assert.equal(sink.mails.length, 1);
    assert.equal(sender.store.find(delivery.id).lease?.until, undefined);
  });
}

test('with renewals failing past the lease another takes over, and the dot is not sent', async () => {
  const { sink, sender } = await scene({ RCPT: slow('250 2.1.5 ok') });
  const { renew } = sender.store;
  sender.store.renew = async () => {
    throw new Error('database away');
  };
  const delivery = aDelivery();
  const sending = sender.send(delivery);
  await pause(2 * leaseMs);
  sender.store.renew = renew;
  assert.equal((await claimNow(sender, delivery.id))?.attempt, 2);
  const result = await sending;
  assert.match(result.reason, /Another process/);
  assert.deepEqual(sink.mails, []);
  assert.ok(!sink.commands.includes('.'));
});

test('a renewal that fails once costs nothing', async () => {
  const { sink, sender } = await scene({ RCPT: slow('250 2.1.5 ok') });
  const { renew } = sender.store;
  sender.store.renew = async () => {
    sender.store.renew = renew;
    throw new Error('database away');
  };
  assert.equal((await sender.send()).outcome, 'delivered');
  assert.equal(sink.mails.length, 1);
  assert.equal(sender.errors.length, 1);
});
