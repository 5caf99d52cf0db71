import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountsOf, isAtLeast } from './shown-account.ts';

const own = { id: 'acc_1', name: 'Acme', status: 'active', role: 'viewer' } as const;
const acting = {
  account_id: 'acc_2',
  account_name: 'Harbour',
  reason: 'a question of the owner',
  until: '2026-11-29T12:00:00Z',
};
const session = (more: object) => ({ accounts: [own], acting: null, ...more }) as never;

test('an operator who acts inside an account sees it beside the own ones', () => {
  assert.deepEqual(
    accountsOf(session({ acting })).map(({ id, name, isActing }) => [id, name, isActing]),
    [
      ['acc_1', 'Acme', false],
      ['acc_2', 'Harbour', true],
    ],
  );
});

test('acting inside an own account changes nothing in the list', () => {
  assert.equal(accountsOf(session({ acting: { ...acting, account_id: 'acc_1' } })).length, 1);
});

test('each role may do what a weaker one may do', () => {
  assert.ok(isAtLeast('admin', 'developer'));
  assert.ok(!isAtLeast('viewer', 'developer'));
});
