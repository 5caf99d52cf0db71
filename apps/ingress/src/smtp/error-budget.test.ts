import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openErrorBudget } from './error-budget.ts';

for (const [what, limit] of [
  ['error', 20],
  ['command', 200],
] as const)
  test(`the ${limit}th ${what} uses up the budget, and reset restores it`, () => {
    const budget = openErrorBudget();
    for (let count = 1; count < limit; count += 1) assert.equal(budget[what](), false);
    assert.equal(budget[what](), true);
    budget.reset();
    assert.equal(budget[what](), false);
  });
