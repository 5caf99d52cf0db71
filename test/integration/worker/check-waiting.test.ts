/** After a switch, mail that waits is shown as stopped at once and not only when its next attempt is due. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { waitingMail } from '@waybill/io/postgres/deliveries/waiting-mail';
import { checkWaiting } from '../../../apps/worker/src/check-waiting.ts';
import { onAccepted } from '../../../apps/worker/src/on-accepted.ts';
import { type Bench, openBench } from './bench.ts';
import { suspend, switchesOn } from './switch-cases.ts';
import { newTenant, type Tenant } from './tenant.ts';

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

const seen = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** A worker's round, once the switch is old enough. */
async function round(): Promise<void> {
  await seen();
  const now = (): Date => new Date(Date.now() + 1_000);
  const ports = { ...bench.ports, waitingMail: waitingMail(bench.database), now };
  await checkWaiting(ports, new AbortController().signal);
}

async function waiting(one: Tenant, status: 'queued' | 'deferred' | 'unknown'): Promise<string> {
  const id = await bench.submit(one.account, { from: `app@${one.domain}`, credentialId: one.key });
  await onAccepted(id, bench.ports);
  const due = "not_before = now() + interval '1 hour', next_action_at = now() + interval '1 hour'";
  await bench.query(`UPDATE delivery SET status = $2, attempts = 1, ${due} WHERE message_id = $1`, [
    id,
    status,
  ]);
  return id;
}

const standing = async (id: string) =>
  (await bench.deliveries(id)).map((one) => [one.status, one.held_for, one.attempts, one.next_action_at]);
const eventsOf = async (id: string) =>
  (await bench.query('SELECT type FROM event WHERE message_id = $1 ORDER BY id', [id])).map(
    ({ type }) => type,
  );
const openChecks = () => bench.query('SELECT account_id, recipient_key FROM gate_check');

for (const [what, status, reason, heldFor, work] of switchesOn(() => bench))
  test(`${what}: mail whose next attempt is an hour away is ${status} in the next round`, async () => {
    const one = await newTenant(bench);
    const other = await newTenant(bench);
    const [queued, deferred, theirs] = [
      await waiting(one, 'queued'),
      await waiting(one, 'deferred'),
      await waiting(other, 'deferred'),
    ];
    await work(one);
    await round();
    for (const id of [queued, deferred]) {
      assert.deepEqual(await standing(id), [[status, heldFor, 1, null]]);
      assert.match((await bench.deliveries(id))[0].reason, reason);
      assert.deepEqual(await eventsOf(id), ['queued', status]);
    }
    assert.equal((await bench.deliveries(theirs))[0].status, 'deferred');
    assert.deepEqual(await openChecks(), []);
  });

test('an account whose settings cannot be read does not keep the mail of others from being checked', async () => {
  const broken = await newTenant(bench);
  const one = await newTenant(bench);
  await waiting(broken, 'queued');
  const id = await waiting(one, 'queued');
  const setBox = (box: Buffer | null) =>
    bench.query('UPDATE account SET smarthost_url_box = $2 WHERE id = $1', [broken.account, box]);
  await suspend(bench, broken);
  await setBox(Buffer.from('not sealed'));
  await suspend(bench, one);
  await round();
  assert.deepEqual(await standing(id), [['held', 'account_suspended', 1, null]]);
  assert.deepEqual(await openChecks(), [{ account_id: broken.account, recipient_key: '' }]);
  await setBox(null);
  await round();
  assert.deepEqual(await openChecks(), []);
});

test('mail that may have arrived stays unknown when its account is suspended, and is not sent again', async () => {
  const one = await newTenant(bench);
  const id = await waiting(one, 'unknown');
  await suspend(bench, one);
  await round();
  assert.deepEqual(await standing(id), [['unknown', 'account_suspended', 1, null]]);
  await suspend(bench, one);
  await round();
  assert.deepEqual(await eventsOf(id), ['queued', 'held']);
});

test('mail that was held is cancelled when its account is deleted', async () => {
  const one = await newTenant(bench);
  const id = await waiting(one, 'deferred');
  await suspend(bench, one);
  await round();
  await bench.query('UPDATE account SET deleted_at = now() WHERE id = $1', [one.account]);
  await round();
  assert.deepEqual(await standing(id), [['cancelled', null, 1, null]]);
  assert.deepEqual(await eventsOf(id), ['queued', 'held', 'cancelled']);
});

test('mail that a process is working on is left to it', async () => {
  const one = await newTenant(bench);
  const id = await waiting(one, 'deferred');
  await bench.query("UPDATE delivery SET lease_until = now() - interval '1 minute' WHERE message_id = $1", [
    id,
  ]);
  await suspend(bench, one);
  await round();
  assert.equal((await bench.deliveries(id))[0].status, 'deferred');
});

for (const [what, sql] of [
  [
    'a rotation',
    "UPDATE smtp_credential SET secret_hash = '\\x01', previous_secret_hash = secret_hash WHERE id = $1",
  ],
  [
    'a revocation that lets pending mail go on',
    "UPDATE smtp_credential SET revoked_at = now(), pending_mail = 'send' WHERE id = $1",
  ],
] as const)
  test(`${what} asks no gate and stops nothing`, async () => {
    const one = await newTenant(bench);
    const id = await waiting(one, 'deferred');
    await bench.query(sql, [one.key]);
    assert.deepEqual(await openChecks(), []);
    await round();
    assert.equal((await bench.deliveries(id))[0].status, 'deferred');
  });

test('a suppression for a hard bounce asks no gate: it comes in numbers, and the next attempt asks', async () => {
  const one = await newTenant(bench);
  const found = { address: 'ada@rcpt.example', reason: 'hard_bounce', streamId: undefined } as const;
  await bench.ports.suppressions.add(one.account, found, {});
  assert.deepEqual(await openChecks(), []);
});
