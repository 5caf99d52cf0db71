import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openListener } from '@waybill/io/postgres/connection/listener';
import { deliveryLookup } from '@waybill/io/postgres/deliveries/delivery-lookup';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { suppressionList } from '@waybill/io/postgres/directory/suppression-list';
import { openEventStore } from '@waybill/io/postgres/mail-store/event-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { reportStore } from '@waybill/io/postgres/mail-store/report-store';
import { sweeper } from '@waybill/io/postgres/upkeep/sweeper';
import type { EventRow } from '@waybill/relay/ports';
import { openTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { addAccount, someId, someMessage, somePrepared } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const messages = openMessageStore({ database });
const events = openEventStore({ database });
const sweep = sweeper(database);
const accountId = await addAccount(database);
after(() => opened.close());

const later = (from: Date, milliseconds: number): Date => new Date(from.getTime() + milliseconds);

async function someDelivery() {
  const message = someMessage(accountId);
  await messages.accept(message);
  const prepared = somePrepared(message);
  await messages.savePrepared(prepared);
  return { message, at: prepared.at, id: prepared.deliveries[0]?.id ?? '' };
}

const someEvent = (
  delivery: { readonly id: string; readonly message: { readonly id: string } },
  over: Partial<EventRow>,
): EventRow => ({
  id: someId(),
  accountId,
  messageId: delivery.message.id,
  deliveryId: delivery.id,
  type: 'opened',
  occurredAt: new Date(),
  detail: {},
  ...over,
});

const statusOf = async (id: string) =>
  (await database.pool.query('SELECT status, reason, next_action_at FROM delivery WHERE id = $1', [id]))
    .rows[0];

test('the same event twice is one event', async () => {
  const delivery = await someDelivery();
  const event = someEvent(delivery, {});
  await Promise.all([events.append(event), events.append(event)]);
  await events.append(event);
  const { rowCount } = await database.pool.query('SELECT FROM event WHERE id = $1', [event.id]);
  assert.equal(rowCount, 1);
});

test('events that come together move a delivery through all of them, and it has nothing left to do at the end', async () => {
  const delivery = await someDelivery();
  await Promise.all([
    events.append(someEvent(delivery, { type: 'delivered' })),
    events.append(someEvent(delivery, { type: 'opened' })),
    events.append(someEvent(delivery, { type: 'complained', detail: { reason: 'Ada pressed spam' } })),
  ]);
  assert.deepEqual(await statusOf(delivery.id), {
    status: 'complained',
    reason: 'Ada pressed spam',
    next_action_at: null,
  });
  await events.append(someEvent(delivery, { type: 'delivered' }));
  assert.equal((await statusOf(delivery.id)).status, 'complained');
});

test('an event of one account moves no delivery of another', async () => {
  const delivery = await someDelivery();
  const stranger = await addAccount(database);
  await events.append(someEvent(delivery, { accountId: stranger, type: 'bounced' }));
  assert.equal((await statusOf(delivery.id)).status, 'queued');
});

test('an open of a deferred delivery does not stop it: it must be tried again', async () => {
  const delivery = await someDelivery();
  await events.append(someEvent(delivery, { type: 'deferred' }));
  await events.append(someEvent(delivery, { type: 'opened' }));
  const row = await statusOf(delivery.id);
  assert.equal(row.status, 'deferred');
  assert.ok(row.next_action_at);
});

test('the sweeper finds what was saved and never enqueued, once for all sweepers, and again when no process handled it', async () => {
  const message = someMessage(accountId);
  await messages.accept(message);
  const soon = later(message.acceptedAt, 10_000);
  assert.ok(!(await sweep.due('accepted', soon, 1_000)).includes(message.id));
  const now = later(message.acceptedAt, 31_000);
  const found = await Promise.all([sweep.due('accepted', now, 1_000), sweep.due('accepted', now, 1_000)]);
  assert.equal(found.flat().filter((id) => id === message.id).length, 1);
  assert.ok(!(await sweep.due('accepted', later(now, 1_000), 1_000)).includes(message.id));
  assert.ok((await sweep.due('accepted', later(now, 61_000), 1_000)).includes(message.id));
  await messages.savePrepared(somePrepared(message));
  assert.ok(!(await sweep.due('accepted', later(now, 600_000), 1_000)).includes(message.id));
});

test('a message whose preparation keeps failing is swept at ever longer intervals', async () => {
  const message = someMessage(accountId, { acceptedAt: later(new Date(), -31_000) });
  await messages.accept(message);
  const isDue = async (milliseconds: number) =>
    (await sweep.due('accepted', later(message.acceptedAt, milliseconds), 1_000)).includes(message.id);
  for (let run = 0; run < 3; run++) await messages.load(message.id);
  assert.equal(await isDue(31_000), true);
  assert.equal(await isDue(31_000 + 8 * 40_000 - 1_000), false);
  assert.equal(await isDue(31_000 + 8 * 40_000 + 1_000), true);
});

test('a message with a time to send is not swept before it', async () => {
  const message = someMessage(accountId, { sendAt: later(new Date(), 3_600_000) });
  await messages.accept(message);
  assert.ok(!(await sweep.due('accepted', later(new Date(), 3_500_000), 1_000)).includes(message.id));
  assert.ok((await sweep.due('accepted', later(new Date(), 3_601_000), 1_000)).includes(message.id));
});

test('a leased delivery is left alone until the lease ends, and a job does not make it early', async () => {
  const { id, at } = await someDelivery();
  const deliveries = openDeliveryStore({ database });
  const lease = { leaseId: someId(), now: at, until: later(at, 900_000) };
  assert.ok(await deliveries.claim(id, lease));
  assert.ok(!(await sweep.due('delivery', later(at, 600_000), 1_000)).includes(id));
  assert.ok((await sweep.due('delivery', later(at, 901_000), 1_000)).includes(id));
  const again = { leaseId: someId(), now: later(at, 902_000), until: later(at, 1_000_000) };
  assert.equal((await deliveries.claim(id, again))?.attempt, 2);
});

test('a report is kept once, swept while unread, and finished', async () => {
  const reports = reportStore(database);
  const { id: deliveryId } = await someDelivery();
  const receivedAt = new Date();
  const report = {
    id: someId(),
    bytes: Buffer.from([0, 255, 13, 10]),
    receivedAt,
    deliveryId,
    detail: { mailFrom: '' },
  };
  await reports.save(report);
  await reports.save(report);
  assert.ok((await sweep.due('report', later(receivedAt, 31_000), 100)).includes(report.id));
  await reports.finish(report.id, { kind: 'dsn', detail: { action: 'failed' }, accountId });
  assert.deepEqual(await reports.load(report.id), {
    ...report,
    accountId,
    kind: 'dsn',
    detail: { mailFrom: '', action: 'failed' },
  });
  assert.ok(!(await sweep.due('report', later(receivedAt, 600_000), 100)).includes(report.id));
  assert.equal(await reports.load(someId()), undefined);
});

test('a delivery is looked up by its id', async () => {
  const { id, message } = await someDelivery();
  const found = await deliveryLookup(database).find(id);
  assert.deepEqual(
    [found?.messageId, found?.accountId, found?.status, found?.streamId],
    [message.id, accountId, 'queued', undefined],
  );
  assert.equal(await deliveryLookup(database).find(someId()), undefined);
});

test('a suppression stops the whole account or one stream, never another account', async () => {
  const list = suppressionList(database);
  const stranger = await addAccount(database);
  const [codes, news] = [someId(), someId()];
  await list.add(accountId, { address: 'all@r.example', reason: 'manual', streamId: undefined }, {});
  await list.add(
    accountId,
    { address: 'news@r.example', reason: 'unsubscribe', streamId: news },
    { by: 'click' },
  );
  await list.add(accountId, { address: 'news@r.example', reason: 'complaint', streamId: news }, {});
  const addresses = ['all@r.example', 'news@r.example', 'free@r.example', 'a\0b@r.example'];
  const among = async (account: string, stream: string | undefined) =>
    [...(await list.among(account, stream, addresses))].map(([address, { reason }]) => [address, reason]);
  assert.deepEqual(await among(accountId, undefined), [['all@r.example', 'manual']]);
  assert.deepEqual(await among(accountId, codes), [['all@r.example', 'manual']]);
  assert.deepEqual(await among(accountId, news), [
    ['all@r.example', 'manual'],
    ['news@r.example', 'unsubscribe'],
  ]);
  assert.deepEqual(await among(stranger, news), []);
});

test('an expired suppression stops no mail, and a new one takes its place', async () => {
  const list = suppressionList(database);
  const suppression = { address: 'back@r.example', reason: 'hard_bounce', streamId: undefined } as const;
  await list.add(accountId, suppression, {});
  await database.pool.query(
    "UPDATE suppression SET expires_at = now() - interval '1 s' WHERE address = 'back@r.example'",
  );
  assert.equal((await list.among(accountId, undefined, ['back@r.example'])).size, 0);
  await list.add(accountId, { ...suppression, reason: 'complaint' }, {});
  assert.equal(
    (await list.among(accountId, undefined, ['back@r.example'])).get('back@r.example')?.reason,
    'complaint',
  );
});

test('a list in memory sees every change at once, and a long list is queried', async () => {
  const listener = openListener(database);
  const list = suppressionList(database, { listener });
  const own = await addAccount(database);
  const isListed = async (address: string): Promise<boolean> =>
    (await list.among(own, undefined, [address])).has(address);
  /** Before the list would be read again anyway, which is after 5 s. */
  const becomes = (address: string, wanted: boolean): Promise<boolean> =>
    eventually(
      `${address} is ${wanted ? 'listed' : 'free'}`,
      async () => (await isListed(address)) === wanted,
      4,
    );
  assert.equal(await isListed('one@r.example'), false);
  // The listener may still be connecting: after the first change that arrives, it listens.
  await list.add(own, { address: 'one@r.example', reason: 'manual', streamId: undefined }, {});
  await becomes('one@r.example', true);
  await database.pool.query("UPDATE suppression SET expires_at = now() WHERE address = 'one@r.example'");
  await becomes('one@r.example', false);
  const many = Array.from({ length: 1_200 }, (_, number) => `r${number}@many.example`);
  await database.pool.query(
    `INSERT INTO suppression (id, account_id, address, reason)
     SELECT gen_random_uuid(), $1, address, 'manual' FROM unnest($2::text[]) AS address`,
    [own, many],
  );
  await becomes('r1199@many.example', true);
  assert.equal(await isListed('one@r.example'), false);
  await database.pool.query("DELETE FROM suppression WHERE address LIKE '%@many.example'");
  await becomes('r1199@many.example', false);
  await listener.close();
});

test('a suppression until a date gives way to one without end, and not the other way round', async () => {
  const id = await addAccount(database);
  const lists = suppressionList(database);
  const one = { address: 'gone@r.example', reason: 'hard_bounce', streamId: undefined } as const;
  const expiresAt = later(new Date(), 60_000);
  const kept = async (): Promise<unknown> =>
    (await database.pool.query('SELECT expires_at FROM suppression WHERE account_id = $1', [id])).rows;
  await lists.add(id, { ...one, expiresAt }, {});
  assert.deepEqual(await kept(), [{ expires_at: expiresAt }]);
  await lists.add(id, one, {});
  assert.deepEqual(await kept(), [{ expires_at: null }]);
  await lists.add(id, { ...one, expiresAt }, {});
  assert.deepEqual(await kept(), [{ expires_at: null }]);
});
