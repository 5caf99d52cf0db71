import { after } from 'node:test';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { type DeliveriesBench, deliveriesContract } from '../../support/contracts/deliveries.ts';
import { openTestDatabase } from '../../support/database.ts';
import { inMemoryDeliveries } from '../../support/in-memory-deliveries.ts';
import { addAccount, someMessage, somePrepared } from '../postgres/some.ts';

const opened = await openTestDatabase();
const { database } = opened;
after(() => opened.close());
const messages = openMessageStore({ database });
const accountId = await addAccount(database);

function made() {
  const message = someMessage(accountId, { options: { requireTls: true } });
  const prepared = somePrepared(message);
  const [delivery] = prepared.deliveries;
  if (!delivery) throw new Error('a message without a recipient');
  const { id, recipient, returnPath = '', patch = Buffer.alloc(0), expiresAt } = delivery;
  return {
    message,
    prepared,
    delivery: {
      id,
      messageId: message.id,
      accountId,
      streamId: undefined,
      recipient,
      returnPath,
      envelope: message.envelope,
      source: message.bytes,
      patch,
      sandbox: false,
      requireTls: true,
      credentialId: message.credentialId,
      headerFrom: message.headerFrom,
      bypassSuppression: false,
      status: 'queued' as const,
      releasedAt: undefined,
      acceptedAt: message.acceptedAt,
      expiresAt,
    },
  };
}

const stored: DeliveriesBench = {
  store: openDeliveryStore({ database }),
  async make() {
    const { message, prepared, delivery } = made();
    await messages.accept(message);
    await messages.savePrepared(prepared);
    return { ...delivery, at: prepared.at };
  },
  async standing(id) {
    const { rows } = await database.pool.query('SELECT status, reason FROM delivery WHERE id = $1', [id]);
    return rows[0];
  },
};
deliveriesContract('PostgreSQL', () => stored);

const twin = inMemoryDeliveries();
deliveriesContract('in memory', () => ({
  store: twin,
  async make() {
    const { prepared, delivery } = made();
    twin.add(delivery, prepared.at);
    return { ...delivery, at: prepared.at };
  },
  async standing(id) {
    const { status, reason } = twin.find(id);
    return { status, reason };
  },
}));
