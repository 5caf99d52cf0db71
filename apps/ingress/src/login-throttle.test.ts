import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { memoryRateLimits } from '@waybill/io/rate-limit/rate-limiter';
import {
  type LoginAttempt,
  type LoginThrottleLimits,
  loginThrottle,
  loginThrottleLimits,
} from './login-throttle.ts';

const start = new Date('2030-01-01T00:00:00Z');
const minute = 60_000;
const attempt = (over: Partial<LoginAttempt> = {}): LoginAttempt => ({
  ip: '192.0.2.1',
  username: 'acme',
  at: new Date(),
  ...over,
});
const later = (minutes: number): Date => new Date(start.getTime() + minutes * minute);
const open = (limits: Partial<LoginThrottleLimits> = {}) =>
  loginThrottle({ ...loginThrottleLimits, ...limits }, memoryRateLimits());

beforeEach(() => mock.timers.enable({ apis: ['Date', 'setTimeout'], now: start }));
afterEach(() => mock.timers.reset());

test('each failure of the same user and address is delayed twice as long, up to a limit', async () => {
  const throttle = open();
  const delays: number[] = [];
  for (let count = 0; count < 8; count += 1) delays.push(await throttle.failed(attempt()));
  assert.deepEqual(delays, [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

test('a lock lasts for a window from the failure that reached the limit', async () => {
  const throttle = open();
  for (let count = 1; count < loginThrottleLimits.perUserAndAddress; count += 1)
    await throttle.failed(attempt());
  assert.equal(await throttle.lockOf(attempt()), undefined);
  mock.timers.tick(5 * minute);
  await throttle.failed(attempt());
  assert.deepEqual(await throttle.lockOf(attempt()), { until: later(20), of: 'user' });
  mock.timers.tick(15 * minute);
  assert.equal(await throttle.lockOf(attempt()), undefined);
  assert.equal(await throttle.failed(attempt()), loginThrottleLimits.firstDelayMs);
});

test('failures count for a window from the first one', async () => {
  const throttle = open();
  await throttle.failed(attempt());
  mock.timers.tick(14 * minute);
  assert.equal(await throttle.failed(attempt()), 2 * loginThrottleLimits.firstDelayMs);
  mock.timers.tick(minute);
  assert.equal(await throttle.failed(attempt()), loginThrottleLimits.firstDelayMs);
});

test('a successful login clears the failures before it', async () => {
  const throttle = open();
  for (let count = 0; count < loginThrottleLimits.perUserAndAddress - 1; count += 1)
    await throttle.failed(attempt());
  throttle.succeeded(attempt());
  assert.equal(await throttle.failed(attempt()), loginThrottleLimits.firstDelayMs);
  assert.equal(await throttle.lockOf(attempt()), undefined);
});

test('the same user at another address, and another user at the address, are not locked', async () => {
  const throttle = open();
  for (let count = 0; count < 30; count += 1) await throttle.failed(attempt());
  assert.notEqual(await throttle.lockOf(attempt()), undefined);
  assert.equal(await throttle.lockOf(attempt({ ip: '192.0.2.2' })), undefined);
  assert.equal(await throttle.lockOf(attempt({ username: 'beta' })), undefined);
});

test('an address that tries many names is locked, but not for a user that lately logged in there', async () => {
  const throttle = open();
  throttle.succeeded(attempt());
  for (let count = 0; count < loginThrottleLimits.perAddress; count += 1)
    await throttle.failed(attempt({ username: `name${count}` }));
  assert.equal((await throttle.lockOf(attempt({ username: 'beta' })))?.of, 'address');
  assert.equal(await throttle.lockOf(attempt()), undefined);
});

test('all addresses of a /64 of IPv6 count as one', async () => {
  const throttle = open();
  for (let count = 0; count < loginThrottleLimits.perUserAndAddress; count += 1)
    await throttle.failed(attempt({ ip: `2001:db8::${count + 1}` }));
  assert.equal((await throttle.lockOf(attempt({ ip: '2001:db8::ffff' })))?.of, 'user');
  assert.equal(await throttle.lockOf(attempt({ ip: '2001:db8:0:1::1' })), undefined);
});

test('a user tried from everywhere is locked, but not where it lately logged in', async () => {
  const throttle = open();
  throttle.succeeded(attempt());
  for (let count = 0; count < loginThrottleLimits.perUser; count += 1)
    await throttle.failed(attempt({ ip: `198.51.100.${count}` }));
  assert.equal((await throttle.lockOf(attempt({ ip: '203.0.113.1' })))?.of, 'user');
  assert.equal(await throttle.lockOf(attempt()), undefined);
});

test('the memory for locks is bounded: the least recently used one is removed', async () => {
  const throttle = open({ perUserAndAddress: 1 });
  for (let count = 0; count < 20_001; count += 1)
    await throttle.failed(attempt({ username: `name${count}`, ip: `ip${count}` }));
  assert.equal(await throttle.lockOf(attempt({ username: 'name0', ip: 'ip0' })), undefined);
  assert.notEqual(await throttle.lockOf(attempt({ username: 'name1', ip: 'ip1' })), undefined);
});
