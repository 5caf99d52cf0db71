import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openLog } from '@waybill/io/log/log';
import { openMetrics } from '@waybill/io/metrics/metrics';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { eventIdOf } from '@waybill/io/postgres/mail-store/event-id';
import { openEventStore } from '@waybill/io/postgres/mail-store/event-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { messages as openMessages } from '@waybill/io/postgres/reading/messages';
import { ledger } from '@waybill/io/postgres/upkeep/ledger';
import { checkLedger } from '../../../apps/worker/src/check-ledger.ts';
import { bareResultOf } from '../../support/attempt-result.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { movedIds } from '../../support/moved-ids.ts';
import { addAccount, someId, someMessage, somePrepared } from './some.ts';

const hour = 3_600_000;
let opened: TestDatabase;
let accountId: string;
before(async () => {
  opened = await openTestDatabase();
  accountId = await addAccount(opened.database);
});
after(() => opened.close());

const store = () => openMessageStore({ database: opened.database });
const books = () => ledger(opened.database);
const change = (sql: string, id: string) => opened.database.pool.query(sql, [id]);

async function accepted(acceptedAt = new Date()) {
  const message = someMessage(accountId, { acceptedAt });
  await store().accept(message);
  return message;
}

async function prepared(acceptedAt = new Date()) {
  const message = await accepted(acceptedAt);
  const made = somePrepared(message, { at: acceptedAt });
  await store().savePrepared(made);
  const [delivery] = made.deliveries;
  assert.ok(delivery);
  return { message, delivery };
}

const foundAbout = async (id: string, due = new Date(Date.now() - hour)) =>
  (await books().outside(due, 100))
    .filter((one) => one.messageId === id)
    .map(({ kind, state, fault }) => `${kind} ${state} ${fault}`);

test('mail with a next action, and held mail, is no finding', async () => {
  const [waiting, sent, held] = [await accepted(), await prepared(), await accepted()];
  await store().saveHeld(held.id, 'It could not be prepared.', new Date());
  for (const { id } of [waiting, sent.message, held]) assert.deepEqual(await foundAbout(id), []);
});

test('mail that waits beyond its expiry is overdue', async () => {
  const message = await accepted(new Date(Date.now() - 3 * hour));
  assert.deepEqual(await foundAbout(message.id), ['message accepted overdue']);
  const { message: sent, delivery } = await prepared();
  await change(`UPDATE delivery SET expires_at = now() - interval '2 hours' WHERE id = $1`, delivery.id);
  assert.deepEqual(await foundAbout(sent.id), ['delivery queued overdue']);
});

test('a message that is scheduled for tomorrow is not overdue', async () => {
  const message = someMessage(accountId, {
    acceptedAt: new Date(Date.now() - 3 * hour),
    sendAt: new Date(Date.now() + 24 * hour),
  });
  await store().accept(message);
  assert.deepEqual(await foundAbout(message.id), []);
});

test('reports a message that has no job and no next action as stranded', async () => {
  const message = await accepted();
  await change('UPDATE message SET next_action_at = NULL WHERE id = $1', message.id);
  assert.deepEqual(await foundAbout(message.id), ['message accepted stranded']);
  const { message: sent, delivery } = await prepared();
  await change('UPDATE delivery SET next_action_at = NULL WHERE id = $1', delivery.id);
  assert.deepEqual(await foundAbout(sent.id), ['delivery queued stranded']);
});

test('a processed message without a delivery is childless', async () => {
  const { message, delivery } = await prepared();
  await change('DELETE FROM delivery WHERE id = $1', delivery.id);
  assert.deepEqual(await foundAbout(message.id), ['message processed childless']);
});

/** Claims, sends the dot, and ends without an answer, as the sender does it. */
async function unanswered(retryAt?: Date) {
  const { message, delivery } = await prepared();
  const deliveries = openDeliveryStore({ database: opened.database });
  const now = new Date();
  const claim = await deliveries.claim(delivery.id, {
    leaseId: someId(),
    now,
    until: new Date(Date.now() + hour),
  });
  assert.ok(claim);
  assert.equal(await deliveries.markDotSent(claim.id, claim.leaseId, now), true);
  const reason = 'The final dot was sent and no reply came.';
  await deliveries.saveAttempt(
    bareResultOf(claim, { outcome: 'unknown', reason, retryAt, host: 'mx.rcpt.example' }),
  );
  return { message, delivery };
}

const detailOf = async (id: string) => openMessages(opened.database).one(accountId, id);

