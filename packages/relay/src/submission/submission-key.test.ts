import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../accept.ts';
import { deliveryIdOf } from '../id.ts';
import {
  acme,
  aState,
  aSubmission,
  aSuppression,
  at,
  type InMemoryState,
  idOf,
  lines,
  portsOf,
  processOf,
} from '../in-memory-ports.test-support.ts';
import { Refusal, type RefusalCode } from '../refusal.ts';
import type { Submission } from './submission.ts';
import { contentHashOf, type KeyFound, type KeyReserved, type SubmissionKeys } from './submission-key.ts';

const keyed = (some: Partial<Submission> = {}): Submission =>
  aSubmission({
    bytes: lines('X-Waybill-Idempotency-Key: k-1', 'From: ada@acme.test', 'Subject: Hello', '', 'Hi'),
    ...some,
  });
const submit = (state: InMemoryState, submission = keyed()) =>
  accept(submission, portsOf(state), processOf(state));

const keysThat = (found: KeyFound, reserved?: KeyReserved): SubmissionKeys => ({
  find: async () => found,
  reserve: async ({ messageId }) => reserved ?? { state: 'reserved', messageId },
});

test('a repeated key with the same content is answered with the first ids, and nothing is stored or enqueued', async () => {
  const state = aState({ keys: keysThat({ state: 'kept', messageId: idOf(77) }) });
  const accepted = await submit(state);
  assert.deepEqual(
    [accepted.messageId, accepted.deliveryIds, accepted.isRepeat],
    [idOf(77), [deliveryIdOf(idOf(77), 0)], true],
  );
  assert.deepEqual([state.accepted, state.enqueued], [[], []]);
});

test('a repeat gets the first answer, even if the limit is reached or the recipient is suppressed', async () => {
  const state = aState({
    keys: keysThat({ state: 'kept', messageId: idOf(77) }),
    recipientsLeft: 0,
    suppressions: [aSuppression('bob@there.example')],
  });
  assert.equal((await submit(state)).messageId, idOf(77));
});

test('a new key is reserved for the stored message, for a day, by account and content', async () => {
  const asked: unknown[] = [];
  const keys: SubmissionKeys = {
    find: async () => ({ state: 'unused' }),
    async reserve(submission) {
      asked.push([submission.accountId, submission.key, submission.contentHash.length, submission.expiresAt]);
      return { state: 'reserved', messageId: submission.messageId };
    },
  };
  const state = aState({ keys });
  const accepted = await submit(state);
  assert.deepEqual(asked, [[acme, 'k-1', 32, new Date(at.getTime() + 86_400_000)]]);
  assert.deepEqual([state.accepted[0]?.id, accepted.isRepeat], [accepted.messageId, false]);
});

test('of two concurrent sessions the second one stores the message under the id of the first', async () => {
  const state = aState({ keys: keysThat({ state: 'unused' }, { state: 'reserved', messageId: idOf(78) }) });
  const accepted = await submit(state);
  assert.equal(accepted.messageId, idOf(78));
  assert.equal(state.accepted[0]?.id, idOf(78));
  assert.deepEqual(accepted.deliveryIds, [deliveryIdOf(idOf(78), 0)]);
});

test('a message uses quota once, also when several sessions submit it with the same key', async () => {
  const first = aState({ keys: keysThat({ state: 'unused' }), recipientsLeft: 5 });
  await submit(first);
  assert.equal(first.recipientsLeft, 4);
  const second = aState({
    keys: keysThat({ state: 'unused' }, { state: 'reserved', messageId: idOf(78) }),
    recipientsLeft: 5,
  });
  await submit(second);
  assert.equal(second.recipientsLeft, 5);
  const replay = aState({ keys: keysThat({ state: 'kept', messageId: idOf(77) }), recipientsLeft: 5 });
  await submit(replay);
  assert.equal(replay.recipientsLeft, 5);
});

test('a message whose key is refused returns its quota', async () => {
  const state = aState({ keys: keysThat({ state: 'unused' }, { state: 'conflict' }), recipientsLeft: 5 });
  await assert.rejects(submit(state));
  assert.equal(state.recipientsLeft, 5);
});

const refusals: readonly (readonly [string, SubmissionKeys, RefusalCode])[] = [
  ['was used for another message', keysThat({ state: 'conflict' }), 'idempotency_conflict'],
  ['is in use at this moment', keysThat({ state: 'running' }), 'idempotency_running'],
  [
    'goes to another message meanwhile',
    keysThat({ state: 'unused' }, { state: 'conflict' }),
    'idempotency_conflict',
  ],
  [
    'goes to another session meanwhile',
    keysThat({ state: 'unused' }, { state: 'running' }),
    'idempotency_running',
  ],
];
for (const [how, keys, code] of refusals)
  test(`a message whose key ${how} is refused as ${code}, and not stored`, async () => {
    const state = aState({ keys });
    await assert.rejects(submit(state), (error) => error instanceof Refusal && error.code === code);
    assert.deepEqual(state.accepted, []);
  });

test('a message that is refused leaves its key unused', async () => {
  const keys: SubmissionKeys = {
    find: async () => ({ state: 'unused' }),
    reserve: async () => assert.fail('reserved'),
  };
  const state = aState({ keys, recipientsLeft: 0 });
  await assert.rejects(submit(state), (error) => error instanceof Refusal && error.code === 'quota_exceeded');
});

const content = {
  envelope: { rcptTo: ['ada@there.example', 'Bob@There.example'] },
  options: { idempotencyKey: 'k', tags: ['a'] },
  source: Buffer.from('Subject: Hello\r\n\r\nHi\r\n'),
};
type Content = Parameters<typeof contentHashOf>[0];
const variations: readonly (readonly [string, boolean, Partial<Content>])[] = [
  [
    'the recipients come in another order and case',
    true,
    {
      envelope: { rcptTo: ['bob@there.EXAMPLE', 'ada@there.example'] },
    },
  ],
  ['the key is another', true, { options: { tags: ['a'], idempotencyKey: 'other' } }],
  ['the time to send has passed', true, { options: { ...content.options, sendAt: '2026-03-01T10:00:00Z' } }],
  ['a recipient is missing', false, { envelope: { rcptTo: ['ada@there.example'] } }],
  ['an byte differs', false, { source: Buffer.from('Subject: Hello\r\n\r\nHo\r\n') }],
  ['something else was asked for', false, { options: { ...content.options, sandbox: true } }],
];
for (const [how, isSame, some] of variations)
  test(`it is ${isSame ? 'the same' : 'another'} message when ${how}`, () => {
    const equal = contentHashOf({ ...content, ...some }).equals(contentHashOf(content));
    assert.equal(equal, isSame);
  });
