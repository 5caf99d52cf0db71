/** Bytes that the large messages of a process may take at a time. `packages/io` counts them. ADR 18. */

/** Thrown when the memory budget stayed full. Retry later; it does not count as a failed attempt. */
export class MemoryBudgetExceeded extends Error {
  override name = 'MemoryBudgetExceeded';
}

/** How long to wait before the retry, in milliseconds: 1 to 2 s by `random` (0 to 1), so that retries do not all come at once. */
export const memoryBackoffMs = (random: number): number => 1_000 * (1 + random);

export type MemoryReservation = {
  /** Waits a moment for the bytes. Rejects with `MemoryBudgetExceeded`. */
  readonly take: (accountId: string, bytes: number) => Promise<void>;
  /** Gives back all bytes that were taken. */
  readonly release: () => void;
};

export type MemoryBudget = { reservation(): MemoryReservation };
