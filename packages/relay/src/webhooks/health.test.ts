import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afterFailure,
  afterSuccess,
  concurrencyOf,
  type EndpointHealth,
  healthy,
  isPaused,
  nextNoticeAt,
  noticeOf,
} from './health.ts';

const start = new Date('2026-12-01T00:00:00Z');
const after = (ms: number): Date => new Date(start.getTime() + ms);
const hour = 3_600_000;
const fail = (before: EndpointHealth, at = start, retryAfter?: Date): EndpointHealth =>
  afterFailure(before, { at, retryAfter });
const failTimes = (count: number, before = healthy): EndpointHealth =>
  Array.from({ length: count }).reduce<EndpointHealth>((health) => fail(health), before);

test('four failures in a row open the circuit for seconds, three do not', () => {
  assert.equal(isPaused(failTimes(3), start), false);
  const open = failTimes(4);
  assert.equal(isPaused(open, after(4_999)), true);
  assert.equal(isPaused(open, after(5_000)), false);
});

test('while it is unknown whether the endpoint works again, one request at a time is made', () => {
  assert.equal(concurrencyOf(healthy, 8), 8);
  assert.equal(concurrencyOf(failTimes(4), 8), 1);
  assert.equal(concurrencyOf(afterSuccess(failTimes(4)), 8), 8);
});

test('each failure of an open circuit doubles the pause, up to five minutes', () => {
  const pauses = [4, 5, 6, 20].map(
    (count) => ((failTimes(count).resumeAt?.getTime() ?? 0) - start.getTime()) / 1_000,
  );
  assert.deepEqual(pauses, [5, 10, 20, 300]);
});

test('a few failures among successes do not open the circuit', () => {
  let health = healthy;
  for (let round = 0; round < 50; round++) {
    health = fail(afterSuccess(afterSuccess(health)));
    assert.equal(health.opened, 0);
  }
});

test('a success ends the failure', () => {
  const health = afterSuccess(failTimes(9));
  assert.deepEqual(
    [health.failingSince, health.resumeAt, health.opened, health.notices],
    [undefined, undefined, 0, 0],
  );
});

test('an endpoint that asks for a wait gets no request before', () => {
  const health = fail(healthy, start, after(hour));
  assert.equal(isPaused(health, after(hour - 1)), true);
  assert.equal(isPaused(health, after(hour)), false);
});

test('notices are due after an hour, a day and five days, and the last one disables', () => {
  const failing = fail(healthy);
  assert.equal(noticeOf(failing, after(hour - 1)), undefined);
  assert.deepEqual(noticeOf(failing, after(hour)), { type: 'webhook.failing', notices: 1 });
  const once = { ...failing, notices: 1 };
  assert.equal(noticeOf(once, after(23 * hour)), undefined);
  assert.deepEqual(noticeOf(once, after(24 * hour)), { type: 'webhook.failing', notices: 2 });
  assert.deepEqual(noticeOf({ ...failing, notices: 2 }, after(120 * hour)), {
    type: 'webhook.disabled',
    notices: 3,
  });
  assert.deepEqual([failing, once].map(nextNoticeAt), [after(hour), after(24 * hour)]);
  assert.equal(nextNoticeAt(healthy), undefined);
});
