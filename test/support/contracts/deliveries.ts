import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { DeliveryStatus } from '@waybill/relay/events/event';
import { makeId } from '@waybill/relay/id';
import type { ClaimedDelivery, DeliveryStore } from '@waybill/relay/ports';
import { resultOf } from '../attempt-result.ts';

type Made = Omit<ClaimedDelivery, 'attempt' | 'leaseId' | 'unanswered'> & { readonly at: Date };

export type DeliveriesBench = {
  readonly store: DeliveryStore;
  /** A fresh delivery that is due since `at`. */
  make(): Promise<Made>;
  standing(id: string): Promise<{ readonly status: DeliveryStatus; readonly reason: string }>;
};

const minute = 60_000;
const later = (from: Date, milliseconds: number): Date => new Date(from.getTime() + milliseconds);
const anId = (): string => makeId(new Date(), randomBytes(10));
const leaseAt = (now: Date) => ({ leaseId: anId(), now, until: later(now, 15 * minute) });

async function claimed({ store }: DeliveriesBench, id: string, now: Date): Promise<ClaimedDelivery> {
  const claim = await store.claim(id, leaseAt(now));
  assert.ok(claim, 'not claimed');
  return claim;
}

type Case = readonly [title: string, work: (bench: DeliveriesBench) => Promise<void>];

const claims: readonly Case[] = [
  [
    'a claim brings all it takes to send, and the number of its attempt',
    async ({ store, make }) => {
      const { at, ...delivery } = await make();
      const lease = leaseAt(at);
      assert.deepEqual(await store.claim(delivery.id, lease), {
        ...delivery,
        attempt: 1,
        leaseId: lease.leaseId,
      });
    },
  ],
  [
    'of many that claim a delivery at once one gets it',
    async ({ store, make }) => {
      const { id, at } = await make();
      const got = await Promise.all(Array.from({ length: 20 }, () => store.claim(id, leaseAt(at))));
      assert.equal(got.filter((claim) => claim !== undefined).length, 1);
    },
  ],
  [
    'a delivery cannot be claimed early, while another holds it, or when it never was',
    async (bench) => {
      const { id, at } = await bench.make();
      assert.equal(await bench.store.claim(id, leaseAt(later(at, -5_000))), undefined);
      await claimed(bench, id, at);
      assert.equal(await bench.store.claim(id, leaseAt(later(at, 14 * minute))), undefined);
      assert.equal(await bench.store.claim(anId(), leaseAt(at)), undefined);
    },
  ],
  [
    'when a process died before the dot, the delivery is simply tried again',
    async (bench) => {
      const { id, at } = await bench.make();
      await claimed(bench, id, at);
      const second = await claimed(bench, id, later(at, 16 * minute));
      assert.deepEqual([second.attempt, second.unanswered], [2, undefined]);
    },
  ],
  [
    'when a process died past the final dot, every later claim reports it until an attempt ends',
    async (bench) => {
      const { id, at } = await bench.make();
      const first = await claimed(bench, id, at);
      const dotSentAt = later(at, 1_000);
      assert.equal(await bench.store.markDotSent(id, first.leaseId, dotSentAt), true);
      const second = await claimed(bench, id, later(at, 16 * minute));
      assert.deepEqual(second.unanswered, { attempt: 1, dotSentAt });
      const third = await claimed(bench, id, later(at, 32 * minute));
      assert.deepEqual(third.unanswered, { attempt: 1, dotSentAt });
      const retryAt = later(at, 40 * minute);
      await bench.store.saveAttempt(resultOf(third, { outcome: 'deferred', retryAt }));
      assert.equal((await claimed(bench, id, retryAt)).unanswered, undefined);
    },
  ],
];

