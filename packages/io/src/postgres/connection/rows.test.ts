import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromRow, rowsText } from './rows.ts';

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

test('values become rows of JSON, and only their own fields are renamed', () => {
  const values = [{ accountId: 'a', lastUsedIp: undefined, detail: { someKey: 1 } }];
  assert.equal(rowsText(values), '[{"account_id":"a","detail":{"someKey":1}}]');
});
