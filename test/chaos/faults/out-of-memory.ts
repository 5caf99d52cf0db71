/** F19: a process that runs out of memory in the middle of its work. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Installation, until } from '../installation.ts';
import { underLoad } from '../load-on.ts';
import { scale } from '../scale.ts';

const SETTLE_MS = 500;

/** What V8 says last of all; so often in the log of this process. */
async function deathsIn({ dev }: Installation, app: string): Promise<number> {
  const log = await readFile(join(dev.folder, 'logs', `${app}.log`), 'latin1');
  return log.split('JavaScript heap out of memory').length - 1;
}

/** V8 ends the process; its supervisor starts it again, and the new process does the work that was left. */
export async function runsOutOfMemory(
  t: TestContext,
  installation: Installation,
  app: 'worker' | 'sender',
): Promise<void> {
  const before = await deathsIn(installation, app);
  const dieOnce = async (): Promise<void> => {
    await wait(SETTLE_MS);
    const pid = await installation.pidOf(app);
    const began = performance.now();
    process.kill(pid, 'SIGUSR2');
    await until({
      what: `${app} has run out of memory and runs again`,
      seconds: 60,
      look: async () => (await installation.pidOf(app)) !== pid,
    });
    t.diagnostic(`${app} was back ${Math.round(performance.now() - began)} ms after it began to leak`);
  };
  await underLoad(t, installation, {
    name: `f19m-${app}`,
    fault: async () => {
      for (let death = 0; death < scale.deaths; death++) await dieOnce();
    },
    also: ({ duplicates, unknown }) => {
      // Where every attempt is the sender's, nothing that happens to a worker can send anything twice.
      const sendsNothing = app === 'worker' && installation.env.WORKER_FIRST_ATTEMPTS === '0';
      if (sendsNothing) assert.deepEqual([duplicates, unknown], [0, 0]);
    },
  });
  assert.equal((await deathsIn(installation, app)) - before, scale.deaths, 'it was memory that ended it');
}
