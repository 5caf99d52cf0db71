import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReply } from '@waybill/mail/reply';
import { classifyReply } from './classify-reply.ts';
import { type OwnRule, runningRule, wildcard } from './own-rule.ts';
import { suppressionBy } from './suppression-rule.ts';

const someRule = (over: Partial<OwnRule> = {}) =>
  runningRule({
    ...{ id: 'one', pattern: 'access * revoked', category: 'bad_mailbox', party: 'recipient' },
    outcome: undefined,
    ...over,
  });

test('words match in any case, in their order, with any text for an asterisk', () => {
  const rule = wildcard('Access * revoked');
  assert.equal(rule.test('550 your ACCESS was revoked'), true);
  assert.equal(rule.test('revoked access'), false);
  assert.equal(wildcard('***').test('anything'), false);
  assert.equal(wildcard('a.c').test('abc'), false);
});

test('no pattern takes long, whatever the text', () => {
  const rule = wildcard('a*'.repeat(100).slice(0, 200));
  const from = performance.now();
  for (let run = 0; run < 200; run += 1) rule.test('a'.repeat(99) + 'b'.repeat(1_900));
  assert.ok(performance.now() - from < 500);
});

test('a rule of the operator wins over the built-in ones and over the code', () => {
  const reply = parseReply('550 5.1.1 User unknown, access was revoked');
  assert.equal(classifyReply(reply, 'rcpt').category, 'bad_mailbox');
  const own = [someRule({ category: 'policy', party: 'policy', outcome: 'deferred' })];
  const { outcome, category, party } = classifyReply(reply, 'rcpt', own);
  assert.deepEqual([outcome, category, party], ['deferred', 'policy', 'policy']);
  const busy = parseReply('450 4.2.0 access is revoked');
  const final = classifyReply(busy, 'rcpt', [someRule({ outcome: 'bounced' })]);
  assert.equal(final.outcome, 'bounced');
  assert.equal(classifyReply(busy, 'auth', [someRule({ outcome: 'bounced' })]).outcome, 'deferred');
});

test('it suppresses only what is final, names the recipient and says that the mailbox is gone', () => {
  const evidence = (raw: string) =>
    ({ kind: 'words', recipient: 'bob@there.example', phase: 'rcpt', ...parseReply(raw) }) as const;
  const now = new Date();
  const said = '550 spam: access was revoked';
  assert.equal(suppressionBy(evidence(said), now), undefined);
  assert.deepEqual(suppressionBy(evidence(said), now, [someRule()]), { expiresAt: undefined });
  const policy = someRule({ category: 'policy', party: 'policy' });
  assert.equal(suppressionBy(evidence('550 5.1.1 no such user, access revoked'), now, [policy]), undefined);
  assert.equal(suppressionBy(evidence('450 access was revoked'), now, [someRule()]), undefined);
  assert.equal(
    suppressionBy(evidence('550 <eve@there.example> access was revoked'), now, [someRule()]),
    undefined,
  );
});
