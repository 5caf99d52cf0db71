import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountShown } from './session-account.ts';

const accounts = [{ id: 'acc_1' }, { id: 'acc_2' }, { id: 'acc_3' }];

test('the URL decides which account is shown, then the last visit', () => {
  assert.equal(accountShown({ accounts, asked: 'acc_3', last: 'acc_2' })?.id, 'acc_3');
  assert.equal(accountShown({ accounts, asked: undefined, last: 'acc_2' })?.id, 'acc_2');
  assert.equal(accountShown({ accounts, asked: undefined, last: undefined })?.id, 'acc_1');
});

test('an account that the user does not belong to is never shown', () => {
  assert.equal(accountShown({ accounts, asked: 'acc_9', last: 'acc_8' })?.id, 'acc_1');
  assert.equal(accountShown({ accounts: [], asked: 'acc_9', last: undefined }), undefined);
});
