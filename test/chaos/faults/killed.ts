/** F01, F02: processes that die, alone and all at once. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Installation, killAll, untilApiAnswers } from '../installation.ts';
import type { Book } from '../load.ts';
import { underLoad } from '../load-on.ts';
import { longestSilence } from '../reckoning.ts';
import { scale } from '../scale.ts';

const apps = ['ingress', 'worker', 'sender', 'api'] as const;
const everything = [...apps, 'tracker', 'sandbox'] as const;

const SETTLE_MS = 500;
/** From the kill: up to five seconds before a process that keeps dying is started again, its start, and five seconds. */
const MOST_SILENCE_MS = scale.isLong ? 11_000 : 7_000;

const atRandom = (): Promise<void> => wait(Math.random() * scale.betweenMs);

async function killAgainAndAgain(installation: Installation, name: string): Promise<void> {
  for (let kill = 0; kill < scale.kills; kill++) {
    await atRandom();
    await killAll(installation, [name]);
    if (name === 'api') await untilApiAnswers(installation, 5);
  }
}

/** One after the other under one load; the long form reckons after each. */
export async function killedAlone(
  t: TestContext,
  installation: Installation,
  killed: readonly string[] = apps,
): Promise<void> {
  const runs = scale.isLong ? killed.map((name) => [name]) : [killed];
  for (const names of runs) {
    const name = `f01-${names.join('-')}`;
    const { result: silence } = await underLoad(t, installation, {
      name,
      fault: async ({ book }) => {
        await wait(SETTLE_MS);
        const from = Date.now();
        for (const one of names) await killAgainAndAgain(installation, one);
        await wait(SETTLE_MS);
        return longestSilence(book, from, Date.now());
      },
    });
    t.diagnostic(`${name}: longest time without a 250 ${silence} ms`);
    assert.ok(silence < MOST_SILENCE_MS, `no 250 for ${silence} ms`);
  }
}

/** Everything at once, as when the power goes. `more` kills what is ours besides, and starts it again. */
export async function killedTogether(
  t: TestContext,
  installation: Installation,
  more: () => Promise<void> = async () => undefined,
): Promise<void> {
  const killOnce = async ({ accepted }: Book): Promise<void> => {
    await wait(SETTLE_MS);
    await atRandom();
    const before = accepted.size;
    const began = Date.now();
    await Promise.all([killAll(installation, [...everything, 'postgres']), more()]);
    await untilApiAnswers(installation, 20);
    await wait(SETTLE_MS);
    t.diagnostic(`all up again, API included, after ${Date.now() - began} ms`);
    assert.ok(accepted.size > before, 'mail is accepted again');
  };
  await underLoad(t, installation, {
    name: 'f02',
    fault: async ({ book }) => {
      for (let kill = 0; kill < scale.kills; kill++) await killOnce(book);
    },
  });
}
