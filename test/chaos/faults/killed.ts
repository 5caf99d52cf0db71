/** F01, F02: processes that die, alone and all at once. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Installation, killAll, untilApiAnswers } from '../installation.ts';
import { loadOn } from '../load-on.ts';
import { assertKept, longestSilence } from '../reckoning.ts';
import { scale } from '../scale.ts';

const apps = ['ingress', 'worker', 'sender', 'api'] as const;
const everything = [...apps, 'tracker', 'sandbox'] as const;

const SETTLE_MS = 500;
/** From the kill: the start of the process, and five seconds. */
const MOST_SILENCE_MS = 7_000;

const atRandom = (): Promise<void> => wait(Math.random() * scale.betweenMs);

async function killAgainAndAgain(installation: Installation, name: string): Promise<void> {
  for (let kill = 0; kill < scale.kills; kill++) {
    await atRandom();
    await killAll(installation, [name]);
    if (name === 'api') await untilApiAnswers(installation, 5);
  }
}

/** One after the other under one load; the long form reckons after each. */
export async function killedAlone(t: TestContext, installation: Installation): Promise<void> {
  const runs = scale.isLong ? apps.map((name) => [name]) : [apps];
  for (const names of runs) {
    const name = `f01-${names.join('-')}`;
    const load = loadOn(installation, name);
    await wait(SETTLE_MS);
    const from = Date.now();
    for (const one of names) await killAgainAndAgain(installation, one);
    await wait(SETTLE_MS);
    const silence = longestSilence(load.book, from, Date.now());
    t.diagnostic(`${name}: longest time without a 250 ${silence} ms`);
    assert.ok(silence < MOST_SILENCE_MS, `no 250 for ${silence} ms`);
    await assertKept(t, installation, { load, name });
  }
}

/** Everything at once, as when the power goes. `more` kills what is ours besides, and starts it again. */
export async function killedTogether(
  t: TestContext,
  installation: Installation,
  more: () => Promise<void> = async () => undefined,
): Promise<void> {
  const name = 'f02';
  const load = loadOn(installation, name);
  for (let kill = 0; kill < scale.kills; kill++) {
    await wait(SETTLE_MS);
    await atRandom();
    const before = load.book.accepted.size;
    const began = Date.now();
    await Promise.all([killAll(installation, [...everything, 'postgres']), more()]);
    await untilApiAnswers(installation, 20);
    await wait(SETTLE_MS);
    t.diagnostic(`all up again, API included, after ${Date.now() - began} ms`);
    assert.ok(load.book.accepted.size > before, 'mail is accepted again');
  }
  await assertKept(t, installation, { load, name });
}
