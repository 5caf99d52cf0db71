import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { loadConfig } from './config.ts';

const without = 'postgresql://waybill@db.example:5432/waybill';
const passwordOf = (env: Record<string, string>): unknown =>
  new pg.Client({ connectionString: loadConfig(env).DATABASE_URL }).password;

for (const password of [
  'plain',
  'p@ss:w/rd?#',
  '100%25 sure',
  '$HOME',
  "it's «quoted»",
  ' spaces ',
  '[::1]',
]) {
  test(`DATABASE_PASSWORD accepts ${JSON.stringify(password)} unencoded`, () => {
    assert.equal(passwordOf({ DATABASE_URL: without, DATABASE_PASSWORD: password }), password);
  });
}

test('a password inside DATABASE_URL takes precedence over DATABASE_PASSWORD', () => {
  const DATABASE_URL = 'postgresql://waybill:inside@db.example:5432/waybill';
  assert.equal(passwordOf({ DATABASE_URL, DATABASE_PASSWORD: 'apart' }), 'inside');
});

test('an empty DATABASE_PASSWORD leaves DATABASE_URL as it is', () => {
  assert.equal(loadConfig({ DATABASE_URL: without, DATABASE_PASSWORD: '' }).DATABASE_URL, without);
});
