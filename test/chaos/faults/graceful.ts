/** F20: processes that are asked to go, one after the other, under load. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Installation, until } from '../installation.ts';
import { underLoad } from '../load-on.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Milliseconds until it was gone. */
async function askToGo(installation: Installation, name: string): Promise<number> {
  const pid = await installation.pidOf(name);
  process.kill(pid, 'SIGTERM');
  const gone = await until({ what: `${name} has gone`, seconds: 30, look: async () => !isAlive(pid) });
  await until({
    what: `${name} runs again`,
    seconds: 20,
    look: async () => (await installation.pidOf(name)) !== pid,
  });
  return gone;
}

/** No session is cut off in the middle: 0 lost, 0 duplicated, 0 unknown, and clients get 421. */
export async function askedToGo(t: TestContext, installation: Installation): Promise<void> {
  const { book } = await underLoad(t, installation, {
    name: 'f20',
    fault: async () => {
      for (const app of ['worker', 'sender', 'api', 'ingress']) {
        await wait(400);
        t.diagnostic(`${app} was gone after ${Math.round(await askToGo(installation, app))} ms`);
      }
      await wait(400);
    },
    also: ({ duplicates, unknown }) => assert.deepEqual([duplicates, unknown], [0, 0]),
  });
  assert.equal(book.unanswered.size, 0, 'every final dot was answered');
  assert.deepEqual([...book.endings.keys()], ['421'], 'clients got 421');
}
