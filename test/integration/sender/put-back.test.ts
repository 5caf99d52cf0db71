import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, someId, someMessage, somePrepared } from '../postgres/some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const messages = openMessageStore({ database });
const store = openDeliveryStore({ database });
const accountId = await addAccount(database);
after(() => opened.close());

const minute = 60_000;
const later = (from: Date, milliseconds: number): Date => new Date(from.getTime() + milliseconds);
const leaseAt = (now: Date) => ({ leaseId: someId(), now, until: later(now, 15 * minute) });

async function claimed() {
  const message = someMessage(accountId);
  await messages.accept(message);
  const prepared = somePrepared(message);
  await messages.savePrepared(prepared);
  const id = prepared.deliveries[0]?.id ?? '';
  const claim = await store.claim(id, leaseAt(prepared.at));
  assert.ok(claim);
  return { id, at: prepared.at, claim };
}

const attemptsOf = async (id: string): Promise<number> =>
  Number(
    (await database.pool.query('SELECT count(*) FROM attempt WHERE delivery_id = $1', [id])).rows[0].count,
  );

test('a delivery that was put back is due at its time, as if no process had claimed it', async () => {
  const { id, at, claim } = await claimed();
  const until = later(at, 5_000);
  await store.putBack(id, claim.leaseId, until);
  assert.equal(await attemptsOf(id), 0);
  assert.equal(await store.claim(id, leaseAt(later(at, 4_999))), undefined);
  assert.equal((await store.claim(id, leaseAt(until)))?.attempt, 1);
  const { rows } = await database.pool.query('SELECT status FROM delivery WHERE id = $1', [id]);
  assert.equal(rows[0].status, 'queued');
  const events = await database.pool.query("SELECT FROM event WHERE delivery_id = $1 AND type <> 'queued'", [
    id,
  ]);
  assert.equal(events.rowCount, 0);
});

test('the process that put it back may claim it before its time, but takes no lease of another', async () => {
  const { id, at, claim } = await claimed();
  const until = later(at, 5_000);
  await store.putBack(id, claim.leaseId, until);
  const now = later(at, 1_000);
  assert.equal(await store.claim(id, { ...leaseAt(now), dueBy: later(at, 4_999) }), undefined);
  const early = await store.claim(id, { ...leaseAt(now), until: later(at, 4_000), dueBy: until });
  assert.equal(early?.attempt, 1);
  const { rows } = await database.pool.query('SELECT started_at FROM attempt WHERE delivery_id = $1', [id]);
  assert.deepEqual(rows[0].started_at, now);
  assert.equal(await store.claim(id, { ...leaseAt(later(at, 2_000)), dueBy: until }), undefined, 'leased');
});

test('its row is due at that time, for a job that is lost', async () => {
  const { id, at, claim } = await claimed();
  await store.putBack(id, claim.leaseId, later(at, 5_000));
  const { rows } = await database.pool.query('SELECT next_action_at FROM delivery WHERE id = $1', [id]);
  assert.deepEqual(rows[0].next_action_at, later(at, 5_000));
});

test('who lost the lease puts nothing back', async () => {
  const { id, at, claim } = await claimed();
  const second = await store.claim(id, leaseAt(later(at, 16 * minute)));
  assert.equal(second?.attempt, 2);
  await store.putBack(id, claim.leaseId, at);
  assert.equal(await store.claim(id, leaseAt(later(at, 17 * minute))), undefined);
  assert.equal(await attemptsOf(id), 2);
});

test('past the dot nothing is put back', async () => {
  const { id, at, claim } = await claimed();
  assert.equal(await store.markDotSent(id, claim.leaseId, at), true);
  await store.putBack(id, claim.leaseId, at);
  assert.equal(await attemptsOf(id), 1);
  assert.equal(await store.claim(id, leaseAt(later(at, minute))), undefined);
});
