import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionText, concernText } from '../../text/attention.ts';
import { type Concern, type Group, targetOfConcern, targetOfGroup } from './attention-targets.ts';

const group = {
  ...{ status: 'bounced', provider: 'gmail', category: 'bad_mailbox', code: '5.1.1' },
  ...{ domain: 'a.example', since: '2026-11-29T12:00:00.000Z' },
} as const;

test('every action leads to one page, most of them to the deliveries of the group', () => {
  for (const action of Object.keys(actionText) as Group['action'][])
    assert.match(targetOfGroup({ ...group, action }).to, /^\/(?:messages|domains)$/);
  const held = { ...group, status: 'held', provider: null, category: 'sender_removed', code: null } as const;
  const { domain, since } = group;
  assert.deepEqual(targetOfGroup({ ...held, action: 'release_or_cancel' }), {
    to: '/messages',
    search: { status: 'held', provider: 'none', category: 'sender_removed', code: 'none', domain, since },
  });
  assert.deepEqual(targetOfGroup({ ...group, action: 'send_wanted_mail', status: 'complained' }), {
    to: '/suppressions',
    search: { reason: 'complaint' },
  });
});

test('a concern leads to what it is about', () => {
  for (const kind of Object.keys(concernText) as Concern['kind'][])
    targetOfConcern({ kind, subject_id: 'dom_1' });
  assert.equal(targetOfConcern({ kind: 'domain_degraded', subject_id: 'dom_1' })?.to, '/domains/dom_1');
  assert.deepEqual(targetOfConcern({ kind: 'credential_locked', subject_id: 'key_1' })?.search, {
    tab: 'keys',
  });
});
