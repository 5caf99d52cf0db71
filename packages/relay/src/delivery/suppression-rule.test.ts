import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReply } from '@waybill/mail/reply';
import { type Phase, phases } from '@waybill/mail/smtp-phase';
import { bounceRules } from './bounce-rules.ts';
import { suppressionBy } from './suppression-rule.ts';

const now = new Date('2026-03-01T10:00:00Z');
const recipient = 'Bob@there.example';

const byReply = (raw: string, phase: Phase = 'rcpt') =>
  suppressionBy({ kind: 'words', recipient, phase, ...parseReply(raw) }, now);

const without = { expiresAt: undefined };

const gone: readonly string[] = [
  '550 5.1.1 no',
  '550 5.1.1 User unknown',
  '550 No such user here',
  '550 5.2.1 no',
  '550 5.2.1 The account is disabled',
  '550 5.1.6 The user has moved',
  '550 5.1.1 <bob@THERE.example>: Recipient address rejected: User unknown in virtual mailbox table',
  '550 5.1.1 <bob@there.example>: user unknown, ask postmaster@there.example',
  '550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n550-5.1.1 double-checking the recipient’s email address for typos or\r\n550 5.1.1 unnecessary spaces.',
  '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
  '550 5.1.1 Requested action not taken: mailbox unavailable',
];
for (const raw of gone)
  test(`“${raw.slice(0, 60)}” suppresses without end`, () => {
    assert.deepEqual(byReply(raw), without);
    assert.deepEqual(byReply(raw, 'dot'), without);
  });

/** Texts about the sender, about rates and about a later time; each is tried with every code. */
const notTheRecipient: readonly string[] = [
  'Your account has been suspended for sending spam',
  'Sending account disabled; contact support',
  'Account of the sender does not exist',
  'Sender domain not found',
  'Sender mailbox does not exist (callout verification)',
  'The domain of your return path does not exist',
  'Your IP address is unknown to us, blocked',
  'Your mailbox is disabled',
  'The account you are using is disabled',
  'HELO name unknown',
  'EHLO host does not exist',
  'Client address 192.0.2.1 unknown',
  'Unknown host: no such user of this relay',
  'domain acme.test does not exist',
  'Domain not found',
  'no such domain',
  'Your domain is suspended',
  'Low reputation: address unknown',
  'listed at zen.blocklist.example, mailbox not found',
  'Authentication required, user unknown',
  'Relaying denied: no such user',
  'Not authorized to send to this mailbox, address invalid',
  'too many messages to this mailbox',
  'Too many recipients, user unknown',
  'Too many invalid recipients',
  'Rate limit exceeded for this user',
  'Recipient invalid: sending quota used up',
  'user unknown, frequency limited',
  'mailbox disabled, throttled',
  'User is receiving mail at a rate that prevents additional messages',
  'User temporarily unknown',
  'Mailbox is disabled at this time',
  'mailbox not found, please try again later',
  'Message deferred, recipient unknown',
  'Greylisted: unknown recipient',
  'delivery delayed, mailbox disabled',
  '<hello@acme.test>: user unknown',
  'Mailbox hello@acme.test does not exist',
  'no such user (in reply to MAIL FROM command)',
  'the MX of there.example has no address, mailbox unknown',
];
const codes = [
  '550',
  '550 5.1.1',
  '554 5.1.7',
  '550 5.1.8',
  '550 5.2.1',
  '550 5.0.0',
  '550 5.7.1',
  '553 5.1.3',
];

test('text about the sender, rates or a later time suppresses no recipient, with any code', () => {
  for (const words of notTheRecipient)
    for (const code of codes)
      for (const text of [words, words.toUpperCase(), `Rejected: ${words}. User unknown.`])
        for (const phase of phases)
          assert.equal(byReply(`${code} ${text}`, phase), undefined, `${code} ${text}`);
});

/** Repeatable random numbers, so that a failure can be reproduced. */
function dice(seed: number): (size: number) => number {
  let state = seed;
  return (size) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * size);
  };
}

const whose = [
  'sender',
  'sending',
  'your',
  'sender’s',
  'originating',
  'the sending user’s',
  'MAIL FROM',
  'your sending',
  'the client’s',
  'the connecting',
];
const what = [
  'account',
  'domain',
  'IP address',
  'IP',
  'host',
  'mailbox',
  'address',
  'HELO',
  'reputation',
  'user',
];
const faults = [
  'does not exist',
  'unknown',
  'not found',
  'is disabled',
  'invalid',
  'has been suspended',
  'is no longer valid',
  'inactive',
  'rejected',
  'has exceeded its limit',
];
const around = [
  '',
  'Recipient address rejected: ',
  '<bob@there.example>: ',
  'No such user: ',
  'User unknown; ',
];

test('generated faults of a sender suppress no recipient', () => {
  const roll = dice(20_261_129);
  const one = (list: readonly string[]): string => list[roll(list.length)] ?? '';
  for (let round = 0; round < 5_000; round += 1) {
    const raw = `${one(codes)} ${one(around)}${one(whose)} ${one(what)} ${one(faults)}`;
    assert.equal(byReply(raw, one(['rcpt', 'data', 'dot']) as Phase), undefined, raw);
  }
});

test('no rule that blames another party suppresses a recipient, with any code', () => {
  for (const rule of bounceRules.filter(({ party, outcome }) => party !== 'recipient' || outcome))
    for (const code of codes) {
      const words = rule.reply.replace(/^\d{3}[ -](?:\d\.\d+\.\d+ )?/, '');
      assert.equal(byReply(`${code} ${words}`), undefined, `${code} ${words}`);
    }
});

test('a reply before RCPT TO suppresses no recipient', () => {
  for (const phase of ['connect', 'banner', 'ehlo', 'starttls', 'auth', 'mail'] as const)
    for (const raw of gone) assert.equal(byReply(raw, phase), undefined, `${phase} ${raw}`);
});

test('temporary faults suppress no recipient: another code, another status, a full mailbox', () => {
  for (const raw of [
    '450 5.1.1 User unknown',
    '550 4.1.1 User unknown',
    '450 4.1.1 User unknown',
    '250 5.1.1 User unknown',
    '552 5.2.2 Mailbox full',
    '550 5.1.1 Mailbox full',
    '550 5.0.0 User unknown',
    '550 5.7.13 User account disabled',
    '550 host said: 450 4.1.1 user unknown',
  ])
    assert.equal(byReply(raw), undefined, raw);
});

test('a DNS failure suppresses no recipient, also when a smart host reports it', () => {
  for (const status of ['5.1.2', '5.4.4', '5.1.3'])
    assert.equal(suppressionBy({ kind: 'dns', status }, now), undefined);
  for (const raw of [
    '550 5.1.2 Bad destination system: no such domain',
    '550 5.1.2 no',
    '550 5.1.1 Host or domain name not found',
    '550 5.1.1 Name service error for name=there.example type=MX: Host not found',
  ])
    assert.equal(byReply(raw), undefined, raw);
});

test('a null MX suppresses the recipient for thirty days', () => {
  const expiresAt = new Date('2026-03-31T10:00:00Z');
  assert.deepEqual(suppressionBy({ kind: 'dns', status: '5.1.10' }, now), { expiresAt });
  assert.deepEqual(byReply('556 5.1.10 no mail here'), { expiresAt });
});
