import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Attempt, guessing, guessingLimits } from './guessing.ts';

const start = new Date('2030-01-01T00:00:00Z');
const minute = 60_000;
const attempt = (over: Partial<Attempt> = {}): Attempt => ({
  ip: '192.0.2.1',
  username: 'acme',
  at: start,
  ...over,
});
const later = (minutes: number): Date => new Date(start.getTime() + minutes * minute);

test('each failure of the same pair waits twice as long, up to a limit', () => {
  const guesses = guessing(guessingLimits);
  const delays = Array.from({ length: 8 }, () => guesses.failed(attempt()));
  assert.deepEqual(delays, [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

test('a lock ends with its window', () => {
  const guesses = guessing(guessingLimits);
  for (let count = 0; count < guessingLimits.perUserAndAddress; count += 1) guesses.failed(attempt());
  assert.deepEqual(guesses.lockOf(attempt()), { until: later(15), of: 'user' });
  assert.equal(guesses.lockOf(attempt({ at: later(15) })), undefined);
  assert.equal(guesses.failed(attempt({ at: later(15) })), guessingLimits.firstDelayMs);
});

test('the window slides: whoever goes on guessing stays locked', () => {
  const guesses = guessing(guessingLimits);
  for (let count = 0; count < 20; count += 1) guesses.failed(attempt({ at: later(count) }));
  assert.deepEqual(guesses.lockOf(attempt({ at: later(19) }))?.until, later(34));
});

test('a login forgives what was mistyped before it', () => {
  const guesses = guessing(guessingLimits);
  for (let count = 0; count < guessingLimits.perUserAndAddress - 1; count += 1) guesses.failed(attempt());
  guesses.succeeded(attempt());
  assert.equal(guesses.failed(attempt()), guessingLimits.firstDelayMs);
  assert.equal(guesses.lockOf(attempt()), undefined);
});

test('others are not locked out: not the same user elsewhere, not another user there', () => {
  const guesses = guessing(guessingLimits);
  for (let count = 0; count < 30; count += 1) guesses.failed(attempt());
  assert.notEqual(guesses.lockOf(attempt()), undefined);
  assert.equal(guesses.lockOf(attempt({ ip: '192.0.2.2' })), undefined);
  assert.equal(guesses.lockOf(attempt({ username: 'beta' })), undefined);
});

test('an address that tries many names is locked, but not for a user that lately logged in there', () => {
  const guesses = guessing(guessingLimits);
  guesses.succeeded(attempt());
  for (let count = 0; count < guessingLimits.perAddress; count += 1)
    guesses.failed(attempt({ username: `name${count}` }));
  assert.equal(guesses.lockOf(attempt({ username: 'beta' }))?.of, 'address');
  assert.equal(guesses.lockOf(attempt()), undefined);
});

test('who has a whole network of IPv6 is one guesser', () => {
  const guesses = guessing(guessingLimits);
  for (let count = 0; count < guessingLimits.perUserAndAddress; count += 1)
    guesses.failed(attempt({ ip: `2001:db8::${count + 1}` }));
  assert.equal(guesses.lockOf(attempt({ ip: '2001:db8::ffff' }))?.of, 'user');
  assert.equal(guesses.lockOf(attempt({ ip: '2001:db8:0:1::1' })), undefined);
});

test('a user tried from everywhere is locked, but not where it lately logged in', () => {
  const guesses = guessing(guessingLimits);
  guesses.succeeded(attempt());
  for (let count = 0; count < guessingLimits.perUser; count += 1)
    guesses.failed(attempt({ ip: `198.51.100.${count}` }));
  assert.equal(guesses.lockOf(attempt({ ip: '203.0.113.1' }))?.of, 'user');
  assert.equal(guesses.lockOf(attempt()), undefined);
});

test('strangers cannot fill the memory: the longest untouched go first', () => {
  const guesses = guessing({ ...guessingLimits, perUserAndAddress: 1 });
  for (let count = 0; count < 20_001; count += 1)
    guesses.failed(attempt({ username: `name${count}`, ip: `ip${count}` }));
  assert.equal(guesses.lockOf(attempt({ username: 'name0', ip: 'ip0' })), undefined);
  assert.notEqual(guesses.lockOf(attempt({ username: 'name1', ip: 'ip1' })), undefined);
});
