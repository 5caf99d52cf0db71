import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';

type Awaitable<T> = T | Promise<T>;

const FIRST_PAUSE_MS = 5;
const MOST_PAUSE_MS = 100;

/**
 * Calls `look` until it gives something other than `undefined` or `false`, and resolves with that. The pauses between the calls
 * grow from 5 to 100 ms. Fails with `what` after so many seconds; a function is called only then, and may describe the state.
 */
export async function eventually<T>(
  what: string | (() => Awaitable<string>),
  look: () => Awaitable<T | undefined | false>,
  seconds = 15,
): Promise<T> {
  const end = performance.now() + seconds * 1_000;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MOST_PAUSE_MS)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end)
      assert.fail(`not within ${seconds} s: ${typeof what === 'string' ? what : await what()}`);
    await wait(pauseMs);
  }
}
