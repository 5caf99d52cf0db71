import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '@waybill/contract/api-key';
import { isAllowed } from './principal.ts';

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
  ['admin', ['admin:*'], 'admin:*', true],
  ['admin', ['admin:*'], 'messages:send', true],
  ['admin', [], 'admin:*', false],
] as const satisfies readonly (readonly ['live' | 'test' | 'admin', readonly string[], Scope, boolean])[])
  test(`a ${kind} key with ${scopes.join(', ') || 'nothing'} ${allowed ? 'may' : 'may not'} ${scope}`, () => {
    assert.equal(isAllowed({ kind, scopes }, scope), allowed);
  });
