/** A database that is busy, and not away: a request waits for its turn. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

test('a change of an account waits longer than five seconds for its row, and a full pool longer than two', async () => {
  const { id, innerId } = await api.makeAccount('Busy');
  const { pool } = api.test.database;
  const holder = await pool.connect();
  const others = [];
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT id FROM account WHERE id = $1 FOR UPDATE', [innerId]);
    const changed = api.operator(`PATCH /v1/admin/accounts/${id}`, { name: 'Patient' });
    await wait(5_500);
    await holder.query('ROLLBACK');
    assert.deepEqual([(await changed).status, (await changed).body.name], [200, 'Patient']);

    const free = (pool.options.max ?? 0) - 1;
    for (let taken = 0; taken < free; taken++) others.push(await pool.connect());
    const second = api.operator(`PATCH /v1/admin/accounts/${id}`, { name: 'Patient too' });
    await wait(2_500);
    for (const one of others.splice(0)) one.release();
    assert.deepEqual([(await second).status, (await second).body.name], [200, 'Patient too']);
  } finally {
    for (const one of others) one.release();
    holder.release();
  }
});
