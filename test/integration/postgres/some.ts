import { randomBytes } from 'node:crypto';
import type { Database } from '@waybill/io/postgres/connection/database';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { deliveryIdOf, makeId } from '@waybill/relay/id';
import type { AcceptedMessage, PreparedMessage } from '@waybill/relay/ports';
import { resultOf } from '../../support/attempt-result.ts';

/** Builders: a whole thing with one override. */
export const someId = (at: Date = new Date()): string => makeId(at, randomBytes(10));

export function someMessage(accountId: string, over: Partial<AcceptedMessage> = {}): AcceptedMessage {
  const id = over.id ?? someId(over.acceptedAt ?? new Date());
  return {
    id,
    accountId,
    credentialId: undefined,
    streamId: undefined,
    envelope: {
      mailFrom: 'app@acme.test',
      rcptTo: ['ada@rcpt.example'],
      smtpUtf8: false,
      body: '7bit',
    },
    bytes: Buffer.from('From: app@acme.test\r\nSubject: Hello\r\n\r\nHi\r\n'),
    options: {},
    session: {
      via: 'smtp',
      clientIp: '192.0.2.1',
      heloName: 'app.acme.test',
      protocol: 'ESMTPA',
      tls: undefined,
      listener: undefined,
      mechanism: undefined,
    },
    resolution: {
      accountId,
      credentialId: undefined,
      by: 'auth',
      reason: 'the credential names the account',
      rejected: [],
    },
    notes: [],
    headerFrom: 'app@acme.test',
    subject: 'Hello',
    messageIdHeader: '<1@acme.test>',
    sandbox: false,
    acceptedAt: new Date(),
    sendAt: undefined,
    ...over,
  };
}

export function somePrepared(message: AcceptedMessage, over: Partial<PreparedMessage> = {}): PreparedMessage {
  const at = over.at ?? new Date();
  return {
    messageId: message.id,
    accountId: message.accountId,
    streamId: message.streamId,
    resolution: message.resolution,
    notes: [{ step: 'strip-bcc', what: 'nothing to strip' }],
    sandbox: false,
    at,
    deliveries: message.envelope.rcptTo.map((recipient, index) => ({
      id: deliveryIdOf(message.id, index),
      recipient,
      index,
      status: 'queued',
      reason: 'waits for its first attempt',
      returnPath: `b-${index}@bounces.waybill.test`,
      patch: Buffer.from([1, 2, index]),
      notes: [],
      expiresAt: new Date(at.getTime() + 172_800_000),
    })),
    ...over,
  };
}

/** A row of `account` without the rest of the product. */
export async function addAccount(database: Database, name = 'Acme'): Promise<string> {
  const id = someId();
  await database.pool.query('INSERT INTO account (id, name) VALUES ($1, $2)', [id, name]);
  return id;
}

/** A domain that the account may send as. */
export async function addVerifiedDomain(
  database: Database,
  accountId: string,
  domain: string,
): Promise<void> {
  await database.pool.query(
    "INSERT INTO sender_domain (id, account_id, domain, status, verified_at) VALUES ($1, $2, $3, 'verified', now())",
    [someId(), accountId, domain],
  );
}

/** One message all the way to its recipient's server. */
export async function deliverOne(database: Database, accountId: string): Promise<AcceptedMessage> {
  const messages = openMessageStore({ database });
  const deliveries = openDeliveryStore({ database });
  const message = someMessage(accountId);
  await messages.accept(message);
  await messages.savePrepared(somePrepared(message));
  const now = new Date();
  const lease = { leaseId: someId(), now, until: new Date(now.getTime() + 60_000) };
  const claim = await deliveries.claim(deliveryIdOf(message.id, 0), lease);
  if (!claim) throw new Error('The delivery could not be claimed');
  await deliveries.saveAttempt(resultOf(claim, { endedAt: now }));
  return message;
}
