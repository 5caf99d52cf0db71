/** Messages that wait for a session: each gets one that another message is done with, or the permit to open a new one. */
import type { Session } from './session.ts';
import { destinationOf, keyOf, type Target } from './target.ts';

/** The right to have one more session open. */
export type SessionPermit = { release(): void };

/** When a new session may be opened, and how long a message waits for one. */
export type SessionLimit = {
  /** Asked for each new session; `undefined` means no. Never rejects. The permit is released when the session has ended, whichever side ended it. */
  readonly permit: (target: Target) => Promise<SessionPermit | undefined>;
  /** How long a message waits for a session, in milliseconds. */
  readonly waitMs: number;
};

/** Callers that wait for a session. */
export type SessionQueue = {
  /** In the order of arrival; `undefined`: nothing came within `waitMs`, and the answer to `permit` is no. `takesReleased`: a session in use will do. */
  wait(target: Target, takesReleased: boolean): Promise<Session | SessionPermit | undefined>;
  /** Gives a released session to the first message that waits for its target. `false`: none does. */
  give(session: Session): boolean;
};

type Waiter = {
  readonly target: Target;
  /** The key of the sessions that will do; `undefined`: only a new one. */
  readonly key: string | undefined;
  /** `waitMs` is over. It still waits for the answer to a permit that is being asked for. */
  isLate: boolean;
  readonly end: (turn: Session | SessionPermit | undefined) => void;
};

/** `onRefused`: a destination has no permit left for a message that waits, so sessions to other targets there are in its way. */
export function openSessionQueue(
  { permit, waitMs }: SessionLimit,
  onRefused: (destination: string) => void,
): SessionQueue {
  const waiters = new Map<string, Set<Waiter>>();
  const asking = new Set<string>();
  const firstOf = (destination: string): Waiter | undefined =>
    waiters.get(destination)?.values().next().value;

  const endLate = (destination: string): void => {
    for (const waiter of waiters.get(destination) ?? []) if (waiter.isLate) waiter.end(undefined);
  };

  /** `false`: there was no permit. Then the messages wait on for sessions to be released. */
  const askForOne = async (destination: string, target: Target): Promise<boolean> => {
    const given = await permit(target);
    const next = firstOf(destination);
    if (!given) {
      if (next) onRefused(destination);
      return false;
    }
    if (next) next.end(given);
    else given.release();
    return true;
  };

  /** Asks for one permit after the other, while messages wait and permits come. */
  const ask = async (destination: string): Promise<void> => {
    if (asking.has(destination)) return;
    asking.add(destination);
    try {
      let first = firstOf(destination);
      while (first && (await askForOne(destination, first.target))) first = firstOf(destination);
    } finally {
      asking.delete(destination);
      endLate(destination);
    }
  };

  return {
    wait: (target, takesReleased) =>
      new Promise((resolve) => {
        const destination = destinationOf(target);
        const ofDestination = waiters.get(destination) ?? new Set();
        waiters.set(destination, ofDestination);
        const waiter: Waiter = {
          target,
          key: takesReleased ? keyOf(target) : undefined,
          isLate: false,
          end: (turn) => {
            clearTimeout(timer);
            ofDestination.delete(waiter);
            if (ofDestination.size === 0) waiters.delete(destination);
            resolve(turn);
          },
        };
        const timer = setTimeout(() => {
          waiter.isLate = true;
          if (!asking.has(destination)) waiter.end(undefined);
        }, waitMs);
        ofDestination.add(waiter);
        void ask(destination);
      }),
    give(session) {
      const key = keyOf(session.target);
      for (const waiter of waiters.get(destinationOf(session.target)) ?? []) {
        if (waiter.key !== key) continue;
        waiter.end(session);
        return true;
      }
      return false;
    },
  };
}
