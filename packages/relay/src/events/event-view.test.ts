import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventView, type ShownEvent } from './event-view.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const bounced: ShownEvent = {
  id,
  messageId: id,
  deliveryId: id,
  recipient: 'ada@example.com',
  type: 'bounced',
  occurredAt: new Date('2026-12-01T10:00:00Z'),
  detail: { code: 550, enhanced_code: '5.1.1', category: 'unknown_mailbox', party: 'recipient', attempt: 2 },
  customId: undefined,
  tags: ['order'],
  metadata: { order: '7' },
  sequence: 3,
};

test('a bounce shows its code, category and party at the top, and everything in its detail', () => {
  const { code, enhanced_code, category, party, attempt, reply, tls, detail } = eventView(bounced);
  assert.deepEqual(
    [code, enhanced_code, category, party, attempt],
    [550, '5.1.1', 'unknown_mailbox', 'recipient', 2],
  );
  assert.deepEqual([reply, tls], [null, null]);
  assert.deepEqual(detail, bounced.detail);
});

test('a detail of an unexpected form does not reach the fields at the top', () => {
  const { code, category, tls } = eventView({ ...bounced, detail: { code: '550', category: 5, tls: 'yes' } });
  assert.deepEqual([code, category, tls], [null, null, null]);
});

test('an event of the account has no message and no number', () => {
  const ofAccount = { type: 'domain.degraded', messageId: undefined, sequence: undefined } as const;
  const { type, message_id, sequence } = eventView({ ...bounced, ...ofAccount });
  assert.deepEqual([type, message_id, sequence], ['domain.degraded', null, null]);
});
