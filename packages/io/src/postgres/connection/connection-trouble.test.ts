import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isConnectionTrouble } from './connection-trouble.ts';

const withCode = (code: string): Error => Object.assign(new Error(code), { code });

const trouble: readonly unknown[] = [
  ...['57P01', '57P02', '57P03', '08006', '53300', '53100', '40P01', '25006', '57014'].map(withCode),
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'P1001', 'P2024'].map(withCode),
  new Error('Connection terminated unexpectedly'),
  new Error('Query read timeout'),
  new Error('timeout exceeded when trying to connect'),
  new Error('wrapped', { cause: withCode('ECONNREFUSED') }),
  new AggregateError([withCode('ECONNREFUSED')]),
];
const badData: readonly unknown[] = [
  ...['23505', '22P02', '23514', '42601', '42501', 'P2002'].map(withCode),
  new Error('Something else'),
  'a string',
  undefined,
];

test('an error of a server that is away, stopping or overloaded is temporary', () => {
  for (const error of trouble) assert.equal(isConnectionTrouble(error), true, String(error));
});

test('an error of wrong data is not temporary', () => {
  for (const error of badData) assert.equal(isConnectionTrouble(error), false, String(error));
});
