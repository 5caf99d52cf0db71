import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, someId, someMessage, somePrepared } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const messages = openMessageStore({ database });
const deliveries = openDeliveryStore({ database });
const accountId = await addAccount(database);
after(() => opened.close());

const MEBIBYTE = 1_048_576;
const lines = (bytes: number): Buffer => Buffer.from('A line of seven-bit text.\r\n'.repeat(bytes / 27));

/** At each edge of what comes with its row and of a piece. */
const contents: Readonly<Record<string, Buffer>> = {
  'nothing at all': Buffer.alloc(0),
  'as much as comes with its row': randomBytes(MEBIBYTE / 4),
  'one byte more': randomBytes(MEBIBYTE / 4 + 1),
  'a piece': randomBytes(MEBIBYTE),
  'a piece and an byte': randomBytes(MEBIBYTE + 1),
  'several pieces': randomBytes(3 * MEBIBYTE + 7),
  'several pieces of text': lines(2.5 * MEBIBYTE),
};

const until = (): Date => new Date(Date.now() + 60_000);

for (const [what, bytes] of Object.entries(contents))
  test(`bytes of a message and of a patch come back as they were: ${what}`, async () => {
    const message = someMessage(accountId, { bytes });
    await messages.accept(message);
    const stored = await messages.load(message.id);
    assert.ok(stored?.bytes.equals(bytes));
    const plain = somePrepared(message);
    const [delivery] = plain.deliveries;
    assert.ok(delivery);
    await messages.savePrepared({ ...plain, deliveries: [{ ...delivery, patch: bytes }] });
    const lease = { leaseId: someId(), now: plain.at, until: until() };
    const claimed = await deliveries.claim(delivery.id, lease);
    assert.ok(claimed?.source.equals(bytes));
    assert.ok(claimed?.patch.equals(bytes));
  });

test('small and large messages share a statement, and each gets its own', async () => {
  const all = [10, 2 * MEBIBYTE, 20, MEBIBYTE + 3].map((size) =>
    someMessage(accountId, { bytes: randomBytes(size) }),
  );
  await Promise.all(all.map((message) => messages.accept(message)));
  const stored = await Promise.all(all.map(({ id }) => messages.load(id)));
  assert.ok(all.every(({ bytes }, index) => stored[index]?.bytes.equals(bytes)));
});
