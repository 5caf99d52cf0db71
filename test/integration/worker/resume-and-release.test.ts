/** What becomes of held mail: a resume lets go what the suspension held, a release or a cancel decides about the rest. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { claimAndDeliver } from '@waybill/delivery/sources';
import { heldMail } from '@waybill/io/postgres/deliveries/resume';
import { messages } from '@waybill/io/postgres/reading/messages';
import { onAccepted } from '../../../apps/worker/src/on-accepted.ts';
import { resumeHeld } from '../../../apps/worker/src/resume-held.ts';
import { movedIds } from '../../support/moved-ids.ts';
import { openSink, type Sink } from '../../support/sink.ts';
import { type Bench, openBench } from './bench.ts';
import { newTenant, type Tenant } from './tenant.ts';
import { outboundTo } from './to-smarthost.ts';

let bench: Bench;
let sink: Sink;
let send: (deliveryId: string) => Promise<unknown>;
const open: { close(): Promise<void> | void }[] = [];
before(async () => {
  bench = await openBench();
  sink = await openSink({ extensions: [] });
  const outbound = outboundTo(sink.port, bench);
  open.push(sink, ...outbound.closers);
  send = (id) => claimAndDeliver({ ...outbound.dependencies, memory: bench.ports.memory }, id);
});
after(async () => {
  for (const one of open.toReversed()) await one.close();
  await bench.close();
});

const seen = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const setStatus = ({ account }: Tenant, status: string) =>
  bench.query('UPDATE account SET status = $2 WHERE id = $1', [account, status]);
const revoke = ({ key }: Tenant) =>
  bench.query('UPDATE smtp_credential SET revoked_at = now() WHERE id = $1', [key]);
const removeDomain = ({ account }: Tenant) =>
  bench.query('DELETE FROM sender_domain WHERE account_id = $1', [account]);

async function heldBy(one: Tenant, work: (tenant: Tenant) => Promise<unknown>): Promise<string> {
  const id = await bench.submit(one.account, { from: `app@${one.domain}`, credentialId: one.key });
  await work(one);
  await seen();
  await onAccepted(id, bench.ports);
  return id;
}

const deliveryOf = async (id: string) => (await bench.deliveries(id))[0];
const statusOf = async (id: string): Promise<string> => (await deliveryOf(id)).status;
const leftOf = (one: Tenant): number =>
  sink.mails.filter(({ bytes }) => bytes.includes(`app@${one.domain}`)).length;

const resumeRound = () =>
  resumeHeld({ ...bench.ports, heldMail: heldMail(bench.database) }, new AbortController().signal);

test('a resume lets the mail go that the suspension held, and no other', async () => {
  const one = await newTenant(bench);
  const suspended = await heldBy(one, () => setStatus(one, 'suspended'));
  await setStatus(one, 'active');
  const revoked = await heldBy(one, revoke);
  assert.deepEqual([await statusOf(suspended), await statusOf(revoked)], ['held', 'held']);
  await resumeRound();
  const { id, status, held_for, reason } = await deliveryOf(suspended);
  assert.deepEqual([status, held_for, reason], ['queued', null, 'the account is active again']);
  assert.equal(await statusOf(revoked), 'held');
  assert.ok(bench.enqueued.some((enqueue) => enqueue.queue === 'delivery' && enqueue.id === id));
  const events = await bench.query('SELECT type FROM event WHERE message_id = $1 ORDER BY id', [suspended]);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['held', 'requeued'],
  );
});

test('mail of an account that is still suspended, or was deleted, is not resumed', async () => {
  const one = await newTenant(bench);
  const id = await heldBy(one, () => setStatus(one, 'suspended'));
  await resumeRound();
  assert.equal(await statusOf(id), 'held');
  await bench.query("UPDATE account SET status = 'active', deleted_at = now() WHERE id = $1", [one.account]);
  await resumeRound();
  assert.equal(await statusOf(id), 'held');
});

test('the time on hold does not count against the expiry', async () => {
  const one = await newTenant(bench);
  const id = await heldBy(one, () => setStatus(one, 'suspended'));
  await bench.query(
    "UPDATE delivery SET status_changed_at = now() - interval '3 days', expires_at = now() - interval '1 day' WHERE message_id = $1",
    [id],
  );
  await setStatus(one, 'active');
  await resumeRound();
  const hours = ((await deliveryOf(id)).expires_at.getTime() - Date.now()) / 3_600_000;
  assert.ok(hours > 47 && hours < 49, `${hours} h`);
});

test('a backlog is resumed in slices until nothing of it is held', async () => {
  const one = await newTenant(bench);
  const id = await heldBy(one, () => setStatus(one, 'suspended'));
  await bench.query(
    `INSERT INTO delivery (id, message_id, account_id, recipient, recipient_key, recipient_index, status, held_for, patch, not_before, expires_at, status_changed_at)
     SELECT waybill_derive_id(message_id, 'dlv', place), message_id, account_id, recipient, recipient_key, place, status, held_for, patch, not_before, expires_at, status_changed_at
     FROM delivery, generate_series(1, 1200) AS place WHERE message_id = $1`,
    [id],
  );
  await setStatus(one, 'active');
  const from = bench.enqueued.length;
  await resumeRound();
  assert.deepEqual(await bench.query('SELECT DISTINCT status FROM delivery WHERE message_id = $1', [id]), [
    { status: 'queued' },
  ]);
  assert.equal(new Set(bench.enqueued.slice(from).map((enqueue) => enqueue.id)).size, 1_201);
});

for (const [what, heldFor, work] of [
  ['a revocation', 'credential_revoked', revoke],
  ['a removed sender', 'sender_removed', removeDomain],
] as const) {
  test(`mail that ${what} held is sent when it is released, and the release is recorded`, async () => {
    const one = await newTenant(bench);
    const id = await heldBy(one, work);
    assert.equal((await deliveryOf(id)).held_for, heldFor);
    const deliveries = await movedIds(messages(bench.database).release(one.account, [id], new Date()));
    assert.deepEqual(deliveries, [(await deliveryOf(id)).id]);
    const { released_at, reason } = await deliveryOf(id);
    assert.ok(released_at instanceof Date);
    assert.match(reason, /^it was held and is released on request \((credential revoked|sender removed): /);
    await send(deliveries[0] ?? '');
    assert.equal(await statusOf(id), 'delivered');
    assert.equal(leftOf(one), 1);
  });

  test(`what ${what} held is cancelled on request and never leaves`, async () => {
    const one = await newTenant(bench);
    const id = await heldBy(one, work);
    assert.equal((await movedIds(messages(bench.database).cancel(one.account, [id], new Date()))).length, 1);
    const { id: deliveryId, status, held_for } = await deliveryOf(id);
    assert.deepEqual([status, held_for], ['cancelled', null]);
    await send(deliveryId);
    assert.equal(leftOf(one), 0);
  });
}

test('a release does not outlast a later revocation', async () => {
  const one = await newTenant(bench);
  const id = await heldBy(one, removeDomain);
  const deliveries = await movedIds(messages(bench.database).release(one.account, [id], new Date()));
  await new Promise((resolve) => setTimeout(resolve, 5));
  await revoke(one);
  await seen();
  await send(deliveries[0] ?? '');
  assert.equal((await deliveryOf(id)).held_for, 'credential_revoked');
  assert.equal(leftOf(one), 0);
});

test('what is released does not leave as a domain that another account has verified meanwhile', async () => {
  const one = await newTenant(bench);
  const id = await heldBy(one, removeDomain);
  const other = await newTenant(bench);
  await bench.query('UPDATE sender_domain SET domain = $2 WHERE account_id = $1', [
    other.account,
    one.domain,
  ]);
  await seen();
  const deliveries = await movedIds(messages(bench.database).release(one.account, [id], new Date()));
  await send(deliveries[0] ?? '');
  const { held_for, reason } = await deliveryOf(id);
  assert.equal(held_for, 'sender_removed');
  assert.match(reason, /^sender removed: .* belongs to the platform or to another account/);
  assert.equal(leftOf(one), 0);
});

test('a retry is no release: what a revocation held is held again', async () => {
  const one = await newTenant(bench);
  const id = await heldBy(one, revoke);
  const [deliveryId = ''] = await movedIds(messages(bench.database).retry(one.account, [id], new Date()));
  await send(deliveryId);
  assert.deepEqual([await statusOf(id), leftOf(one)], ['held', 0]);
});
