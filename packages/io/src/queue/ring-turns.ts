import type { JobJson } from 'bullmq';
import type { Turn, TurnResult } from './ring-statements.ts';
import type { Silence } from './silence.ts';

/** What a worker that asks for a ring hears: one, or when to ask again. */
export type Answer = { readonly job: JobJson | undefined; readonly nextAt: number | undefined };

/** How a ring that was handled ended: `isLost` when it was no longer ours. */
export type Finish = { readonly isLost: boolean; readonly next: Answer | undefined };

export type RingTurns = {
  claim(): Promise<Answer>;
  finish(id: string, wantsNext: boolean): Promise<Finish>;
  /** For a ring that ended in another way than by `finish`. */
  forget(id: string): void;
  /** Rings were taken that nobody asked for yet. */
  hasTaken(): boolean;
  /** Waits for what is under way; returns the ids that were taken and that nobody asked for. */
  close(): Promise<readonly string[]>;
};

export type RingTurnSettings = {
  readonly turn: (turn: Turn) => Promise<TurnResult>;
  /** Rings that the worker handles at a time. */
  readonly concurrency: number;
  readonly silence: Silence;
};

type Ask = {
  /** Of the ring that was handled; `undefined` when a worker with a free hand asks. */
  readonly id: string | undefined;
  readonly wantsNext: boolean;
  readonly ended: PromiseWithResolvers<Finish>;
};

/**
 * Group commit for the hearing side: whatever a worker finishes and asks for while one round trip is under way travels in
 * the next one. BullMQ's worker asks for rings one after the other until its hands are full, so its first question takes
 * as many as it has hands for, and the next ones are answered from those.
 */
export function ringTurns({ turn, concurrency, silence }: RingTurnSettings): RingTurns {
  const asks: Ask[] = [];
  const taken: JobJson[] = [];
  const held = new Set<string>();
  let running: Promise<void> | undefined;

  const hand = (): Answer => {
    const job = taken.shift();
    if (job !== undefined) held.add(job.id);
    return { job, nextAt: silence.nextAt() };
  };
  const wantOf = (group: readonly Ask[]): number => {
    const asking = group.filter(({ wantsNext }) => wantsNext).length;
    const isFilling = group.some(({ id }) => id === undefined);
    return Math.max(0, (isFilling ? Math.max(asking, concurrency - held.size) : asking) - taken.length);
  };
  const take = async (handled: readonly string[], want: number): Promise<readonly string[]> => {
    if (handled.length + want === 0) return [];
    const looked = silence.look();
    const { lost, claimed, nextAt } = await turn({ handled, want });
    taken.push(...claimed);
    if (want > 0) looked({ isEmpty: claimed.length < want, nextAt });
    return lost;
  };
  const serve = async (group: readonly Ask[]): Promise<void> => {
    const handled = group.flatMap(({ id }) => id ?? []);
    for (const id of handled) held.delete(id);
    const lost = new Set(await take(handled, wantOf(group)));
    for (const { id, wantsNext, ended } of group) {
      const isLost = id !== undefined && lost.has(id);
      ended.resolve({ isLost, next: wantsNext && !isLost ? hand() : undefined });
    }
  };
  const run = async (): Promise<void> => {
    // Those that the same event woke are to join.
    await new Promise(setImmediate);
    while (asks.length > 0) {
      const group = asks.splice(0);
      await serve(group).catch((error) => {
        for (const { ended } of group) ended.reject(error);
      });
    }
    running = undefined;
  };
  const ask = (id: string | undefined, wantsNext: boolean): Promise<Finish> => {
    const ended = Promise.withResolvers<Finish>();
    asks.push({ id, wantsNext, ended });
    running ??= run();
    return ended.promise;
  };
  return {
    async claim() {
      if (taken.length > 0 || silence.isKnown()) return hand();
      return (await ask(undefined, true)).next ?? hand();
    },
    finish: ask,
    forget: (id) => void held.delete(id),
    hasTaken: () => taken.length > 0,
    async close() {
      await running;
      return taken.splice(0).map(({ id }) => id);
    },
  };
}