const renewals: readonly Case[] = [
  [
    'a renewed lease holds beyond its first time, for the dot too; many are renewed at once',
    async (bench) => {
      const { store, make } = bench;
      const made = [await make(), await make()];
      const mine = await Promise.all(made.map(({ id, at }) => claimed(bench, id, at)));
      const leases = mine.map(({ id, leaseId }) => ({ deliveryId: id, leaseId }));
      const at = made[1]?.at ?? new Date();
      const held = await store.renew(leases, later(at, 30 * minute));
      assert.deepEqual([...held].sort(), leases.map(({ leaseId }) => leaseId).sort());
      for (const { id, leaseId } of mine) {
        assert.equal(await store.claim(id, leaseAt(later(at, 29 * minute))), undefined);
        assert.equal(await store.markDotSent(id, leaseId, later(at, 29 * minute)), true);
        assert.equal((await claimed(bench, id, later(at, 30 * minute))).attempt, 2);
      }
    },
  ],
  [
    'a lease that ran out is renewed while no other process has the delivery, and never after',
    async (bench) => {
      const { store, make } = bench;
      const { id, at } = await make();
      const first = await claimed(bench, id, at);
      const lease = { deliveryId: id, leaseId: first.leaseId };
      assert.deepEqual(await store.renew([lease], later(at, 30 * minute)), [first.leaseId]);
      const second = await claimed(bench, id, later(at, 31 * minute));
      const both = [lease, { deliveryId: id, leaseId: second.leaseId }];
      assert.deepEqual(await store.renew(both, later(at, 60 * minute)), [second.leaseId]);
      assert.equal(await store.markDotSent(id, first.leaseId, later(at, 32 * minute)), false);
      assert.equal(await store.markDotSent(id, second.leaseId, later(at, 59 * minute)), true);
    },
  ],
  [
    'a renewal never shortens a lease',
    async (bench) => {
      const { id, at } = await bench.make();
      const { leaseId } = await claimed(bench, id, at);
      assert.deepEqual(await bench.store.renew([{ deliveryId: id, leaseId }], later(at, minute)), [leaseId]);
      assert.equal(await bench.store.claim(id, leaseAt(later(at, 14 * minute))), undefined);
    },
  ],
  [
    'what was given back, ended or never was cannot be renewed, and is free at its time',
    async (bench) => {
      const { store, make } = bench;
      const [back, retried, ended] = [await make(), await make(), await make()];
      const given = await claimed(bench, back.id, back.at);
      await store.putBack(back.id, given.leaseId, later(back.at, minute));
      const deferred = await claimed(bench, retried.id, retried.at);
      const retryAt = later(retried.at, minute);
      await store.saveAttempt(resultOf(deferred, { outcome: 'deferred', retryAt }));
      const over = await claimed(bench, ended.id, ended.at);
      await store.saveAttempt(resultOf(over));
      const gone = [given, deferred, over].map(({ id, leaseId }) => ({ deliveryId: id, leaseId }));
      const unknown = { deliveryId: anId(), leaseId: anId() };
      assert.deepEqual(await store.renew([...gone, unknown], later(back.at, 60 * minute)), []);
      assert.deepEqual(await store.renew([], later(back.at, 60 * minute)), []);
      await claimed(bench, back.id, later(back.at, 2 * minute));
      await claimed(bench, retried.id, retryAt);
    },
  ],
];

const dots: readonly Case[] = [
  [
    'the dot is granted while the lease holds, and refused when it was lost or ran out',
    async (bench) => {
      const { store, make } = bench;
      const { id, at } = await make();
      const first = await claimed(bench, id, at);
      assert.equal(await store.markDotSent(id, anId(), at), false);
      assert.equal(await store.markDotSent(id, first.leaseId, later(at, 15 * minute)), false);
      const second = await claimed(bench, id, later(at, 15 * minute));
      assert.equal(await store.markDotSent(id, first.leaseId, later(at, 15 * minute)), false);
      assert.equal(await store.markDotSent(id, second.leaseId, later(at, 15 * minute)), true);
    },
  ],
  [
    'the dot is refused once the attempt ended',
    async (bench) => {
      const { id, at } = await bench.make();
      const claim = await claimed(bench, id, at);
      await bench.store.saveAttempt(resultOf(claim, { outcome: 'deferred', retryAt: later(at, minute) }));
      assert.equal(await bench.store.markDotSent(id, claim.leaseId, at), false);
    },
  ],
];

const patches: readonly Case[] = [
  [
    'the holder of the lease replaces the patch before the dot; no other process does, and no process does after it',
    async (bench) => {
      const { store, make } = bench;
      const { id, at } = await make();
      const { leaseId } = await claimed(bench, id, at);
      const [first, second] = [Buffer.from('first'), Buffer.from('second')];
      assert.equal(await store.savePatch(id, anId(), first), false);
      assert.equal(await store.savePatch(id, leaseId, first), true);
      const again = await claimed(bench, id, later(at, 16 * minute));
      assert.deepEqual(again.patch, first);
      assert.equal(await store.savePatch(id, leaseId, second), false);
      assert.equal(await store.markDotSent(id, again.leaseId, later(at, 17 * minute)), true);
      assert.equal(await store.savePatch(id, again.leaseId, second), false);
    },
  ],
];

