import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { HeldLease } from '@waybill/relay/ports';
import { openHeldLeases } from './leases.ts';

const second = 1_000;
const leaseMs = 60 * second;
const a = { deliveryId: 'delivery a', leaseId: 'lease a' };
const b = { deliveryId: 'delivery b', leaseId: 'lease b' };

type Renewal = { readonly leaseIds: readonly string[]; readonly until: number };

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A ledger whose every answer is given by `answer`, on a clock that the test moves. */
function scene(t: TestContext, answer: (leases: readonly HeldLease[]) => Promise<readonly string[]>) {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: 0 });
  const renewals: Renewal[] = [];
  const troubles: string[] = [];
  const leases = openHeldLeases({
    store: {
      renew(given, until) {
        renewals.push({ leaseIds: given.map(({ leaseId }) => leaseId), until: until.getTime() });
        return answer(given);
      },
    },
    leaseMs,
    now: () => new Date(),
    onTrouble: (_, what) => void troubles.push(what),
  });
  t.after(() => leases.close());
  const pass = async (milliseconds: number): Promise<void> => {
    t.mock.timers.tick(milliseconds);
    await settled();
  };
  return { leases, renewals, troubles, pass };
}

const all = async (leases: readonly HeldLease[]): Promise<readonly string[]> =>
  leases.map(({ leaseId }) => leaseId);

test('every third of a lease all that are kept are renewed in one call, for a whole lease from then', async (t) => {
  const { leases, renewals, pass } = scene(t, all);
  const [first, other] = [leases.keep(a), leases.keep(b)];
  await pass(19 * second);
  assert.deepEqual(renewals, []);
  await pass(second);
  await pass(20 * second);
  assert.deepEqual(renewals, [
    { leaseIds: ['lease a', 'lease b'], until: 80 * second },
    { leaseIds: ['lease a', 'lease b'], until: 100 * second },
  ]);
  assert.deepEqual([first.isLost(), other.isLost()], [false, false]);
});

test('with nothing kept the ledger is not asked', async (t) => {
  const { leases, renewals, pass } = scene(t, all);
  leases.keep(a).release();
  await pass(20 * second);
  assert.deepEqual(renewals, []);
});

test('a lease that the ledger does not confirm is lost, and not asked for again', async (t) => {
  const { leases, renewals, pass } = scene(t, async () => ['lease b']);
  const [lost, held] = [leases.keep(a), leases.keep(b)];
  await pass(20 * second);
  assert.deepEqual([lost.isLost(), held.isLost()], [true, false]);
  await pass(20 * second);
  assert.deepEqual(renewals.at(-1)?.leaseIds, ['lease b']);
});

test('a lease that is taken during a renewal is not lost by the result of that renewal', async (t) => {
  const answer = Promise.withResolvers<readonly string[]>();
  const { leases, pass } = scene(t, () => answer.promise);
  leases.keep(a);
  await pass(20 * second);
  const later = leases.keep(b);
  answer.resolve(['lease a']);
  await settled();
  assert.equal(later.isLost(), false);
});

test('with the ledger away nothing is lost, and the next turn asks again', async (t) => {
  let isAway = true;
  const { leases, renewals, troubles, pass } = scene(t, async (given) => {
    if (isAway) throw new Error('database away');
    return all(given);
  });
  const lease = leases.keep(a);
  await pass(20 * second);
  assert.equal(lease.isLost(), false);
  assert.deepEqual(troubles, ['leases not renewed']);
  isAway = false;
  await pass(20 * second);
  assert.equal(renewals.length, 2);
  assert.equal(troubles.length, 1);
});

test('a renewal that hangs is not joined by another', async (t) => {
  const answer = Promise.withResolvers<readonly string[]>();
  const { leases, renewals, pass } = scene(t, () => answer.promise);
  leases.keep(a);
  await pass(20 * second);
  await pass(20 * second);
  assert.equal(renewals.length, 1);
  answer.resolve(['lease a']);
  await settled();
  await pass(20 * second);
  assert.equal(renewals.length, 2);
});

test('once closed nothing is renewed', async (t) => {
  const { leases, renewals, pass } = scene(t, all);
  leases.keep(a);
  leases.close();
  await pass(60 * second);
  assert.deepEqual(renewals, []);
});
