import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cachedAnswers } from './answer-cache.ts';

test('an answer serves as long as it says and is asked for again afterwards', async () => {
  let clock = 0;
  let asked = 0;
  const cache = cachedAnswers<number>({ keepMs: () => 100, now: () => clock });
  const ask = () => cache.answer('q', async () => ++asked);
  assert.equal(await ask(), 1);
  clock = 99;
  assert.equal(await ask(), 1);
  clock = 100;
  assert.equal(await ask(), 2);
});

test('the oldest question is forgotten first', async () => {
  let asked = 0;
  const cache = cachedAnswers<number>({ keepMs: () => 100, maximumEntries: 2, now: () => 0 });
  for (const question of ['a', 'b', 'c', 'b']) await cache.answer(question, async () => ++asked);
  assert.equal(asked, 3);
  await cache.answer('a', async () => ++asked);
  assert.equal(asked, 4);
});
