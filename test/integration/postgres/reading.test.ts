/**
 * Processes of the hot path keep the plans of their statements for as long as a connection lives, and a plan may be made while
 * the tables are empty. It must still find its rows by key when they are not.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { deliveryIdOf } from '@waybill/relay/id';
import type { ClaimedDelivery } from '@waybill/relay/ports';
import { resultOf } from '../../support/attempt-result.ts';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, someId, someMessage, somePrepared } from './some.ts';

const opened = await openTestDatabase();
const accountId = await addAccount(opened.database);
// One connection: its plans are made by the first message.
const database = openDatabase({
  url: opened.url,
  applicationName: 'reading',
  keepsPlans: true,
  poolSize: 1,
});
const messages = openMessageStore({ database });
const deliveries = openDeliveryStore({ database });
after(async () => {
  await database.close();
  await opened.close();
});

async function claim(deliveryId: string): Promise<ClaimedDelivery> {
  const now = new Date(Date.now() + 1_000);
  const lease = { leaseId: someId(), now, until: new Date(now.getTime() + 60_000) };
  return (await deliveries.claim(deliveryId, lease)) ?? assert.fail('not claimed');
}

async function deliver(held: ClaimedDelivery): Promise<void> {
  const { id: deliveryId, leaseId } = held;
  await deliveries.renew([{ deliveryId, leaseId }], new Date(Date.now() + 90_000));
  assert.ok(await deliveries.markDotSent(deliveryId, leaseId, new Date()));
  assert.ok(await deliveries.saveAttempt(resultOf(held)));
}

/** A message from its acceptance to its end, once put back on the way. */
async function live(): Promise<void> {
  const message = someMessage(accountId);
  await messages.accept(message);
  await messages.load(message.id);
  await messages.savePrepared(somePrepared(message));
  const deliveryId = deliveryIdOf(message.id, 0);
  const { leaseId } = await claim(deliveryId);
  await deliveries.putBack(deliveryId, leaseId, new Date());
  await deliver(await claim(deliveryId));
}

const readSql = `
  SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname ~ $1)
       + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname ~ $1) AS rows`;

async function rowsRead(): Promise<number> {
  await database.pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await opened.database.pool.query(readSql, ['_w[0-9]{8}$']);
  return Number(rows[0].rows);
}

/** Rows that the server reads for 100 messages. */
async function rowsReadByHundred(): Promise<number> {
  const before = await rowsRead();
  for (let n = 0; n < 100; n++) await live();
  return (await rowsRead()) - before;
}

test('what the server reads for a message does not grow with the messages that are stored', async (t) => {
  await live();
  const few = await rowsReadByHundred();
  for (let n = 0; n < 300; n++) await live();
  const many = await rowsReadByHundred();
  // Nothing is due now, so the statistics say that the index of due rows is empty. PostgreSQL plans anew after them.
  await opened.database.pool.query('ANALYZE');
  const later = await rowsReadByHundred();
  t.diagnostic(
    `rows read a message: ${few / 100} among the first, ${many / 100} later, ${later / 100} after ANALYZE`,
  );
  assert.ok(few < 10_000, `${few / 100} rows a message among the first`);
  assert.ok(many < few * 1.5, `${many / 100} rows a message later, ${few / 100} at first`);
  assert.ok(later < few * 1.5, `${later / 100} rows a message after ANALYZE, ${few / 100} at first`);
});
