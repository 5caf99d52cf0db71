import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { formatReturnPath } from '@waybill/mail/verp';
import { idBytes } from '@waybill/relay/id';
import { complaintAbout } from '../../../apps/sandbox/src/complaint.ts';
import { keep } from '../../../apps/sandbox/src/keep.ts';
import { sendReport } from '../../../apps/sandbox/src/send-report.ts';
import { openSink } from '../../support/sink.ts';

const caught = {
  mailFrom: 'b-token@bounces.waybill.test',
  rcptTo: 'complaint@sandbox.test',
  heloName: 'relay.test',
  tls: undefined,
  bytes: Buffer.from('Subject: hello\r\nFeedback-ID: x\r\n\r\nBody\r\n'),
};

test('a complaint is a feedback report about the message, without its body, to the return path', async () => {
  const report = complaintAbout(caught, { now: new Date('2026-01-02T03:04:05Z'), id: 'id1' });
  const sink = await openSink();
  try {
    await sendReport(report, { host: '127.0.0.1', port: sink.port });
    const [mail] = sink.mails;
    assert.equal(mail?.from, '');
    assert.equal(mail?.to, caught.mailFrom);
    const text = mail?.bytes.toString() ?? '';
    assert.match(text, /^Content-Type: multipart\/report; report-type=feedback-report; boundary=/m);
    assert.match(text, /^Feedback-Type: abuse\r\nUser-Agent: [^\r]+\r\nVersion: 1\r$/m);
    assert.match(text, /^Original-Rcpt-To: <complaint@sandbox\.test>\r$/m);
    assert.match(text, /^Date: Fri, 02 Jan 2026 03:04:05 \+0000\r$/m);
    assert.match(text, /Subject: hello\r\nFeedback-ID: x\r\n/);
    assert.doesNotMatch(text, /Body/);
  } finally {
    await sink.close();
  }
});

for (const [what, script] of [
  ['refuses', { RCPT: '550 5.1.1 no' }],
  ['hangs up', { DATA: 'drop' }],
] as const)
  test(`a return path that ${what} is logged, and nothing hangs`, async () => {
    const sink = await openSink({ script });
    const report = complaintAbout(caught, { now: new Date(), id: 'id2' });
    await assert.rejects(sendReport(report, { host: '127.0.0.1', port: sink.port }), /the return path/);
    await sink.close();
  });

const key = createSecretKey(Buffer.alloc(32, 7));
const deliveryId = '01900000-0000-7000-8000-0000000000f1';
const accountId = '01900000-0000-7000-8000-00000000000a';
const returnPath = formatReturnPath(idBytes(deliveryId), key, 'bounces.waybill.test');

const owners: readonly (readonly [string, string, object])[] = [
  ['the return path of a delivery', returnPath, { accountId, deliveryId }],
  [
    'a return path made with another key',
    formatReturnPath(idBytes(deliveryId), createSecretKey(Buffer.alloc(32, 8)), 'x.test'),
    {},
  ],
  [
    'a delivery that is not known',
    formatReturnPath(idBytes('01900000-0000-7000-8000-0000000000f2'), key, 'x.test'),
    {},
  ],
  ['the null return path', '', {}],
];

for (const [what, mailFrom, owner] of owners)
  test(`${what} ${'accountId' in owner ? 'names its account' : 'names no account'}`, async () => {
    const rows: object[] = [];
    const receivedAt = new Date('2026-01-02T03:04:05Z');
    const dependencies = {
      store: { save: async (row: object) => void rows.push(row) },
      deliveries: { find: async (id: string) => (id === deliveryId ? { accountId } : undefined) },
      returnPathKeys: [key],
      now: () => receivedAt,
    };
    await keep(dependencies, { ...caught, mailFrom });
    const [{ id, ...row } = { id: '' }] = rows as { id: string }[];
    assert.match(id, /^[0-9a-f-]{36}$/);
    const { tls: _tls, ...rest } = caught;
    assert.deepEqual(row, { ...rest, mailFrom, ...owner, receivedAt });
  });
