import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deliveryLookup } from '@waybill/io/postgres/deliveries/delivery-lookup';
import { openEventStore } from '@waybill/io/postgres/mail-store/event-store';
import { reportStore } from '@waybill/io/postgres/mail-store/report-store';
import { messages } from '@waybill/io/postgres/reading/messages';
import { deliveryIdOf } from '@waybill/relay/id';
import { traceOf } from '@waybill/relay/trace/trace';
import { complaintAbout } from '../../../apps/sandbox/src/complaint.ts';
import { onAccepted } from '../../../apps/worker/src/on-accepted.ts';
import { onReport, type ReportPorts } from '../../../apps/worker/src/on-report.ts';
import { anId, type Bench, openBench } from './bench.ts';

let bench: Bench;
let acme: string;
let ports: ReportPorts;

before(async () => {
  bench = await openBench();
  acme = await bench.addAccount('acme.test');
  const { database } = bench;
  ports = {
    ownRules: async () => [],
    reports: reportStore(database),
    deliveries: deliveryLookup(database),
    events: openEventStore({ database }),
    suppressions: bench.ports.suppressions,
    log: bench.ports.log,
    metrics: bench.ports.metrics,
  };
});
after(() => bench.close());

const dsn = (fields: string): Buffer =>
  Buffer.from(
    `From: MAILER-DAEMON@mx.rcpt.example\nMIME-Version: 1.0\nContent-Type: multipart/report; boundary=b\n\n--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.rcpt.example\n\n${fields}\n--b--\n`.replaceAll(
      '\n',
      '\r\n',
    ),
  );

/** A message that was prepared for one recipient, and stands at a status. */
async function aDelivery(recipient: string, status = 'delivered'): Promise<string> {
  const id = await bench.submit(acme, { rcptTo: [recipient] });
  await onAccepted(id, bench.ports);
  const deliveryId = deliveryIdOf(id, 0);
  await bench.query('UPDATE delivery SET status = $2 WHERE id = $1', [deliveryId, status]);
  return deliveryId;
}

async function report(deliveryId: string, bytes: Buffer): Promise<string> {
  const id = anId();
  await reportStore(bench.database).save({ id, bytes, receivedAt: new Date(), deliveryId });
  await onReport(id, ports);
  return id;
}

const delivery = async (id: string) => (await bench.query('SELECT * FROM delivery WHERE id = $1', [id]))[0];
const stored = async (id: string) => (await bench.query('SELECT * FROM report WHERE id = $1', [id]))[0];
const suppressed = async (address: string) =>
  (await bench.query('SELECT * FROM suppression WHERE address = $1', [address]))[0];

test('a mailbox that does not exist bounces the delivery and suppresses the recipient, with the evidence', async () => {
  const id = await aDelivery('Ada@rcpt.example');
  const reportId = await report(
    id,
    dsn(
      'Final-Recipient: rfc822; ada@rcpt.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such user',
    ),
  );
  const { status, reason } = await delivery(id);
  assert.equal(status, 'bounced');
  assert.match(reason, /mx\.rcpt\.example.*5\.1\.1/);
  const row = await suppressed('ada@rcpt.example');
  assert.equal(row.reason, 'hard_bounce');
  assert.equal(row.evidence.report_id, reportId);
  assert.equal(row.evidence.reply, '550 5.1.1 No such user');
  const { kind, account_id, next_action_at } = await stored(reportId);
  assert.deepEqual([kind, account_id, next_action_at], ['dsn', acme, null]);
});

test('a fault that the recipient did not cause bounces and suppresses no recipient', async () => {
  const cases = [
    ['full@rcpt.example', 'Final-Recipient: rfc822; full@rcpt.example\nAction: failed\nStatus: 5.2.2'],
    ['policy@rcpt.example', 'Final-Recipient: rfc822; policy@rcpt.example\nAction: failed\nStatus: 5.7.1'],
    ['late@rcpt.example', 'Final-Recipient: rfc822; late@rcpt.example\nAction: failed\nStatus: 4.4.7'],
    ['vague@rcpt.example', 'Final-Recipient: rfc822; vague@rcpt.example\nAction: failed'],
    // Forwarded: the address that does not exist is not ours.
    ['fwd@rcpt.example', 'Final-Recipient: rfc822; old@other.example\nAction: failed\nStatus: 5.1.1'],
  ] as const;
  for (const [recipient, fields] of cases) {
    const id = await aDelivery(recipient);
    await report(id, dsn(fields));
    assert.equal((await delivery(id)).status, 'bounced', fields);
    assert.equal(await suppressed(recipient), undefined, fields);
  }
});

