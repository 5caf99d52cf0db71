import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FeedbackReport, parseFeedbackReport } from './arf.ts';

const report = (fields: string, head = 'Content-Type: message/feedback-report'): Buffer =>
  Buffer.from(
    [
      'From: abuse@provider.example',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'Feedback-Type: not-spam',
      '',
      '--b',
      head,
      '',
      fields,
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'From: app@acme.test',
      'Feedback-Type: virus',
      '',
      'Buy!',
      '--b--',
      '',
    ]
      .join('\n')
      .replaceAll('\n', '\r\n'),
  );

test('reads type, addresses, time and source, whatever their order', () => {
  const read = parseFeedbackReport(
    report(
      'Version: 1\nOriginal-Rcpt-To: <ada@there.example>\nFeedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nOriginal-Mail-From: <b-1@bounces.test>\nReporting-MTA: dns; mx.there.example\nOriginal-Rcpt-To: bob@there.example\nArrival-Date: Sun, 1 Mar 2026 10:00:00 +0000\nSource-IP: 192.0.2.1',
    ),
  );
  assert.deepEqual(read, {
    feedbackType: 'abuse',
    userAgent: 'SomeGenerator/1.0',
    reportingMta: 'mx.there.example',
    originalMailFrom: 'b-1@bounces.test',
    originalRcptTo: ['ada@there.example', 'bob@there.example'],
    arrivalDate: 'Sun, 1 Mar 2026 10:00:00 +0000',
    sourceIp: '192.0.2.1',
  });
});

const variants: readonly (readonly [string, Partial<FeedbackReport>])[] = [
  ['Feedback-Type: Abuse', { feedbackType: 'abuse', originalRcptTo: [], originalMailFrom: undefined }],
  ['feedback-type:  opt-out (list)', { feedbackType: 'opt-out' }],
  ['Feedback-Type: abuse;', { feedbackType: 'abuse' }],
  ['Feedback-Type: auth-failure\nAuth-Failure: dmarc', { feedbackType: 'auth-failure' }],
  ['Feedback-Type: x-new-kind', { feedbackType: 'x-new-kind' }],
  ['Feedback-Type: abuse\nOriginal-Mail-From: <>', { originalMailFrom: '' }],
  [
    'Feedback-Type: abuse\nOriginal-Rcpt-To: rfc822; <ada@there.example>',
    { originalRcptTo: ['ada@there.example'] },
  ],
  ['Feedback-Type: abuse\nOriginal-Rcpt-To:\n  ada@there.example', { originalRcptTo: ['ada@there.example'] }],
  ['Feedback-Type: abuse\nReceived-Date: today', { arrivalDate: 'today' }],
  ['User-Agent: first\n\nFeedback-Type: abuse', { feedbackType: 'abuse', userAgent: 'first' }],
];
for (const [fields, expected] of variants)
  test(`reads what providers write instead: ${JSON.stringify(fields)}`, () => {
    const read = parseFeedbackReport(report(fields));
    for (const [name, value] of Object.entries(expected))
      assert.deepEqual(read?.[name as keyof FeedbackReport], value, name);
  });

test('reads a part in base64', () => {
  const encoded = Buffer.from('Feedback-Type: fraud\r\n').toString('base64');
  const head = 'Content-Type: message/feedback-report\nContent-Transfer-Encoding: base64';
  assert.equal(parseFeedbackReport(report(encoded, head))?.feedbackType, 'fraud');
});

const others: readonly (readonly [string, Buffer])[] = [
  ['one that names no type', report('Version: 1\nUser-Agent: x')],
  ['one whose type is empty', report('Feedback-Type:')],
  ['one without a machine-readable part', report('Feedback-Type: abuse', 'Content-Type: text/plain')],
  ['a delivery status notification', report('Action: failed', 'Content-Type: message/delivery-status')],
  ['an empty message', Buffer.alloc(0)],
  ['a message with the fields in its own header', Buffer.from('Feedback-Type: abuse\r\n\r\nHi\r\n')],
];
for (const [what, bytes] of others)
  test(`${what} is no feedback report`, () => assert.equal(parseFeedbackReport(bytes), undefined));

test('many and long fields are cut', () => {
  const many = Array.from({ length: 500 }, (_, at) => `Original-Rcpt-To: r${at}@there.example`).join('\n');
  const read = parseFeedbackReport(report(`Feedback-Type: abuse\nUser-Agent: ${'x'.repeat(5000)}\n${many}`));
  assert.deepEqual([read?.originalRcptTo.length, read?.userAgent?.length], [100, 1000]);
});