const ends: readonly Case[] = [
  [
    'a delivered attempt ends the delivery; saved again it says the same and changes nothing',
    async (bench) => {
      const { store, make, standing } = bench;
      const { id, at } = await make();
      const result = resultOf(await claimed(bench, id, at));
      assert.deepEqual(await Promise.all([store.saveAttempt(result), store.saveAttempt(result)]), [
        true,
        true,
      ]);
      assert.equal(await store.saveAttempt({ ...result, outcome: 'deferred' }), true);
      assert.deepEqual(await standing(id), { status: 'delivered', reason: result.reason });
      assert.equal(await store.claim(id, leaseAt(later(at, 60 * minute))), undefined);
    },
  ],
  [
    'a deferred attempt is retried at its time and not before',
    async (bench) => {
      const { id, at } = await bench.make();
      const retryAt = later(at, 3 * minute);
      await bench.store.saveAttempt(resultOf(await claimed(bench, id, at), { outcome: 'deferred', retryAt }));
      assert.equal((await bench.standing(id)).status, 'deferred');
      assert.equal(await bench.store.claim(id, leaseAt(later(retryAt, -1_000))), undefined);
      assert.equal((await claimed(bench, id, retryAt)).attempt, 2);
    },
  ],
  [
    'an attempt without an answer stands still, unless it is to be tried again',
    async (bench) => {
      const { id, at } = await bench.make();
      await bench.store.saveAttempt(resultOf(await claimed(bench, id, at), { outcome: 'unknown' }));
      assert.equal((await bench.standing(id)).status, 'unknown');
      assert.equal(await bench.store.claim(id, leaseAt(later(at, 60 * minute))), undefined);
    },
  ],
  [
    'what a process that died past the final dot may have sent is unknown until an attempt settles it',
    async (bench) => {
      const { store, make, standing } = bench;
      const { id, at } = await make();
      const first = await claimed(bench, id, at);
      await store.markDotSent(id, first.leaseId, at);
      const second = await claimed(bench, id, later(at, 16 * minute));
      const retryAt = later(at, 20 * minute);
      const { unanswered } = second;
      await store.saveAttempt(resultOf(second, { outcome: 'deferred', retryAt, unanswered }));
      assert.equal((await standing(id)).status, 'unknown');
      const third = await claimed(bench, id, retryAt);
      assert.deepEqual([third.status, third.unanswered], ['unknown', undefined]);
      await store.saveAttempt(resultOf(third));
      assert.equal((await standing(id)).status, 'delivered');
    },
  ],
  [
    'a process that lost the lease does not free, schedule or move back the delivery',
    async (bench) => {
      const { id, at } = await bench.make();
      const first = await claimed(bench, id, at);
      const second = await claimed(bench, id, later(at, 16 * minute));
      const late = resultOf(first, { outcome: 'deferred', retryAt: later(at, minute) });
      assert.equal(await bench.store.saveAttempt(late), false);
      assert.equal((await bench.standing(id)).status, 'queued');
      assert.equal(await bench.store.markDotSent(id, second.leaseId, later(at, 17 * minute)), true);
    },
  ],
  [
    'a late "delivered" from a process thought dead stops the one that took over',
    async (bench) => {
      const { id, at } = await bench.make();
      const first = await claimed(bench, id, at);
      const second = await claimed(bench, id, later(at, 16 * minute));
      assert.equal(await bench.store.saveAttempt(resultOf(first)), false);
      assert.equal((await bench.standing(id)).status, 'delivered');
      assert.equal(await bench.store.markDotSent(id, second.leaseId, later(at, 17 * minute)), false);
    },
  ],
  [
    'a result that arrives after its attempt was assumed unknown replaces the assumption',
    async (bench) => {
      const { id, at } = await bench.make();
      const first = await claimed(bench, id, at);
      await bench.store.markDotSent(id, first.leaseId, at);
      const second = await claimed(bench, id, later(at, 16 * minute));
      await bench.store.saveAttempt(resultOf(second, { outcome: 'unknown' }));
      await bench.store.saveAttempt(resultOf(first));
      assert.equal((await bench.standing(id)).status, 'delivered');
    },
  ],
];

