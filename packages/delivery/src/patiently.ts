import { setTimeout } from 'node:timers/promises';

const waitsMs = [100, 500, 2_000, 5_000, 10_000];

/** A reply that was read, or a stop, must not be forgotten because the database restarts: it is saved again for as long as a restart takes. */
export async function patiently<T>(save: () => Promise<T>): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await save();
    } catch {
      // The last try below tells the caller what is wrong.
      await setTimeout(waitMs);
    }
  }
  return save();
}
