import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { makeId } from '@waybill/relay/id';
import type { KeyedSubmission, SubmissionKeys } from '@waybill/relay/submission/submission-key';

export type SubmissionKeysBench = {
  readonly keys: SubmissionKeys;
  /** A fresh account. */
  account(): Promise<string>;
  /** The message of this id was stored. */
  keep(messageId: string, accountId: string): Promise<void>;
};

const now = new Date();
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const anId = (): string => makeId(now, randomBytes(10));
const content = (byte: number): Buffer => Buffer.alloc(32, byte);

const asked = (accountId: string, some: Partial<KeyedSubmission> = {}): KeyedSubmission => ({
  accountId,
  key: 'k-1',
  contentHash: content(1),
  now,
  ...some,
});

const reserve = ({ keys }: SubmissionKeysBench, submission: KeyedSubmission, messageId = anId()) =>
  keys.reserve({ ...submission, messageId, expiresAt: new Date(submission.now.getTime() + 86_400_000) });

type Case = readonly [title: string, work: (bench: SubmissionKeysBench) => Promise<void>];

const cases: readonly Case[] = [
  [
    'a key stands for one message: same content, same id; other content, conflict',
    async (bench) => {
      const { keys, keep, account } = bench;
      const submission = asked(await account());
      assert.deepEqual(await keys.find(submission), { state: 'unused' });
      const id = anId();
      assert.deepEqual(await reserve(bench, submission, id), { state: 'reserved', messageId: id });
      await keep(id, submission.accountId);
      assert.deepEqual(await keys.find(submission), { state: 'kept', messageId: id });
      assert.deepEqual(await reserve(bench, submission), { state: 'reserved', messageId: id });
      const other = { ...submission, contentHash: content(2) };
      assert.deepEqual(await keys.find(other), { state: 'conflict' });
      assert.deepEqual(await reserve(bench, other), { state: 'conflict' });
    },
  ],

  [
    'of many sessions at once with the same content all get one id',
    async (bench) => {
      const submission = asked(await bench.account());
      const reserved = await Promise.all(Array.from({ length: 8 }, () => reserve(bench, submission)));
      assert.equal(new Set(reserved.map((one) => JSON.stringify(one))).size, 1);
      assert.equal(reserved[0]?.state, 'reserved');
    },
  ],

  [
    'of many sessions at once with different contents one gets the key',
    async (bench) => {
      const accountId = await bench.account();
      const reserved = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          reserve(bench, asked(accountId, { contentHash: content(index) })),
        ),
      );
      assert.deepEqual(
        reserved.map(({ state }) => state).toSorted(),
        ['reserved', ...Array.from({ length: 7 }, () => 'running')].toSorted(),
      );
    },
  ],

  [
    'a process that died before it kept anything leaves the same content its id, and other content waits a minute',
    async (bench) => {
      const { keys, account } = bench;
      const submission = asked(await account());
      const first = await reserve(bench, submission);
      assert.deepEqual(await keys.find(submission), { state: 'unused' });
      assert.deepEqual(await reserve(bench, submission), first);
      const other = { ...submission, contentHash: content(2) };
      assert.deepEqual(await keys.find({ ...other, now: later(30) }), { state: 'running' });
      assert.deepEqual(await reserve(bench, { ...other, now: later(30) }), { state: 'running' });
      assert.deepEqual(await keys.find({ ...other, now: later(61) }), { state: 'unused' });
      const id = anId();
      assert.deepEqual(await reserve(bench, { ...other, now: later(61) }, id), {
        state: 'reserved',
        messageId: id,
      });
    },
  ],

  [
    'a key is forgotten after a day',
    async (bench) => {
      const { keys, keep, account } = bench;
      const submission = asked(await account());
      const id = anId();
      await reserve(bench, submission, id);
      await keep(id, submission.accountId);
      const tomorrow = { ...submission, contentHash: content(2), now: later(86_401) };
      assert.deepEqual(await keys.find(tomorrow), { state: 'unused' });
      const next = anId();
      assert.deepEqual(await reserve(bench, tomorrow, next), { state: 'reserved', messageId: next });
    },
  ],

  [
    'accounts and keys do not meet',
    async (bench) => {
      const { keys, keep, account } = bench;
      const submission = asked(await account());
      const id = anId();
      await reserve(bench, submission, id);
      await keep(id, submission.accountId);
      assert.deepEqual(await keys.find({ ...submission, key: 'k-2' }), { state: 'unused' });
      assert.deepEqual(await keys.find(asked(await account(), { contentHash: content(2) })), {
        state: 'unused',
      });
    },
  ],
];

/** What every keeper of idempotency keys does, whatever it keeps them in. */
export function submissionKeysContract(name: string, open: () => SubmissionKeysBench): void {
  for (const [title, work] of cases) test(`${name}: ${title}`, () => work(open()));
}
