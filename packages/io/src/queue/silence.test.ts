import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openSilence, type Silence } from './silence.ts';

const empty = { isEmpty: true, nextAt: undefined };

async function waitedMs(silence: Silence, timeoutMs: number): Promise<number> {
  const from = performance.now();
  await silence.untilBroken(timeoutMs);
  return performance.now() - from;
}

test('silence is known after a look that found nothing, until somebody rings', () => {
  const silence = openSilence(() => 0);
  assert.ok(!silence.isKnown());
  silence.look()(empty);
  assert.ok(silence.isKnown());
  silence.broken();
  assert.ok(!silence.isKnown());
  silence.look()({ isEmpty: false, nextAt: undefined });
  assert.ok(!silence.isKnown());
});

test('a ring that comes during a look is not forgotten when the look found nothing', () => {
  const silence = openSilence(() => 0);
  const looked = silence.look();
  silence.broken();
  looked(empty);
  assert.ok(!silence.isKnown());
});

test('silence ends when a ring for later falls due', () => {
  let now = 1_000;
  const silence = openSilence(() => now);
  silence.look()({ isEmpty: true, nextAt: 1_500 });
  assert.equal(silence.nextAt(), 1_500);
  assert.ok(silence.isKnown());
  now = 1_500;
  assert.ok(!silence.isKnown());
});

test('nobody waits while there may be something', async () => {
  const silence = openSilence(() => 0);
  assert.ok((await waitedMs(silence, 5_000)) < 100);
});

test('who waits is woken by a ring, by what falls due, and after the time at most', async () => {
  const silence = openSilence(() => 0);
  silence.look()(empty);
  const rung = waitedMs(silence, 5_000);
  await wait(20);
  silence.broken();
  assert.ok((await rung) < 1_000);
  silence.look()({ isEmpty: true, nextAt: 50 });
  const due = await waitedMs(silence, 5_000);
  assert.ok(due > 30 && due < 1_000, `${due} ms`);
  silence.look()(empty);
  const late = await waitedMs(silence, 50);
  assert.ok(late > 30 && late < 1_000, `${late} ms`);
  // A bell may have been lost: look again.
  assert.ok(!silence.isKnown());
});
