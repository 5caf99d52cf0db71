/** What is known of a queue in which nothing waits, kept true by its bell. */
export type Silence = {
  /** Nothing waits: the last look found no more, nobody rang since it began, and nothing fell due. */
  isKnown(): boolean;
  /** When the next ring for later falls due, in ms, as far as known. */
  nextAt(): number | undefined;
  /** Begins a look; the function it returns ends it with what was found. */
  look(): (found: { readonly isEmpty: boolean; readonly nextAt: number | undefined }) => void;
  /** Somebody rang, or may have rung unheard. */
  broken(): void;
  /** Until there may be something, at most so long. At once when silence is not known. */
  untilBroken(timeoutMs: number): Promise<void>;
};

export function openSilence(now: () => number): Silence {
  let silent: { readonly nextAt: number | undefined } | undefined;
  let rings = 0;
  let wake = (): void => undefined;
  const isKnown = (): boolean =>
    silent !== undefined && (silent.nextAt === undefined || silent.nextAt > now());
  return {
    isKnown,
    nextAt: () => silent?.nextAt,
    look() {
      const ringsBefore = rings;
      return ({ isEmpty, nextAt }) => {
        // A ring during the look may have come too late for it.
        silent = isEmpty && rings === ringsBefore ? { nextAt } : undefined;
      };
    },
    broken() {
      rings += 1;
      silent = undefined;
      wake();
    },
    async untilBroken(timeoutMs) {
      if (!isKnown()) return;
      const dueInMs = (silent?.nextAt ?? Number.POSITIVE_INFINITY) - now();
      const woken = Promise.withResolvers<void>();
      const timer = setTimeout(woken.resolve, Math.min(timeoutMs, dueInMs));
      wake = woken.resolve;
      await woken.promise;
      clearTimeout(timer);
      // Looked at once more even when nobody rang: a bell may be lost with its connection.
      silent = undefined;
    },
  };
}
