import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DsnRecipient, parseDsn } from './dsn.ts';

const report = (status: string, type = 'message/delivery-status'): Buffer =>
  Buffer.from(
    [
      'From: MAILER-DAEMON@mx.example',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      '',
      'It did not work.',
      '--b',
      `Content-Type: ${type}`,
      '',
      status,
      '--b--',
      '',
    ]
      .join('\n')
      .replaceAll('\n', '\r\n'),
  );

const perMessage = 'Reporting-MTA: dns; mx.example\nArrival-Date: Sun, 1 Mar 2026 10:00:00 +0000\n\n';

const first = (status: string): DsnRecipient | undefined => parseDsn(report(status))?.recipients[0];

test('reads action, status, recipients and the words of the remote server', () => {
  const dsn = parseDsn(
    report(
      `${perMessage}Original-Recipient: rfc822;Ada@example.com\nFinal-Recipient: rfc822; ada@mail.example\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; in.mail.example\nDiagnostic-Code: smtp; 550 5.1.1 <ada@mail.example>:\n Recipient unknown`,
    ),
  );
  assert.deepEqual(dsn, {
    reportingMta: 'mx.example',
    recipients: [
      {
        action: 'failed',
        finalRecipient: 'ada@mail.example',
        originalRecipient: 'Ada@example.com',
        status: { class: 5, subject: 1, detail: 1 },
        diagnostic: '550 5.1.1 <ada@mail.example>: Recipient unknown',
        remoteMta: 'in.mail.example',
      },
    ],
  });
});

test('reads what servers write instead', () => {
  const cases: readonly (readonly [string, Partial<DsnRecipient>])[] = [
    [
      'Final-Recipient: ada@mail.example\nAction: Failed\nStatus: 5.0.0',
      { finalRecipient: 'ada@mail.example' },
    ],
    ['Final-Recipient: RFC822; <ada@mail.example>\nAction: failed', { finalRecipient: 'ada@mail.example' }],
    ['Action: failed (no such user)\nStatus: 5.1.1 (bad mailbox)', { action: 'failed' }],
    ['Action: failed\nStatus: five', { status: undefined }],
    ['Action: delayed\nStatus: 4.4.1', { action: 'delayed', status: { class: 4, subject: 4, detail: 1 } }],
    ['Action: failed\nDiagnostic-Code: smtp;', { diagnostic: undefined }],
  ];
  for (const [fields, expected] of cases) {
    const found = first(perMessage + fields);
    assert.ok(found, fields);
    for (const [key, value] of Object.entries(expected)) {
      assert.deepEqual(found[key as keyof DsnRecipient], value, fields);
    }
  }
});

test('reads every recipient of a report, and its UTF-8 form', () => {
  const two = `${perMessage}Final-Recipient: rfc822; a@mail.example\nAction: failed\n\n\nFinal-Recipient: rfc822; b@mail.example\nAction: relayed`;
  const found = parseDsn(report(two, 'message/global-delivery-status'))?.recipients;
  assert.deepEqual(
    found?.map(({ finalRecipient, action }) => [finalRecipient, action]),
    [
      ['a@mail.example', 'failed'],
      ['b@mail.example', 'relayed'],
    ],
  );
});

test('reads no report where there is none', () => {
  assert.equal(parseDsn(Buffer.from('Subject: Out of office\r\n\r\nBack on Monday.\r\n')), undefined);
  assert.equal(parseDsn(report(perMessage)), undefined);
  assert.equal(parseDsn(report('Action: exploded\nStatus: 5.1.1')), undefined);
  assert.equal(parseDsn(report('Action: failed', 'text/plain')), undefined);
  assert.equal(parseDsn(Buffer.alloc(0)), undefined);
});

test('a report that quotes another report inside the returned message is read once', () => {
  const inner = report('Action: failed\nStatus: 5.1.1').toString();
  const outer = `Content-Type: message/rfc822\r\n\r\n${inner}`;
  assert.equal(parseDsn(Buffer.from(outer)), undefined);
});

test('a report of a hundred thousand lines is read in a moment', () => {
  // Processor time of this process: what else the machine does takes none of it.
  const from = process.cpuUsage();
  parseDsn(report('Action: failed\n\n'.repeat(50_000)));
  parseDsn(report(`Status: ${' '.repeat(100_000)}x\nAction: failed`));
  parseDsn(report(`Diagnostic-Code: ${'smtp;'.repeat(20_000)}\nAction: failed`));
  assert.ok(process.cpuUsage(from).user < 500_000);
});
