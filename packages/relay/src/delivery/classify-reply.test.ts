import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReply } from '@waybill/mail/reply';
import type { Phase } from '@waybill/mail/smtp-phase';
import { bounceRules } from './bounce-rules.ts';
import { type Category, categories, type Party, parties } from './categories.ts';
import { classifyReply, ruleFor } from './classify-reply.ts';

const classify = (raw: string, phase: Phase = 'rcpt') => classifyReply(parseReply(raw), phase);

for (const rule of bounceRules) {
  test(`the rule for “${rule.reply.slice(0, 70)}” is the first that fits it`, () => {
    assert.equal(ruleFor(parseReply(rule.reply).text), rule);
    assert.ok(categories.includes(rule.category) && parties.includes(rule.party));
    const { category, party, outcome } = classify(rule.reply);
    assert.deepEqual([category, party], [rule.category, rule.party]);
    if (rule.outcome) assert.equal(outcome, rule.outcome);
  });
}

type Row = readonly [
  raw: string,
  phase: Phase,
  'delivered' | 'deferred' | 'bounced',
  Category | undefined,
  Party | undefined,
];
const rows: readonly Row[] = [
  ['250 2.0.0 Ok: queued as 4XyZ', 'dot', 'delivered', undefined, undefined],
  ['250 accepted', 'dot', 'delivered', undefined, undefined],
  ['250 2.1.5 Ok', 'rcpt', 'deferred', 'other', 'policy'],
  ['354 go on', 'dot', 'deferred', 'other', 'policy'],
  ['421 4.3.2 shutting down', 'banner', 'deferred', 'system', 'network'],
  ['421 bye', 'dot', 'deferred', 'system', 'network'],
  ['HTTP/1.1 400 Bad Request', 'banner', 'deferred', 'system', 'network'],
  ['450 4.1.1 <bob@there.example>: unverified address', 'rcpt', 'deferred', 'bad_mailbox', 'recipient'],
  ['451 try later', 'rcpt', 'deferred', 'system', 'network'],
  ['452 4.2.2 Mailbox full', 'rcpt', 'deferred', 'mailbox_full', 'recipient'],
  ['550 5.1.1 no', 'rcpt', 'bounced', 'bad_mailbox', 'recipient'],
  ['550 5.1.1 User unknown', 'dot', 'bounced', 'bad_mailbox', 'recipient'],
  ['550 5.1.1 User unknown', 'mail', 'bounced', 'policy', 'policy'],
  ['550 5.1.1 User unknown', 'banner', 'bounced', 'policy', 'policy'],
  [
    '550 5.1.1 <bob@there.example> rejected, your host is on a blocklist',
    'rcpt',
    'bounced',
    'ip_reputation',
    'sender_ip',
  ],
  ['550 5.2.1 no', 'rcpt', 'bounced', 'mailbox_disabled', 'recipient'],
  ['552 5.2.2 full', 'rcpt', 'bounced', 'mailbox_full', 'recipient'],
  ['550 5.1.10 null MX', 'rcpt', 'bounced', 'bad_domain', 'recipient'],
  ['550 5.7.1 not wanted', 'rcpt', 'bounced', 'policy', 'policy'],
  ['550 not wanted', 'rcpt', 'bounced', 'other', 'policy'],
  ['550 No such user here', 'rcpt', 'bounced', 'bad_mailbox', 'recipient'],
  ['550 Requested action not taken: mailbox unavailable', 'rcpt', 'bounced', 'other', 'recipient'],
  ['550 5.7.1 <virus@there.example>: not today', 'rcpt', 'bounced', 'policy', 'policy'],
  ['550 5.7.999 odd', 'rcpt', 'bounced', 'policy', 'policy'],
  ['550 5.99.1 odd', 'rcpt', 'bounced', 'other', 'policy'],
  ['554 5.7.1 Mailbox size limit exceeded', 'rcpt', 'bounced', 'mailbox_full', 'recipient'],
  ['554 no SMTP service here', 'banner', 'bounced', 'other', 'policy'],
  ['550 5.7.1 Greylisted, come back later', 'rcpt', 'deferred', 'greylisted', 'policy'],
  ['552 Too many recipients', 'rcpt', 'deferred', 'policy', 'policy'],
  ['535 5.7.8 bad credentials', 'auth', 'deferred', 'policy', 'policy'],
  ['502 5.5.1 no such command', 'starttls', 'deferred', 'protocol', 'network'],
  ['500 5.5.1 what?', 'data', 'bounced', 'protocol', 'network'],
];
for (const [raw, phase, outcome, category, party] of rows) {
  test(`“${raw}” at ${phase} is ${outcome}, ${category ?? 'nothing'} of ${party ?? 'no party'}`, () => {
    const disposed = classify(raw, phase);
    assert.deepEqual([disposed.outcome, disposed.category, disposed.party], [outcome, category, party]);
    assert.match(disposed.reason, /^They .+\.$/);
  });
}

test('a reply over several lines is read as one', () => {
  const { category, reason } = classify(
    '550-5.1.1 The email account that you tried\r\n550-5.1.1 to reach does not\r\n550 5.1.1 exist. Please check',
  );
  assert.equal(category, 'bad_mailbox');
  assert.match(reason, /550 5\.1\.1 \(Bad destination mailbox address\): “The email account/);
});

test('hostile replies of 100 kB are classified within milliseconds', () => {
  for (const piece of [
    'a',
    'user ',
    'mailbox ',
    '@',
    'a@',
    'account does ',
    '<',
    'retry in ',
    ' ',
    'message ',
  ]) {
    const text = piece.repeat(100_000 / piece.length);
    // CPU time of this process, which does not depend on other load of the machine.
    const before = process.cpuUsage();
    classifyReply({ code: 550, text }, 'rcpt');
    assert.ok(process.cpuUsage(before).user < 50_000, piece);
  }
});