const putBacks: readonly Case[] = [
  [
    'what is put back was never tried, and is due at its time',
    async (bench) => {
      const { id, at } = await bench.make();
      const first = await claimed(bench, id, at);
      const until = later(at, minute);
      await bench.store.putBack(id, first.leaseId, until);
      assert.equal((await bench.standing(id)).status, 'queued');
      assert.equal(await bench.store.claim(id, leaseAt(later(until, -1_000))), undefined);
      assert.equal((await claimed(bench, id, until)).attempt, 1);
    },
  ],
  [
    'a delivery is not put back when another process holds it, when it has passed the final dot, or when it ended',
    async (bench) => {
      const { store, make, standing } = bench;
      const { id, at } = await make();
      const claim = await claimed(bench, id, at);
      await store.putBack(id, anId(), at);
      assert.equal(await store.claim(id, leaseAt(at)), undefined);
      await store.markDotSent(id, claim.leaseId, at);
      await store.putBack(id, claim.leaseId, at);
      assert.equal(await store.claim(id, leaseAt(at)), undefined);
      await store.saveAttempt(resultOf(claim));
      await store.putBack(id, claim.leaseId, at);
      assert.equal((await standing(id)).status, 'delivered');
      assert.equal(await store.claim(id, leaseAt(later(at, 60 * minute))), undefined);
    },
  ],
];

const stopOf = (claim: ClaimedDelivery, at: Date) => ({
  deliveryId: claim.id,
  leaseId: claim.leaseId,
  outcome: 'held' as const,
  reason: 'account suspended',
  heldFor: 'account_suspended' as const,
  at,
});

const stops: readonly Case[] = [
  [
    'a claim that a gate stopped is held, and no process claims it any more',
    async (bench) => {
      const { store, make, standing } = bench;
      const { id, at } = await make();
      await store.stop(stopOf(await claimed(bench, id, at), at));
      assert.deepEqual(await standing(id), { status: 'held', reason: 'account suspended' });
      assert.equal(await store.claim(id, leaseAt(later(at, 60 * minute))), undefined);
    },
  ],
  [
    'a stop changes nothing when another process holds the delivery, when the dot was sent, or when it ended',
    async (bench) => {
      const { store, make, standing } = bench;
      const { id, at } = await make();
      const lost = await claimed(bench, id, at);
      const claim = await claimed(bench, id, later(at, 16 * minute));
      await store.stop(stopOf(lost, at));
      assert.equal((await standing(id)).status, 'queued');
      await store.markDotSent(id, claim.leaseId, later(at, 16 * minute));
      await store.stop(stopOf(claim, at));
      assert.equal((await standing(id)).status, 'queued');
      await store.saveAttempt(resultOf(claim));
      await store.stop(stopOf(claim, at));
      assert.equal((await standing(id)).status, 'delivered');
    },
  ],
  [
    'what may have arrived stays unknown when it is held, and is not sent again by itself',
    async (bench) => {
      const { store, make, standing } = bench;
      const { id, at } = await make();
      const first = await claimed(bench, id, at);
      const retryAt = later(at, minute);
      await store.saveAttempt(resultOf(first, { outcome: 'unknown', retryAt }));
      await store.stop(stopOf(await claimed(bench, id, retryAt), retryAt));
      assert.deepEqual(await standing(id), { status: 'unknown', reason: 'account suspended' });
      assert.equal(await store.claim(id, leaseAt(later(at, 60 * minute))), undefined);
    },
  ],
  [
    'a suppressed or cancelled claim ends there',
    async (bench) => {
      const { store, make, standing } = bench;
      for (const outcome of ['suppressed', 'cancelled', 'failed'] as const) {
        const { id, at } = await make();
        await store.stop({ ...stopOf(await claimed(bench, id, at), at), outcome, heldFor: undefined });
        assert.equal((await standing(id)).status, outcome);
        assert.equal(await store.claim(id, leaseAt(later(at, 60 * minute))), undefined);
      }
    },
  ],
];

/** What every ledger of deliveries does, whatever it keeps them in. ARCHITECTURE §7. */
export function deliveriesContract(name: string, open: () => DeliveriesBench): void {
  for (const [title, work] of [...claims, ...renewals, ...dots, ...patches, ...ends, ...putBacks, ...stops])
    test(`${name}: ${title}`, () => work(open()));
}
