/** What waits, as the operator sees it: by account, state and destination. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let account: Seeded;

before(async () => {
  api = await openTestApi();
  account = await seedAccount(api, 1);
});
after(() => api.close());

const groups = async () =>
  (await api.operator('GET /v1/admin/queues/deliveries')).body.data as readonly Record<string, unknown>[];

test('the operator sees mail that waits, by account, state and destination; an account does not', async () => {
  const { pool } = api.test.database;
  await pool.query(
    `UPDATE delivery SET status = 'deferred', next_action_at = now() + interval '1 hour', recipient = 'ada@slow.example' WHERE account_id = $1`,
    [account.innerId],
  );
  const own = (await groups()).filter((group) => group.account_id === account.id);
  assert.deepEqual(
    own.map(({ domain, status, held_for }) => [domain, status, held_for]),
    [['slow.example', 'deferred', null]],
  );
  assert.equal((await account.ask('GET /v1/admin/queues/deliveries')).status, 404);
});
