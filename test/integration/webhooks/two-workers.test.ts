/** Two workers that send to the webhooks of one account: more processes do not mean more requests at a time. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openReceiver } from '../../support/receiver.ts';
import { openInstallation } from './installation.ts';

const installation = await openInstallation();
const second = installation.addWorker();
after(async () => {
  await second.close();
  await installation.close();
});

/** Counts what goes on at a time. */
function openCount() {
  const count = { now: 0, most: 0 };
  return {
    count,
    async during(): Promise<void> {
      count.now += 1;
      count.most = Math.max(count.most, count.now);
      await wait(150);
      count.now -= 1;
    },
  };
}

/** Webhooks of one account, each with its own endpoint and this number of events that wait. */
async function scene(webhooks: number, events: number) {
  const total = openCount();
  const accountId = await installation.addAccount();
  const endpoints = [];
  for (let made = 0; made < webhooks; made++) {
    const own = openCount();
    const receiver = await openReceiver(async () => {
      await Promise.all([total.during(), own.during()]);
      return 200;
    });
    after(receiver.close);
    const { id } = await installation.addWebhook(accountId, receiver.url);
    endpoints.push({ id, receiver, count: own.count });
  }
  await installation.read();
  for (let happened = 0; happened < events; happened++)
    await installation.addEvents(accountId, installation.someId(), ['delivered']);
  await installation.read();
  return { endpoints, total: total.count };
}

test('over all workers an account has at most 16 requests at a time, and every event arrives once', async () => {
  const { endpoints, total } = await scene(4, 24);
  await Promise.all(endpoints.map(({ id }, index) => (index % 2 === 0 ? installation : second).send(id)));
  for (const { receiver } of endpoints)
    assert.equal(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size, 24);
  assert.ok(total.most <= 16, `${total.most} requests at a time`);
  assert.ok(total.most > 8, `${total.most} requests at a time: both workers send`);
});

test('two workers that are asked for one webhook at once send to it with the requests of one', async () => {
  const { endpoints } = await scene(1, 40);
  const [{ id, receiver, count } = assert.fail()] = endpoints;
  await Promise.all([installation.send(id), second.send(id)]);
  assert.equal(receiver.got.length, 40, 'each event once');
  assert.ok(count.most <= 8, `${count.most} requests at a time`);
});
