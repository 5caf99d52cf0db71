/** Loaded into every process of the installation. A signal makes it keep ever more, in the middle of its work, until V8 ends it. */
import { isMainThread } from 'node:worker_threads';

const kept: object[] = [];

function keepMore(): void {
  // Objects, not buffers: those live outside the heap whose limit is meant.
  kept.push(Array.from({ length: 50_000 }, (_, index) => ({ index })));
  setImmediate(keepMore);
}

if (isMainThread) process.once('SIGUSR2', keepMore);
