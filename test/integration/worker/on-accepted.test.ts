import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sweeper } from '@waybill/io/postgres/upkeep/sweeper';
import { applyPatch, decodePatch } from '@waybill/mail/patch';
import { parseReturnPath } from '@waybill/mail/verp';
import { deliveryIdOf, idOfBytes } from '@waybill/relay/id';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { onAccepted } from '../../../apps/worker/src/on-accepted.ts';
import { type Bench, openBench, publishedKey } from './bench.ts';

let bench: Bench;
let acme: string;
let beta: string;

before(async () => {
  bench = await openBench();
  acme = await bench.addAccount('acme.test');
  beta = await bench.addAccount('beta.test');
  await bench.addNetwork(beta, '192.0.2.20/32');
});
after(() => bench.close());

const leaving = async (messageId: string, patch: Buffer): Promise<Buffer> =>
  applyPatch(await bench.source(messageId), decodePatch(patch));

test('a message that was accepted becomes one delivery per recipient whose patch applies and whose signatures verify', async () => {
  const id = await bench.submit(acme, { rcptTo: ['ada@rcpt.example', 'bob@rcpt.example'] });
  await onAccepted(id, bench.ports);
  const deliveries = await bench.deliveries(id);
  assert.equal((await bench.message(id)).state, 'processed');
  assert.deepEqual(
    deliveries.map(({ recipient, status }) => [recipient, status]),
    [
      ['ada@rcpt.example', 'queued'],
      ['bob@rcpt.example', 'queued'],
    ],
  );
  for (const [index, delivery] of deliveries.entries()) {
    const bytes = await leaving(id, delivery.patch);
    const { results } = await dkimVerify(bytes, { resolver: publishedKey });
    assert.deepEqual(
      results.map((one) => [one.signingDomain, one.status.result]),
      [
        ['acme.test', 'pass'],
        ['acme.test', 'pass'],
      ],
    );
    const text = bytes.toString();
    assert.doesNotMatch(text, /X-Waybill|Bcc:/i);
    assert.match(text, /href="https:\/\/t\.waybill\.test\//);
    const token = parseReturnPath(delivery.return_path, [bench.keys.returnPath]);
    assert.equal(token && idOfBytes(token), deliveryIdOf(id, index));
  }
  const enqueued = bench.enqueued.filter(({ queue }) => queue === 'delivery').map((one) => one.id);
  assert.ok(deliveries.every((delivery) => enqueued.includes(delivery.id)));
});

test('a message that was accepted is resolved by the header whose MAC verifies, and the trace says so', async () => {
  const id = await bench.submit(acme);
  await onAccepted(id, bench.ports);
  const { resolution, account_id } = await bench.message(id);
  assert.equal(account_id, acme);
  assert.equal(resolution.by, 'header');
  assert.match(resolution.reason, /MAC verifies/);
});

test('a message that was accepted is prepared once, however often and however many at a time it is enqueued', async () => {
  const id = await bench.submit(acme);
  await Promise.all([onAccepted(id, bench.ports), onAccepted(id, bench.ports)]);
  const first = await bench.deliveries(id);
  await onAccepted(id, bench.ports);
  const again = await bench.deliveries(id);
  assert.equal(again.length, 1);
  assert.deepEqual(again, first);
  const events = await bench.query('SELECT type FROM event WHERE message_id = $1', [id]);
  assert.deepEqual(events, [{ type: 'queued' }]);
});

test('an accepted message is prepared although enqueueing fails, and the sweeper finds its deliveries later', async () => {
  const id = await bench.submit(acme);
  const jobs = { enqueue: async () => Promise.reject(new Error('the queue is away')) };
  await onAccepted(id, { ...bench.ports, jobs });
  const later = new Date(Date.now() + 31_000);
  const due = await sweeper(bench.database).due('delivery', later, 1000);
  assert.ok(due.includes(deliveryIdOf(id, 0)));
});

test('a message that was accepted is not written to a suppressed recipient, whatever the case of the address', async () => {
  await bench.ports.suppressions.add(
    acme,
    { address: 'gone@rcpt.example', reason: 'manual', streamId: undefined },
    {},
  );
  await bench.query(`UPDATE account SET suppressed_recipients = 'report' WHERE id = $1`, [acme]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const id = await bench.submit(acme, { rcptTo: ['Gone@rcpt.example', 'ada@rcpt.example'] });
  await onAccepted(id, bench.ports);
  const statuses = (await bench.deliveries(id)).map(({ status }) => status);
  assert.deepEqual(statuses, ['suppressed', 'queued']);
});

const forge = (text: string): string => text.replace(/(mac=)([0-9a-f]{4})/, '$10000');

test('a message whose stored header was altered is resolved by the connecting address, and the trace shows the forgery', async () => {
  const id = await bench.submit(acme, { clientIp: '192.0.2.20' });
  await bench.alter(id, forge);
  await onAccepted(id, bench.ports);
  const { resolution, account_id, notes } = await bench.message(id);
  assert.equal(account_id, beta);
  assert.equal(resolution.by, 'ip');
  assert.match(resolution.reason, /192\.0\.2\.20.*forged X-Waybill-Account header was ignored/);
  assert.ok(notes.some((note: { what: string }) => note.what === 'forged header ignored'));
});

test('a message whose stored header was altered is resolved by From where the address says nothing', async () => {
  const id = await bench.submit(acme, { clientIp: '192.0.2.99' });
  await bench.alter(id, forge);
  await onAccepted(id, bench.ports);
  const { resolution, account_id } = await bench.message(id);
  assert.equal(account_id, acme);
  assert.equal(resolution.by, 'from_domain');
  assert.match(resolution.reason, /forged/);
});

test('a message whose stored header was altered does not leave with the forged header', async () => {
  const id = await bench.submit(acme);
  await bench.alter(id, forge);
  await onAccepted(id, bench.ports);
  const [delivery] = await bench.deliveries(id);
  assert.doesNotMatch((await leaving(id, delivery.patch)).toString(), /X-Waybill/i);
});

test('a message whose stored header was altered is one of another message, copied here, and proves nothing', async () => {
  const other = (await bench.source(await bench.submit(beta, { from: 'app@beta.test' }))).toString('latin1');
  const field = /^X-Waybill-Account:.*\r\n(?:[ \t].*\r\n)*/m;
  const id = await bench.submit(acme);
  await bench.alter(id, (text) => text.replace(field, field.exec(other)?.[0] ?? ''));
  await onAccepted(id, bench.ports);
  const { resolution, account_id } = await bench.message(id);
  assert.equal(account_id, acme);
  assert.equal(resolution.by, 'from_domain');
});

test('a message whose account was deleted before it was prepared is cancelled, once, and is never another account’s', async () => {
  const gone = await bench.addAccount('gone.test');
  const id = await bench.submit(gone, { from: 'app@gone.test' });
  await bench.query('UPDATE account SET deleted_at = now() WHERE id = $1', [gone]);
  await bench.query('UPDATE sender_domain SET account_id = $2 WHERE account_id = $1', [gone, beta]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await onAccepted(id, bench.ports);
  await onAccepted(id, bench.ports);
  const { state, account_id } = await bench.message(id);
  assert.deepEqual([state, account_id], ['processed', gone]);
  assert.deepEqual(
    (await bench.deliveries(id)).map((one) => [one.status, one.reason, one.next_action_at]),
    [['cancelled', 'account deleted', null]],
  );
  assert.deepEqual(await bench.query('SELECT type FROM event WHERE message_id = $1', [id]), [
    { type: 'cancelled' },
  ]);
  assert.deepEqual(await bench.query('SELECT FROM discard WHERE message_id = $1', [id]), []);
});

test('a message without an account ends as one discard with the evidence and every rejected candidate', async () => {
  const gone = await bench.addAccount('lost.test');
  const id = await bench.submit(acme);
  await bench.addNetwork(gone, '192.0.2.99/32');
  await bench.alter(id, (text) =>
    text
      .replace(/mac=./, 'mac=_')
      .replace('192.0.2.10', '192.0.2.99')
      .replace('app@acme.test', 'app@lost.test'),
  );
  await bench.query('UPDATE account SET deleted_at = now() WHERE id = $1', [gone]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await onAccepted(id, bench.ports);
  await onAccepted(id, bench.ports);
  assert.equal((await bench.message(id)).state, 'discarded');
  const discards = await bench.query('SELECT * FROM discard WHERE message_id = $1', [id]);
  assert.equal(discards.length, 1);
  const [{ stage, resolution, evidence }] = discards;
  assert.equal(stage, 'worker');
  assert.equal(evidence.fromAddress, 'app@lost.test');
  assert.equal(evidence.acceptedFor, acme);
  assert.deepEqual(await bench.deliveries(id), []);
  assert.equal(resolution.accountId, undefined);
});

const broken = (error: Error) => ({
  ...bench.ports,
  prepare: () => Promise.reject(error),
});

test('a message that cannot be prepared is tried again, then held with a reason without internal text, and never deleted', async () => {
  const id = await bench.submit(acme);
  const ports = broken(new RangeError('secret internals'));
  for (let run = 1; run <= 4; run++) {
    await assert.rejects(onAccepted(id, ports), /secret internals/);
    assert.equal((await bench.message(id)).state, 'accepted');
  }
  await onAccepted(id, ports);
  const { state, reason } = await bench.message(id);
  assert.equal(state, 'held');
  assert.match(reason, /5 runs.*RangeError/);
  assert.doesNotMatch(reason, /secret/);
  assert.ok((await bench.source(id)).length > 0);
  const events = await bench.query('SELECT type FROM event WHERE message_id = $1', [id]);
  assert.deepEqual(events, [{ type: 'held' }]);
});

test('a failure is reported with its own error, also when its run cannot be counted', async () => {
  const id = await bench.submit(acme);
  const messages = { ...bench.ports.messages, countRun: () => Promise.reject(new Error('not counted')) };
  await assert.rejects(onAccepted(id, { ...broken(new RangeError('the cause')), messages }), /the cause/);
});

test('a message that cannot be prepared for want of a database is not held, however often that happens', async () => {
  const id = await bench.submit(acme);
  const away = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
  for (let run = 1; run <= 7; run++) await assert.rejects(onAccepted(id, broken(away)));
  assert.equal((await bench.message(id)).state, 'accepted');
  await onAccepted(id, bench.ports);
  assert.equal((await bench.message(id)).state, 'processed');
});

test('a message that cannot be prepared because it ends its process each time is held before it takes down another', async () => {
  const id = await bench.submit(acme);
  await bench.query('UPDATE message SET process_attempts = 8 WHERE id = $1', [id]);
  await onAccepted(id, bench.ports);
  const { state, reason } = await bench.message(id);
  assert.equal(state, 'held');
  assert.match(reason, /never ended/);
});

test('a job for a message that does not exist has no effect', async () => {
  await onAccepted('01890a5d-ac96-774b-bcce-b302099a8057', bench.ports);
});
