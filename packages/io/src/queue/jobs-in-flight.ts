/** The jobs of one consumer, in order of arrival: those that wait, and those in flight, never more than its concurrency. */
export type JobsInFlight = {
  /**
   * An id that waits already is left out. One that is in flight is handled once more when it ends: its row was due again, so what is in
   * flight may have lost its lease, and the row would wait for its next pause.
   */
  add(ids: readonly string[]): void;
  waiting(): number;
  /** Begins none any more and waits for those in flight. Returns the ids that were not begun. */
  close(): Promise<readonly string[]>;
};

export type JobsInFlightOptions = {
  readonly concurrency: number;
  /** Must not reject. */
  readonly handle: (id: string) => Promise<void>;
  /** Called after each job. */
  readonly onEnd: () => void;
};

export function openJobsInFlight({ concurrency, handle, onEnd }: JobsInFlightOptions): JobsInFlight {
  const waiting = new Set<string>();
  const inFlight = new Map<string, Promise<void>>();
  let isClosed = false;

  const begin = (id: string): void => {
    waiting.delete(id);
    inFlight.set(id, run(id));
  };
  const run = async (id: string): Promise<void> => {
    await handle(id);
    inFlight.delete(id);
    fill();
    onEnd();
  };
  const fill = (): void => {
    if (isClosed) return;
    for (const id of waiting) {
      if (inFlight.size >= concurrency) return;
      if (!inFlight.has(id)) begin(id);
    }
  };
  return {
    add(ids) {
      for (const id of ids) waiting.add(id);
      fill();
    },
    waiting: () => waiting.size,
    async close() {
      isClosed = true;
      await Promise.all(inFlight.values());
      return [...waiting];
    },
  };
}
