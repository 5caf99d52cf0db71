import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { JobJson } from 'bullmq';
import type { Turn, TurnResult } from './ring-statements.ts';
import { ringTurns } from './ring-turns.ts';
import { openSilence } from './silence.ts';

const aJob = (id: string): JobJson => ({
  id,
  name: 'ring',
  data: '{}',
  opts: {},
  progress: 0,
  attemptsMade: 0,
  attemptsStarted: 1,
  timestamp: 0,
  failedReason: '',
  returnvalue: 'null',
  stalledCounter: 0,
});

function aTable(waiting: string[], concurrency = 4) {
  const turns: Turn[] = [];
  const silence = openSilence(() => 0);
  const table = {
    waiting,
    turns,
    silence,
    lost: [] as string[],
    nextAt: undefined as number | undefined,
    isAway: false,
  };
  const turn = async ({ handled, want }: Turn): Promise<TurnResult> => {
    turns.push({ handled, want });
    await wait(5);
    if (table.isAway) throw new Error('away');
    const { lost, nextAt } = table;
    return { lost, nextAt, claimed: waiting.splice(0, want).map(aJob) };
  };
  return { ...ringTurns({ turn, concurrency, silence }), table };
}

test('the first question takes as many rings as the worker has hands, the next are answered from those', async () => {
  const { claim, hasTaken, table } = aTable(['a', 'b', 'c', 'd', 'e']);
  const ids: (string | undefined)[] = [];
  for (let index = 0; index < 4; index++) ids.push((await claim()).job?.id);
  assert.deepEqual(ids, ['a', 'b', 'c', 'd']);
  assert.deepEqual(table.turns, [{ handled: [], want: 4 }]);
  assert.ok(!hasTaken());
});

test('a queue that was found empty is not asked again until somebody rings', async () => {
  const { claim, table } = aTable(['a']);
  assert.equal((await claim()).job?.id, 'a');
  assert.equal((await claim()).job, undefined);
  assert.equal(table.turns.length, 1);
  table.waiting.push('b');
  table.silence.broken();
  assert.equal((await claim()).job?.id, 'b');
  assert.deepEqual(table.turns[1], { handled: [], want: 3 });
});

test('what ends while a round trip is under way travels in the next one, with its wish for another', async () => {
  const { claim, finish, table } = aTable(['a', 'b', 'c', 'd', 'e', 'f']);
  for (let index = 0; index < 4; index++) await claim();
  const first = finish('a', true);
  await wait(2);
  const [one, two, three] = await Promise.all([first, finish('b', true), finish('c', false)]);
  assert.deepEqual(table.turns.slice(1), [
    { handled: ['a'], want: 1 },
    { handled: ['b', 'c'], want: 1 },
  ]);
  assert.deepEqual([one?.next?.job?.id, two?.next?.job?.id, three?.next], ['e', 'f', undefined]);
});

test('with nothing left the answer says when the next ring falls due', async () => {
  const { claim, finish, table } = aTable(['a']);
  table.nextAt = 7_000;
  await claim();
  assert.deepEqual(await finish('a', true), { isLost: false, next: { job: undefined, nextAt: 7_000 } });
});

test('a ring that was lost meanwhile says so, and takes no other with it', async () => {
  const { claim, finish, hasTaken, close, table } = aTable(['a', 'b'], 1);
  await claim();
  table.lost = ['a'];
  assert.deepEqual(await finish('a', true), { isLost: true, next: undefined });
  assert.ok(hasTaken());
  assert.deepEqual(await close(), ['b']);
});

test('a round trip that fails fails for those in it, and the next one is made', async () => {
  const { claim, finish, table } = aTable(['a', 'b'], 1);
  await claim();
  table.isAway = true;
  await assert.rejects(finish('a', true), /away/);
  table.isAway = false;
  assert.equal((await finish('a', true)).next?.job?.id, 'b');
});

test('closing waits for what is under way and names what nobody began', async () => {
  const { claim, close } = aTable(['a', 'b', 'c']);
  const first = claim();
  assert.deepEqual(await Promise.all([close(), first.then(({ job }) => job?.id)]), [['b', 'c'], 'a']);
});

test('a ring that ended otherwise frees its hand', async () => {
  const { claim, forget, table } = aTable(['a', 'b'], 1);
  await claim();
  forget('a');
  assert.equal((await claim()).job?.id, 'b');
  assert.deepEqual(table.turns[1], { handled: [], want: 1 });
});
