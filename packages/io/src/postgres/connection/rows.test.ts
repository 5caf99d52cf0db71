import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromRow } from './rows.ts';

test('a row has the field names of the product, and no null', () => {
  const row = { id: 'a', account_id: 'b', last_used_ip: null, acceptedAt: 1, detail: { some_key: null } };
  assert.deepEqual(fromRow(row), {
    id: 'a',
    accountId: 'b',
    lastUsedIp: undefined,
    acceptedAt: 1,
    detail: { some_key: null },
  });
});
