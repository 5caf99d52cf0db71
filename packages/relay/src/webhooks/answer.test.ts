import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meaningOf } from './answer.ts';

const now = new Date('2026-12-01T00:00:00Z');
const answer = (status: number | undefined, retryAfter?: string) =>
  meaningOf({ status, error: undefined, retryAfter }, now);
const waitOf = (status: number, retryAfter: string): number | undefined => {
  const meaning = answer(status, retryAfter);
  assert.equal(meaning.outcome, 'failed');
  return meaning.outcome === 'failed' && meaning.retryAfter
    ? (meaning.retryAfter.getTime() - now.getTime()) / 1_000
    : undefined;
};

for (const [status, outcome] of [
  [200, 'delivered'],
  [204, 'delivered'],
  [301, 'failed'],
  [302, 'failed'],
  [400, 'failed'],
  [404, 'failed'],
  [410, 'gone'],
  [429, 'failed'],
  [500, 'failed'],
  [undefined, 'failed'],
] as const)
  test(`an answer with status ${status} is ${outcome}`, () => assert.equal(answer(status).outcome, outcome));

test('429 and 503 may say how long to wait, in seconds or as a date, at most a day', () => {
  assert.equal(waitOf(429, '120'), 120);
  assert.equal(waitOf(503, 'Tue, 01 Dec 2026 00:10:00 GMT'), 600);
  assert.equal(waitOf(503, '99999999'), 86_400);
  assert.equal(waitOf(503, 'soon'), undefined);
  assert.equal(waitOf(503, '-5'), undefined);
  assert.equal(waitOf(500, '120'), undefined);
});
