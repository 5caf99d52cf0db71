import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dsn, DsnRecipient } from '@waybill/mail/dsn';
import { parseStatus } from '@waybill/mail/enhanced-status';
import { classifyDsn, classifyFeedback, type Reported } from './classify-report.ts';

const receivedAt = new Date('2026-03-01T10:00:00Z');
const reported: Reported = { recipient: 'Ada@rcpt.example', status: 'delivered', receivedAt };

const aDsn = (some: Partial<DsnRecipient> = {}): Dsn => ({
  reportingMta: 'mx.rcpt.example',
  recipients: [
    {
      action: 'failed',
      finalRecipient: 'ada@rcpt.example',
      originalRecipient: undefined,
      status: parseStatus('5.1.1'),
      diagnostic: '550 no such user',
      remoteMta: undefined,
      ...some,
    },
  ],
});

const suppresses = (some: Partial<DsnRecipient>): boolean => {
  const found = classifyDsn(aDsn(some), reported);
  return found.outcome === 'bounced' && found.suppress !== undefined && !found.suppress.expiresAt;
};

test('only a fault of the recipient suppresses it', () => {
  const faults = ['5.1.1', '5.1.3', '5.1.6', '5.2.1'];
  const others = [
    '5.1.2',
    '5.1.7',
    '5.7.1',
    '5.0.0',
    '5.2.2',
    '5.2.3',
    '5.4.6',
    '5.7.1',
    '5.7.26',
    '5.1.8',
    '4.1.1',
    '4.2.1',
    '2.1.5',
  ];
  for (const text of faults) assert.equal(suppresses({ status: parseStatus(text) }), true, text);
  for (const text of others) assert.equal(suppresses({ status: parseStatus(text) }), false, text);
  assert.equal(suppresses({ status: undefined }), false);
});

test('a failed member of an alias is noted and does not suppress the alias, in whatever order the report stands', () => {
  const [gone] = aDsn({
    finalRecipient: 'gone@elsewhere.example',
    originalRecipient: 'ADA@RCPT.example',
  }).recipients;
  const [fine] = aDsn({
    finalRecipient: 'fine@elsewhere.example',
    originalRecipient: 'ada@rcpt.example',
    action: 'delivered',
  }).recipients;
  assert.ok(gone && fine);
  for (const recipients of [[gone], [gone, fine], [fine, gone]]) {
    const found = classifyDsn({ reportingMta: undefined, recipients }, reported);
    assert.equal(found.outcome, 'noted');
    assert.match(found.detail.reason, /one address behind Ada@rcpt\.example could not be reached/);
  }
});

test('a report that names another address does not suppress ours', () => {
  assert.equal(suppresses({ finalRecipient: 'ada@elsewhere.example' }), false);
  assert.equal(suppresses({ originalRecipient: 'bob@rcpt.example' }), false);
  assert.equal(suppresses({ finalRecipient: undefined }), false);
  assert.equal(suppresses({ originalRecipient: 'ADA@RCPT.example' }), true);
});

test('of several recipients our recipient is classified', () => {
  const [ours] = aDsn().recipients;
  const [other] = aDsn({ finalRecipient: 'bob@rcpt.example', action: 'delayed' }).recipients;
  assert.ok(ours && other);
  const found = classifyDsn({ reportingMta: undefined, recipients: [other, ours] }, reported);
  assert.equal(found.outcome, 'bounced');
});

test('the reason is a sentence with the meaning of the status, and the text of the server follows', () => {
  const { detail } = classifyDsn(aDsn(), reported);
  assert.match(detail.reason, /mx\.rcpt\.example.*5\.1\.1: Bad destination mailbox address/);
  assert.equal(detail.reply, '550 no such user');
  assert.equal(detail.enhanced_code, '5.1.1');
});

const meanings: readonly (readonly [string | undefined, string | undefined, string, string])[] = [
  [
    '5.1.1',
    '550 5.1.1 <ada@rcpt.example>: Recipient address rejected: User unknown',
    'bad_mailbox',
    'recipient',
  ],
  ['5.2.2', '552 5.2.2 mailbox full', 'mailbox_full', 'recipient'],
  ['5.1.2', undefined, 'bad_domain', 'recipient'],
  ['5.7.26', undefined, 'authentication', 'sender_domain'],
  [
    '5.0.0',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
    'ip_reputation',
    'sender_ip',
  ],
  ['4.4.7', 'delivery temporarily suspended: connect timed out', 'network', 'network'],
  [undefined, undefined, 'other', 'policy'],
];
for (const [status, diagnostic, category, party] of meanings)
  test(`a report with ${status} and “${diagnostic}” bounces as ${category}, by ${party}`, () => {
    const { outcome, detail } = classifyDsn(
      aDsn({ status: status === undefined ? undefined : parseStatus(status), diagnostic }),
      reported,
    );
    assert.deepEqual([outcome, detail.category, detail.party], ['bounced', category, party]);
  });

test('the code of the diagnostic is shown, where there is one', () => {
  assert.equal(classifyDsn(aDsn(), reported).detail.code, 550);
  assert.equal(classifyDsn(aDsn({ diagnostic: 'no such user' }), reported).detail.code, undefined);
});

test('text that blames the sender suppresses no recipient, with any status', () => {
  const diagnostic = '550 5.1.1 Client host [192.0.2.1] blocked using zen.spamhaus.org';
  assert.equal(suppresses({ diagnostic }), false);
});

test('a report of delivery changes only an attempt without an answer', () => {
  for (const action of ['delivered', 'relayed'] as const) {
    for (const status of ['queued', 'deferred', 'bounced', 'delivered'] as const) {
      assert.equal(
        classifyDsn(aDsn({ action }), { ...reported, status }).outcome,
        'noted',
        `${action} ${status}`,
      );
    }
    assert.equal(classifyDsn(aDsn({ action }), { ...reported, status: 'unknown' }).outcome, 'delivered');
  }
  assert.equal(
    classifyDsn(aDsn({ action: 'expanded' }), { ...reported, status: 'unknown' }).outcome,
    'noted',
  );
});

const aFeedback = {
  userAgent: 'Agent/1',
  reportingMta: undefined,
  originalMailFrom: undefined,
  originalRcptTo: [],
  arrivalDate: undefined,
  sourceIp: undefined,
};

test('a report of a recipient is a complaint, a report of a filter is not', () => {
  for (const feedbackType of ['abuse', 'fraud', 'opt-out'])
    assert.equal(classifyFeedback({ ...aFeedback, feedbackType }).outcome, 'complained', feedbackType);
  for (const feedbackType of ['not-spam', 'virus', 'auth-failure', 'other', 'x-new'])
    assert.equal(classifyFeedback({ ...aFeedback, feedbackType }).outcome, 'noted', feedbackType);
});

test('the reason names the reporter', () => {
  const { detail } = classifyFeedback({
    ...aFeedback,
    feedbackType: 'abuse',
    reportingMta: 'mx.there.example',
  });
  assert.equal(detail.reason, 'The recipient reported it as unwanted (abuse), says mx.there.example.');
  assert.match(classifyFeedback({ ...aFeedback, feedbackType: 'abuse' }).detail.reason, /says Agent\/1/);
});
