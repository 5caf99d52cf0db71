import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOf, ledgerMemory, ledgerOn } from './ledger.ts';

type Entry = { readonly accepted?: number; readonly arrived?: number; readonly times?: number };

function ledgerWith(entries: readonly Entry[]) {
  const ledger = ledgerOn(ledgerMemory(entries.length));
  for (const [id, { accepted = 0, arrived = 0, times = arrived ? 1 : 0 }] of entries.entries()) {
    ledger.acceptedAt[id] = accepted;
    ledger.arrivedAt[id] = arrived;
    ledger.arrivals[id] = times;
  }
  return ledger;
}

test('accepted and arrived once is delivered, with the time between', () => {
  const account = accountOf(ledgerWith([{ accepted: 10, arrived: 13 }]), { first: 0, count: 1 });
  assert.deepEqual(account, {
    accepted: 1,
    delivered: 1,
    lost: [],
    duplicated: [],
    unanswered: 0,
    latencies: [3],
    lastAcceptedAt: 10,
    lastArrivedAt: 13,
  });
});

test('accepted and never arrived is lost', () => {
  const ledger = ledgerWith([{ accepted: 1, arrived: 2 }, { accepted: 5 }]);
  assert.deepEqual(accountOf(ledger, { first: 0, count: 2 }).lost, [1]);
});

test('two arrivals are a duplicate, with or without a 250', () => {
  const ledger = ledgerWith([
    { accepted: 1, arrived: 2, times: 2 },
    { arrived: 2, times: 3 },
  ]);
  assert.deepEqual(accountOf(ledger, { first: 0, count: 2 }).duplicated, [0, 1]);
});

test('arrived once without a 250 is neither lost nor a duplicate', () => {
  const account = accountOf(ledgerWith([{ arrived: 2 }]), { first: 0, count: 1 });
  assert.deepEqual([account.lost, account.duplicated, account.unanswered], [[], [], 1]);
});

test('never offered or refused counts nowhere', () => {
  const account = accountOf(ledgerWith([{}]), { first: 0, count: 1 });
  assert.deepEqual([account.accepted, account.delivered, account.lost.length], [0, 0, 0]);
});

test('what other scenarios sent does not count', () => {
  const ledger = ledgerWith([{ accepted: 1 }, { accepted: 2, arrived: 3 }, { accepted: 9, arrived: 99 }]);
  const account = accountOf(ledger, { first: 1, count: 1 });
  assert.deepEqual([account.accepted, account.lost, account.lastArrivedAt], [1, [], 3]);
});

test('threads that open the same memory see each other', () => {
  const memory = ledgerMemory(2);
  ledgerOn(memory).acceptedAt[1] = 7;
  assert.equal(ledgerOn(memory).acceptedAt[1], 7);
});
