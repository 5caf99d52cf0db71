import assert from 'node:assert/strict';
import { test } from 'node:test';
import { every } from './every.ts';

test('work that fails is logged and done again: the process lives on', async () => {
  const failures: unknown[] = [];
  const log = { error: (what: object) => void failures.push(what) };
  const again = Promise.withResolvers<void>();
  let rounds = 0;
  const repeating = every(
    1,
    async () => {
      rounds += 1;
      if (rounds === 1) throw new Error('the database is away');
      again.resolve();
    },
    log as never,
  );
  await again.promise;
  await repeating.close();
  assert.equal(failures.length, 1);
  assert.match(String((failures[0] as { err: unknown }).err), /the database is away/);
});
