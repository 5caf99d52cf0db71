/**
 * Where in the order of rings the next one waits. Rings that were handled lie before it in the index until they are
 * vacuumed, and a snapshot held by others (a dump, a report) keeps them there by the hundred thousand: a look that began at
 * the start would step over all of them.
 */
export type Front = {
  /** The number to look from. */
  from(now: number): number;
  /** Of what was just taken, the last number. */
  passed(last: number | undefined): void;
};

/** A number is drawn before its commit: this many may be overtaken. */
const OVERTAKEN = 1_000;
/** What stands further behind is found so much later at most. */
const WHOLE_LOOK_MS = 4_000;

export function openFront(): Front {
  let front = Number.MIN_SAFE_INTEGER;
  let wholeAt = Number.NEGATIVE_INFINITY;
  return {
    from(now) {
      if (now - wholeAt < WHOLE_LOOK_MS) return front;
      wholeAt = now;
      return Number.MIN_SAFE_INTEGER;
    },
    passed(last) {
      if (last !== undefined) front = last - OVERTAKEN;
    },
  };
}