test('an unanswered attempt is counted, shown, and settled by later evidence', async () => {
  const before = await books().counts(new Date(Date.now() - hour));
  const settledBy = [
    ['opened', 'delivered'],
    ['bounced', 'bounced'],
  ] as const;
  for (const [type, status] of settledBy) {
    const { message, delivery } = await unanswered();
    assert.deepEqual(await foundAbout(message.id), [], 'it stands still on purpose');
    const stopped = await detailOf(message.id);
    assert.deepEqual(
      stopped?.deliveries.map((one) => one.status),
      ['unknown'],
    );
    const occurredAt = new Date();
    await openEventStore({ database: opened.database }).append({
      id: eventIdOf(delivery.id, type, occurredAt),
      accountId,
      messageId: message.id,
      deliveryId: delivery.id,
      type,
      occurredAt,
      detail: { recipient: delivery.recipient, reason: `Evidence: ${type}.` },
    });
    const settled = await detailOf(message.id);
    assert.deepEqual(
      settled?.deliveries.map((one) => [one.status, one.reason]),
      [[status, `Evidence: ${type}.`]],
    );
    assert.ok(
      settled?.events.some((event) => event.type === 'unknown'),
      'the doubt stays in the history',
    );
  }
  const { unansweredAttempts } = await books().counts(new Date(Date.now() - hour));
  assert.equal(unansweredAttempts, before.unansweredAttempts + settledBy.length);
});

test('under prefer_delivery an unanswered attempt is tried again and stays counted', async () => {
  const { message } = await unanswered(new Date(Date.now() + 1_000));
  const waiting = await detailOf(message.id);
  assert.deepEqual(
    waiting?.deliveries.map((one) => one.status),
    ['unknown'],
  );
  const { rows } = await opened.database.pool.query(
    'SELECT next_action_at IS NOT NULL AS due FROM delivery WHERE message_id = $1',
    [message.id],
  );
  assert.deepEqual(rows, [{ due: true }]);
  assert.ok(waiting?.deliveries[0]?.nextAttemptAt, 'the next attempt is shown');
});

const standingOf = async (id: string) =>
  (await detailOf(id))?.deliveries.map(({ status, nextAttemptAt }) => [status, nextAttemptAt]);
const lastEventOf = async (id: string) => (await detailOf(id))?.events.at(-1)?.type;

test('an unknown delivery that is cancelled is not sent again and stays unknown', async () => {
  const { message } = await unanswered(new Date(Date.now() + hour));
  assert.equal(
    (await movedIds(openMessages(opened.database).cancel(accountId, [message.id], new Date()))).length,
    1,
  );
  assert.deepEqual(await standingOf(message.id), [['unknown', undefined]]);
  assert.equal(await lastEventOf(message.id), 'unknown');
  assert.deepEqual(
    await movedIds(openMessages(opened.database).cancel(accountId, [message.id], new Date())),
    [],
  );
});

/** Claims, sends the dot, and never ends: the process died. */
async function abandoned(untilMs: number) {
  const { message, delivery } = await prepared();
  const deliveries = openDeliveryStore({ database: opened.database });
  const now = new Date();
  const until = new Date(now.getTime() + untilMs);
  const claim = await deliveries.claim(delivery.id, { leaseId: someId(), now, until });
  assert.ok(claim && (await deliveries.markDotSent(claim.id, claim.leaseId, now)));
  return { message, delivery, deliveries, until };
}

test('a cancelled delivery whose process died past the final dot is unknown', async () => {
  const { message, until } = await abandoned(10_000);
  const cancel = (at: Date) => movedIds(openMessages(opened.database).cancel(accountId, [message.id], at));
  assert.deepEqual(await cancel(new Date(until.getTime() - 1)), [], 'it may be on its way');
  assert.equal((await cancel(until)).length, 1);
  assert.deepEqual(await standingOf(message.id), [['unknown', undefined]]);
});

test('the event of an attempt whose process died after the final dot comes before that of the next attempt', async () => {
  const { message, delivery, deliveries, until } = await abandoned(10_000);
  const claim = await deliveries.claim(delivery.id, {
    leaseId: someId(),
    now: until,
    until: new Date(until.getTime() + hour),
  });
  assert.ok(claim?.unanswered);
  const retryAt = new Date(until.getTime() + hour);
  const { unanswered } = claim;
  await deliveries.saveAttempt(
    bareResultOf(claim, { endedAt: until, outcome: 'deferred', retryAt, unanswered }),
  );
  assert.deepEqual(await standingOf(message.id), [['unknown', retryAt]]);
  const detail = await detailOf(message.id);
  assert.deepEqual(
    detail?.events.slice(-2).map(({ type }) => type),
    ['unknown', 'deferred'],
  );
});

test('the daily check names each and counts them all', async () => {
  const message = await accepted();
  await change('UPDATE message SET next_action_at = NULL WHERE id = $1', message.id);
  const lines: string[] = [];
  const log = openLog({ level: 'error', name: 'test' }, { write: (line: string) => void lines.push(line) });
  const metrics = openMetrics('test');
  await checkLedger({ ledger: books(), now: () => new Date(), graceMs: hour, log, metrics });
  assert.ok(lines.some((line) => line.includes(message.id) && line.includes('stranded')));
  assert.match((await metrics.exposition()).text, /waybill_outside_end_states\{process="test"\} [1-9]/);
});
