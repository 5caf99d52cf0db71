/**
 * Another process changes a delivery at the same moment: a renewal, the sweeper, a bounce that is faster than the reply. A
 * statement that waited for the row must go on with what it finds then, with the plans that the hot path keeps too.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { openEventStore } from '@waybill/io/postgres/mail-store/event-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { deliveryIdOf } from '@waybill/relay/id';
import type { ClaimedDelivery } from '@waybill/relay/ports';
import pg from 'pg';
import { bareResultOf } from '../../support/attempt-result.ts';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, someId, someMessage, somePrepared } from './some.ts';

const opened = await openTestDatabase();
const accountId = await addAccount(opened.database);
const other = new pg.Client({ connectionString: opened.url });
await other.connect();

async function claimOne(store: ReturnType<typeof openDeliveryStore>): Promise<ClaimedDelivery> {
  const messages = openMessageStore({ database: opened.database });
  const message = someMessage(accountId);
  await messages.accept(message);
  await messages.savePrepared(somePrepared(message));
  const now = new Date();
  const lease = { leaseId: someId(), now, until: new Date(now.getTime() + 60_000) };
  const claim = await store.claim(deliveryIdOf(message.id, 0), lease);
  assert.ok(claim);
  return claim;
}

// Results with little in them: PostgreSQL 18.4 lost small rows where larger ones went well.

const waitingSql = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = $1";

/** Starts `work` while another transaction has changed the row and not committed; commits once `work` waits. */
async function meanwhileChanged(applicationName: string, id: string, work: () => Promise<unknown>) {
  await other.query('BEGIN');
  await other.query("UPDATE delivery SET lease_until = lease_until + interval '1 second' WHERE id = $1", [
    id,
  ]);
  const done = work();
  for (let looks = 0; looks < 200; looks++) {
    if ((await opened.database.pool.query(waitingSql, [applicationName])).rowCount) break;
    await wait(10);
  }
  await other.query('COMMIT');
  await done;
}

type Row = {
  readonly status: string;
  readonly attempts: number;
  readonly isLeased: boolean;
  readonly isOpen: boolean;
  readonly dots: number;
  readonly ends: number;
};

async function rowOf(id: string): Promise<Row | undefined> {
  const { rows } = await opened.database.pool.query<Row>(
    `SELECT status, attempts, lease_until IS NOT NULL AS "isLeased", next_action_at IS NOT NULL AS "isOpen",
       (SELECT count(dot_sent_at)::integer FROM attempt WHERE delivery_id = delivery.id) AS dots,
       (SELECT count(ended_at)::integer FROM attempt WHERE delivery_id = delivery.id) AS ends
     FROM delivery WHERE id = $1`,
    [id],
  );
  return rows[0];
}

for (const keepsPlans of [true, false]) {
  const applicationName = `waybill test, plans ${keepsPlans ? 'kept' : 'made anew'}`;
  const database = openDatabase({ url: opened.url, applicationName, keepsPlans });
  after(() => database.close());
  const store = openDeliveryStore({ database });
  const events = openEventStore({ database });
  const retryAt = new Date(Date.now() + 60_000);

  const cases: readonly (readonly [
    title: string,
    work: (claim: ClaimedDelivery) => Promise<unknown>,
    expected: Row,
  ])[] = [
    [
      'a delivery that arrived has ended',
      (claim) => store.saveAttempt(bareResultOf(claim)),
      { status: 'delivered', attempts: 1, isLeased: false, isOpen: false, dots: 0, ends: 1 },
    ],
    [
      'a delivery that was put off is free for its next attempt',
      (claim) => store.saveAttempt(bareResultOf(claim, { outcome: 'deferred', retryAt })),
      { status: 'deferred', attempts: 1, isLeased: false, isOpen: true, dots: 0, ends: 1 },
    ],
    [
      'a dot is written down',
      (claim) => store.markDotSent(claim.id, claim.leaseId, new Date()),
      { status: 'queued', attempts: 1, isLeased: true, isOpen: true, dots: 1, ends: 0 },
    ],
    [
      'a claim is put back',
      (claim) => store.putBack(claim.id, claim.leaseId, retryAt),
      { status: 'queued', attempts: 0, isLeased: false, isOpen: true, dots: 0, ends: 0 },
    ],
    [
      'an event moves the status',
      ({ id, messageId }) =>
        events.append({
          id: someId(),
          accountId,
          messageId,
          deliveryId: id,
          type: 'bounced',
          occurredAt: new Date(),
          detail: {},
        }),
      { status: 'bounced', attempts: 1, isLeased: true, isOpen: false, dots: 0, ends: 0 },
    ],
  ];
  for (const [title, work, expected] of cases)
    test(`${title} while another transaction changes its row; plans ${keepsPlans ? 'kept' : 'made anew'}`, async () => {
      const claim = await claimOne(store);
      await meanwhileChanged(applicationName, claim.id, () => work(claim));
      assert.deepEqual(await rowOf(claim.id), expected);
    });
}

after(async () => {
  await other.end();
  await opened.close();
});