test('a report that says nothing final changes nothing and stays to be read', async () => {
  const id = await aDelivery('slow@rcpt.example', 'deferred');
  const cases = [
    dsn('Final-Recipient: rfc822; slow@rcpt.example\nAction: delayed\nStatus: 4.4.1'),
    // A forged report must not stop a retry.
    dsn('Final-Recipient: rfc822; slow@rcpt.example\nAction: delivered\nStatus: 2.0.0'),
    Buffer.from('Subject: Out of office\r\n\r\nBack on Monday.\r\n'),
  ];
  for (const bytes of cases) {
    const reportId = await report(id, bytes);
    assert.equal((await delivery(id)).status, 'deferred');
    assert.notEqual((await stored(reportId)).kind, 'unread');
    assert.ok((await stored(reportId)).detail.reason);
  }
});

test('a report of delivery settles an attempt that had no answer', async () => {
  const id = await aDelivery('quiet@rcpt.example', 'unknown');
  await report(id, dsn('Final-Recipient: rfc822; quiet@rcpt.example\nAction: relayed\nStatus: 2.0.0'));
  assert.equal((await delivery(id)).status, 'delivered');
});

test('the same report read twice is one event', async () => {
  const id = await aDelivery('twice@rcpt.example');
  const reportId = await report(
    id,
    dsn('Final-Recipient: rfc822; twice@rcpt.example\nAction: failed\nStatus: 5.1.1'),
  );
  await bench.query(`UPDATE report SET kind = 'unread' WHERE id = $1`, [reportId]);
  await onReport(reportId, ports);
  const events = await bench.query(`SELECT type FROM event WHERE delivery_id = $1 AND type = 'bounced'`, [
    id,
  ]);
  assert.equal(events.length, 1);
});

const complaint = ({
  type = 'abuse',
  mailFrom = 'b-1@bounces.test',
  rcptTo = 'ada@there.example',
} = {}): Buffer =>
  Buffer.from(
    complaintAbout(
      { mailFrom, rcptTo, heloName: 'x', tls: undefined, bytes: Buffer.from('Subject: Hello\r\n\r\nHi\r\n') },
      { now: new Date(), id: anId() },
    ).message.replace('Feedback-Type: abuse', `Feedback-Type: ${type}`),
  );

test('a complaint moves a delivered delivery, suppresses the recipient for the whole account, and the trace shows it', async () => {
  const id = await aDelivery('Unhappy@rcpt.example');
  const reportId = await report(id, complaint());
  const { status, reason, message_id } = await delivery(id);
  assert.equal(status, 'complained');
  assert.match(reason, /reported it as unwanted \(abuse\)/);
  const row = await suppressed('unhappy@rcpt.example');
  assert.deepEqual([row.reason, row.stream_id, row.evidence.report_id], ['complaint', null, reportId]);
  assert.equal((await stored(reportId)).kind, 'feedback');
  const detail = await messages(bench.database).one(acme, message_id);
  assert.ok(detail);
  const entry = traceOf(detail).entries.at(-1);
  assert.deepEqual([entry?.what, entry?.detail.feedback_type], ['complained', 'abuse']);
});

test('a report that is no complaint changes nothing and stays to be read', async () => {
  const id = await aDelivery('calm@rcpt.example');
  for (const type of ['not-spam', 'auth-failure']) {
    const reportId = await report(id, complaint({ type }));
    assert.equal((await delivery(id)).status, 'delivered');
    assert.match((await stored(reportId)).detail.reason, new RegExp(type));
  }
  assert.equal(await suppressed('calm@rcpt.example'), undefined);
});

test('a complaint about a deleted delivery suppresses no recipient', async () => {
  const before = (await bench.query('SELECT count(*) FROM suppression'))[0].count;
  assert.equal((await stored(await report(anId(), complaint()))).kind, 'feedback');
  assert.equal((await bench.query('SELECT count(*) FROM suppression'))[0].count, before);
});

test('a report of a deleted delivery is stored and suppresses no recipient', async () => {
  const before = (await bench.query('SELECT count(*) FROM suppression'))[0].count;
  const reportId = await report(
    anId(),
    dsn('Final-Recipient: rfc822; x@rcpt.example\nAction: failed\nStatus: 5.1.1'),
  );
  assert.equal((await stored(reportId)).kind, 'dsn');
  assert.equal((await bench.query('SELECT count(*) FROM suppression'))[0].count, before);
  await onReport(anId(), ports);
});
