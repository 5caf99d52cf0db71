import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionText, concernText } from '../../text/attention.ts';
import { type Concern, type Group, targetOfConcern, targetOfGroup } from './attention-targets.ts';

test('every action leads to one page, most of them to the deliveries of the group', () => {
  for (const action of Object.keys(actionText) as Group['action'][])
    assert.match(
      targetOfGroup({ action, status: 'bounced', domain: 'a.example' }).to,
      /^\/(?:messages|domains)$/,
    );
  assert.deepEqual(targetOfGroup({ action: 'release_or_cancel', status: 'held', domain: 'a.example' }), {
    to: '/messages',
    search: { status: 'held', domain: 'a.example' },
  });
  assert.deepEqual(targetOfGroup({ action: 'send_wanted_mail', status: 'complained', domain: 'a.example' }), {
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
