import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryBudgetExceeded } from '@waybill/relay/delivery/memory-budget';
import { openMemoryBudget } from './memory-budget.ts';

const open = () => openMemoryBudget({ bytes: 100, waitMs: 30 });

test('bytes within the budget are granted at once; beyond it the reservation fails after waitMs', async () => {
  const budget = open();
  await budget.reservation().take('ada', 50);
  await budget.reservation().take('bob', 50);
  await assert.rejects(budget.reservation().take('eve', 1), MemoryBudgetExceeded);
});

test('one account gets at most half of the budget, and the other half stays for other accounts', async () => {
  const budget = open();
  await budget.reservation().take('ada', 30);
  await assert.rejects(budget.reservation().take('ada', 30), MemoryBudgetExceeded);
  await budget.reservation().take('bob', 50);
});

test('released bytes are granted to a waiting reservation', async () => {
  const budget = open();
  const first = budget.reservation();
  await first.take('ada', 40);
  await first.take('bob', 50);
  const second = budget.reservation();
  const waited = second.take('eve', 60);
  first.release();
  first.release();
  await waited;
  await assert.rejects(budget.reservation().take('ada', 50), MemoryBudgetExceeded);
});

test('a message larger than the budget is granted when no other one is in memory', async () => {
  const budget = open();
  const large = budget.reservation();
  await large.take('ada', 500);
  await assert.rejects(budget.reservation().take('bob', 1), MemoryBudgetExceeded);
  large.release();
  await budget.reservation().take('bob', 1);
  await assert.rejects(budget.reservation().take('ada', 500), MemoryBudgetExceeded);
});
