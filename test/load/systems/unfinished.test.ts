import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { deliveryIdOf } from '@waybill/relay/id';
import {
  addAccount,
  deliverOne,
  someId,
  someMessage,
  somePrepared,
} from '../../integration/postgres/some.ts';
import { resultOf } from '../../support/attempt-result.ts';
import { openTestDatabase } from '../../support/database.ts';
import { describeUnfinished } from './unfinished.ts';

const db = await openTestDatabase();
const account = await addAccount(db.database);
after(() => db.close());

test('where everything was delivered the description says so', async () => {
  await deliverOne(db.database, account);
  assert.equal(await describeUnfinished(db.url), 'by its database everything was delivered');
});

test('what is not delivered is counted by its state, its reason, and whether it is still due', async () => {
  const messages = openMessageStore(db);
  const deliveries = openDeliveryStore(db);
  const accept = async () => {
    const message = someMessage(account);
    await messages.accept(message);
    return message;
  };
  await accept();
  await accept();
  await messages.saveHeld((await accept()).id, 'It could not be prepared.', new Date());
  const prepared = await accept();
  await messages.savePrepared(somePrepared(prepared));
  const now = new Date();
  const lease = { leaseId: someId(), now, until: new Date(now.getTime() + 60_000) };
  const claim = await deliveries.claim(deliveryIdOf(prepared.id, 0), lease);
  assert.ok(claim);
  const reason = 'They do not know the mailbox.';
  await deliveries.saveAttempt(resultOf(claim, { outcome: 'bounced', reason, endedAt: now }));
  const lines = (await describeUnfinished(db.url)).split(' · ');
  assert.equal(lines[0], '2 × message accepted, still due: no reason given');
  assert.deepEqual(lines.slice(1).toSorted(), [
    `1 × delivery bounced: ${reason}; last attempt: bounced, ${reason}`,
    '1 × message held: It could not be prepared.',
  ]);
});
