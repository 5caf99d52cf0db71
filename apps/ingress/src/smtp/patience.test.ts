import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPatience } from './patience.ts';

for (const [what, limit] of [
  ['error', 20],
  ['command', 200],
] as const)
  test(`the ${limit}th ${what} is one too many, until something good comes`, () => {
    const patience = openPatience();
    for (let count = 1; count < limit; count += 1) assert.equal(patience[what](), false);
    assert.equal(patience[what](), true);
    patience.renew();
    assert.equal(patience[what](), false);
  });
