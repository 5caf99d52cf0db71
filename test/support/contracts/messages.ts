import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AcceptedMessage, MessageStore, PreparedClaim, PreparedMessage } from '@waybill/relay/ports';

export type MessagesBench = {
  readonly store: MessageStore;
  /** A message that is not accepted yet, and its prepared form. */
  make(): Promise<{ readonly message: AcceptedMessage; readonly prepared: PreparedMessage }>;
};

type Case = readonly [title: string, work: (bench: MessagesBench) => Promise<void>];

const at = new Date();
const leaseId = '01900000-0000-4000-8000-0000000000aa';

const claimOf = (message: AcceptedMessage, deliveryId: string, id: string): PreparedClaim => ({
  stored: message,
  leaseIds: new Map([[deliveryId, id]]),
  until: new Date(at.getTime() + 60_000),
});

/** Absent and undefined are one and the same. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const cases: readonly Case[] = [
  [
    'a message is there once it was accepted, as it was',
    async ({ store, make }) => {
      const { message } = await make();
      assert.equal(await store.load(message.id), undefined);
      await store.accept(message);
      const expected = { ...message, state: 'accepted', processAttempts: 1, isRunCounted: false };
      assert.deepEqual(plain(await store.load(message.id)), plain(expected));
    },
  ],
  [
    'the same id twice is one message, the first',
    async ({ store, make }) => {
      const { message } = await make();
      await Promise.all([store.accept(message), store.accept(message)]);
      await store.accept({ ...message, bytes: Buffer.from('Subject: other\r\n\r\n') });
      assert.deepEqual((await store.load(message.id))?.bytes, message.bytes);
    },
  ],
  [
    'each look at an unprocessed message counts as a run',
    async ({ store, make }) => {
      const message = { ...(await make()).message, acceptedAt: new Date(Date.now() - 31_000) };
      await store.accept(message);
      await store.load(message.id);
      const { processAttempts, isRunCounted } = (await store.load(message.id)) ?? {};
      assert.deepEqual([processAttempts, isRunCounted], [2, true]);
    },
  ],
  [
    'in the first half minute a load is the first run, and counts only when a failure is reported',
    async ({ store, make }) => {
      const { message } = await make();
      await store.accept(message);
      await store.load(message.id);
      const { processAttempts, isRunCounted } = (await store.load(message.id)) ?? {};
      assert.deepEqual([processAttempts, isRunCounted], [1, false]);
      await store.countRun(message.id);
      assert.equal((await store.load(message.id))?.processAttempts, 2);
    },
  ],
  [
    'prepared once, it is processed for good: it is not held, not prepared again, and counts no more runs',
    async ({ store, make }) => {
      const { message, prepared } = await make();
      await store.accept(message);
      await Promise.all([store.savePrepared(prepared), store.savePrepared(prepared)]);
      await store.saveHeld(message.id, 'too late', at);
      const loaded = await store.load(message.id);
      assert.deepEqual([loaded?.state, loaded?.processAttempts], ['processed', 0]);
    },
  ],
  [
    'a delivery that is prepared with a lease is leased to the process that saved it first',
    async ({ store, make }) => {
      const { message, prepared } = await make();
      await store.accept(message);
      const [first] = prepared.deliveries;
      assert.ok(first);
      const claimed = await store.savePrepared(prepared, claimOf(message, first.id, leaseId));
      assert.deepEqual(
        claimed.map((one) => [one.id, one.leaseId, one.attempt, one.recipient, one.source]),
        [[first.id, leaseId, 1, first.recipient, message.bytes]],
      );
      assert.deepEqual(await store.savePrepared(prepared, claimOf(message, first.id, leaseId)), []);
    },
  ],
  [
    'prepared by two runs at once, each with a lease of its own, one of them claims its delivery',
    async ({ store, make }) => {
      const { message, prepared } = await make();
      await store.accept(message);
      const [delivery] = prepared.deliveries;
      assert.ok(delivery);
      const runs = [leaseId, leaseId.replace(/a$/, 'b')].map((id, run) => {
        const own = { ...prepared, at: new Date(prepared.at.getTime() + run) };
        return store.savePrepared(own, claimOf(message, delivery.id, id));
      });
      const claimed = (await Promise.all(runs)).map((of) => of.map((one) => [one.id, one.leaseId]));
      assert.deepEqual(claimed, [[[delivery.id, leaseId]], []]);
    },
  ],
  [
    'held, it stays held until it is prepared after all',
    async ({ store, make }) => {
      const { message, prepared } = await make();
      await store.accept(message);
      await store.saveHeld(message.id, 'poison', at);
      assert.equal((await store.load(message.id))?.state, 'held');
      await store.savePrepared(prepared);
      assert.equal((await store.load(message.id))?.state, 'processed');
    },
  ],
  [
    'discarded, it is neither prepared nor held',
    async ({ store, make }) => {
      const { message, prepared } = await make();
      await store.accept(message);
      const { id: messageId, resolution } = message;
      await store.saveDiscard({
        id: messageId,
        messageId,
        stage: 'worker',
        resolution: { ...resolution, accountId: undefined, by: undefined, reason: 'no account owns it' },
        evidence: {},
        occurredAt: at,
      });
      await store.savePrepared(prepared);
      await store.saveHeld(messageId, 'too late', at);
      assert.equal((await store.load(messageId))?.state, 'discarded');
    },
  ],
];

/** What every store of messages does, whatever it keeps them in. */
export function messagesContract(name: string, open: () => MessagesBench): void {
  for (const [title, work] of cases) test(`${name}: ${title}`, () => work(open()));
}
