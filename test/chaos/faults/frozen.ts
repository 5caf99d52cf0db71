/** F19: a process that sleeps past its lease while another takes over. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Installation, LEASE_SECONDS } from '../installation.ts';
import { underLoad } from '../load-on.ts';
import { scale } from '../scale.ts';
import { startSecond } from '../second.ts';

/** Long enough that many messages are between claim and dot at any moment. */
const SLOW_SINK_MS = 150;

const heldSql = `
  SELECT count(*)::integer AS held FROM delivery WHERE next_action_at IS NOT NULL AND lease_until IS NOT NULL`;

async function heldBy({ database }: Installation): Promise<number> {
  const { rows } = await database.pool.query<{ held: number }>(heldSql);
  return rows[0]?.held ?? 0;
}

/** What the frozen process says when it wakes up: it must not have sent what it had lost. */
export async function frozenPastItsLease(
  t: TestContext,
  installation: Installation,
  app: 'worker' | 'sender',
): Promise<void> {
  const { sink } = installation;
  sink.delayMs = SLOW_SINK_MS;
  const second = await startSecond(installation, app);
  const sleep = async (): Promise<void> => {
    await wait(1_000);
    const pid = await installation.pidOf(app);
    process.kill(pid, 'SIGSTOP');
    try {
      const held = await heldBy(installation);
      await wait(scale.senderFrozenMs);
      const still = await heldBy(installation);
      t.diagnostic(
        `${app}: frozen for ${scale.senderFrozenMs} ms, leases of ${LEASE_SECONDS} s; held then ${held}, at the end ${still}`,
      );
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await wait(1_000);
  };
  try {
    await underLoad(t, installation, {
      name: `f19-${app}`,
      fault: sleep,
      also: ({ duplicates, unknown }) => {
        if (app === 'worker') assert.deepEqual([duplicates, unknown], [0, 0]);
      },
    });
  } finally {
    sink.delayMs = 20;
    await second.stop();
  }
}
