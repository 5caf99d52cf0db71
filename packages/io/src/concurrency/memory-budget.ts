/**
 * Bytes that the large messages of a process may take at a time, so that a few of them cannot exhaust its memory. One account may take
 * half of the budget. A message that is larger than the budget fits when no other one is in memory (ADR 18).
 */
import { type MemoryBudget, MemoryBudgetExceeded } from '@waybill/relay/delivery/memory-budget';
import { openSemaphore, type Release } from './semaphore.ts';

export type MemoryBudgetSettings = { readonly bytes: number; readonly waitMs: number };

const MEBIBYTE = 1_048_576;
/** Some messages of the usual largest size; preparing one takes about three times its bytes. */
const memorySettings: MemoryBudgetSettings = { bytes: 128 * MEBIBYTE, waitMs: 250 };

export function openMemoryBudget({ bytes: total, waitMs } = memorySettings): MemoryBudget {
  const semaphore = openSemaphore({ perKey: total / 2, total, waitMs });
  return {
    reservation() {
      const releases: Release[] = [];
      return {
        async take(accountId, weight) {
          const release = await semaphore.acquire(accountId, { weight });
          if (!release) throw new MemoryBudgetExceeded(`no memory for ${weight} bytes within ${waitMs} ms`);
          releases.push(release);
        },
        release() {
          for (const release of releases.splice(0)) release();
        },
      };
    },
  };
}
