import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accountScopes,
  adminScope,
  holdsScope,
  permissionOf,
  permissions,
  type Scope,
} from './permissions.ts';
import { highestRoleOf, isRoleAtMost, roles, scopesOfRole } from './roles.ts';

for (const [kind, scopes, scope, allowed] of [
  ['live', ['messages:send'], 'messages:send', true],
  ['live', ['messages:send'], 'messages:read', false],
  ['live', ['messages:*'], 'messages:read', true],
  ['live', ['message:*'], 'messages:read', false],
  ['live', ['*'], 'domains:write', true],
  ['live', ['*'], 'admin:*', false],
  ['live', ['admin:*'], 'admin:*', false],
  ['live', [], 'account:read', false],
  ['test', ['credentials:*'], 'credentials:write', true],
  ['operator', ['admin:*'], 'admin:*', true],
  ['operator', ['admin:*'], 'messages:send', true],
  ['operator', [], 'admin:*', false],
  ['operator', ['admin:*'], 'me:*', false],
  ['live', ['*'], 'me:*', false],
  ['live', ['me:*'], 'me:*', false],
  ['user', [], 'me:*', true],
  ['user', ['*'], 'admin:*', false],
  ['user', scopesOfRole.viewer, 'messages:read', true],
  ['user', scopesOfRole.viewer, 'messages:send', false],
  ['user', scopesOfRole.developer, 'domains:write', true],
  ['user', scopesOfRole.developer, 'account:write', false],
  ['user', scopesOfRole.admin, 'members:write', true],
  ['user', scopesOfRole.owner, 'account:write', true],
] as const satisfies readonly (readonly [
  'live' | 'test' | 'operator' | 'user',
  readonly string[],
  Scope,
  boolean,
])[])
  test(`a key of kind ${kind} with ${scopes.join(', ') || 'nothing'} ${allowed ? 'may' : 'may not'} ${scope}`, () => {
    assert.equal(holdsScope({ kind, scopes }, scope), allowed);
  });

test('every operator route needs the operator, and no other route does', () => {
  const wrong = Object.entries(permissions).filter(
    ([name, { scope }]) => name.includes(' /v1/admin/') !== (scope === adminScope),
  );
  assert.deepEqual(wrong, []);
});

test('every scope of an account opens a route', () => {
  const used = new Set<string>(Object.values(permissions).map(({ scope }) => scope));
  assert.deepEqual(
    accountScopes.filter((scope) => !used.has(scope)),
    [],
  );
});

test('reading an account never needs a scope that writes', () => {
  const wrong = Object.entries(permissions).filter(
    ([name, { scope }]) => name.startsWith('GET ') && !/:(?:read|\*)$/.test(scope),
  );
  assert.deepEqual(wrong, []);
});

test('a route without a row has no permission, and HEAD has that of GET', () => {
  assert.throws(() => permissionOf('GET', '/v1/x'), /no row/);
  assert.equal(permissionOf('HEAD', '/v1/account'), permissionOf('GET', '/v1/account'));
});

test('each role may do all that the one before may do', () => {
  const held = roles.map((role) =>
    accountScopes.filter((scope) => holdsScope({ kind: 'user', scopes: scopesOfRole[role] }, scope)),
  );
  for (const [index, scopes] of held.entries())
    assert.deepEqual(
      (held[index - 1] ?? []).filter((scope) => !scopes.includes(scope)),
      [],
    );
});

test('only an owner and the operator give the role of an owner', () => {
  assert.equal(highestRoleOf({ kind: 'operator' }), 'owner');
  assert.equal(highestRoleOf({ kind: 'live' }), 'admin');
  assert.equal(highestRoleOf({ kind: 'user', role: 'admin' }), 'admin');
  assert.equal(highestRoleOf({ kind: 'user' }), 'viewer');
  assert.ok(!isRoleAtMost('owner', 'admin') && isRoleAtMost('viewer', 'viewer'));
});
