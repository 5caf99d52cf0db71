import assert from 'node:assert/strict';
import { test } from 'node:test';
import { categories } from '../delivery/categories.ts';
import { adviceFor } from './advice.ts';
import { attentionKey, groupOf } from './attention-key.ts';
import { attentionStatuses } from './closed-sets.ts';

test('a key reads back as its group, and what is not known stays absent', () => {
  const full = { status: 'bounced', category: 'bad_mailbox', code: '5.1.1', domain: 'a|b.example' } as const;
  assert.deepEqual(groupOf(attentionKey({ ...full, mxHost: 'aspmx.l.google.com' })), {
    ...full,
    provider: 'gmail',
  });
  const bare = { status: 'held', category: undefined, code: undefined, domain: 'b.example' } as const;
  assert.deepEqual(groupOf(attentionKey({ ...bare, mxHost: undefined })), { ...bare, provider: undefined });
});

test('every trouble has one action, and only what is tried again is left to wait', () => {
  for (const status of attentionStatuses)
    for (const category of [undefined, ...categories]) {
      const { action, advice, done } = adviceFor({ status, category });
      assert.ok(advice.endsWith('.') && done.endsWith('.'));
      assert.equal(action === 'wait' && status !== 'deferred', false);
    }
  assert.equal(adviceFor({ status: 'deferred', category: 'greylisted' }).action, 'wait');
  assert.equal(adviceFor({ status: 'bounced', category: 'bad_mailbox' }).action, 'remove_addresses');
  assert.equal(adviceFor({ status: 'held', category: 'credential_revoked' }).action, 'release_or_cancel');
});
