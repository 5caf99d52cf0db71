/** When to try again. Soon at first, because greylisting and full queues pass; then ever less. RFC 5321 §4.5.4.1. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds after each attempt; the last one repeats until expiry. */
const defaultWaits: readonly number[] = [
  ...[1, 3, 7, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 4, 6].map((hours) => hours * HOUR),
];

const JITTER = 0.15;

/**
 * How long after its expiry a delivery may still be on its way: the longest wait, spread included, a lease, and an hour
 * for a system that was down. What is older than that has been forgotten.
 */
export const ledgerGraceMs = (waits: readonly number[] = defaultWaits, leaseMs = 0): number =>
  Math.max(...waits, HOUR) * (1 + JITTER) + leaseMs + HOUR;
/** Never sooner than this, whatever a reply asks for. */
const MIN_WAIT = 30 * SECOND;
/** A hint beyond a day is a mistake or an insult. */
const MAX_HINT = 24 * HOUR;
/** So often a hint may ask us back sooner than the schedule; then the schedule is the least. */
const MAX_SHORT_HINTS = 10;
/** With more than this left a delivery gets one last attempt just before it expires. */
const WORTH_A_LAST_ATTEMPT = 2 * MINUTE;

export type RetryFacts = {
  readonly expiresAt: Date;
  /** From 0 to below 1: spreads attempts, so that what failed together does not come back together. */
  readonly random: number;
  /** Milliseconds, as configured. */
  readonly waits?: readonly number[];
  /** The words of the reply, which may say when to come back. */
  readonly replyText?: string | undefined;
};

const units: readonly (readonly [RegExp, number])[] = [
  [/^s/i, SECOND],
  [/^m/i, MINUTE],
  [/^h/i, HOUR],
];

const hintForm =
  /\b(?:again|retry|wait|back)\b[^0-9.;]{0,40}(\d{1,6})[ -]?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h)\b/i;
/** postgrey and its kin: `Greylisted for 5 minutes`, `retry=300`. */
const terseForms: readonly (readonly [RegExp, number])[] = [
  [/gr[ea]y-?list(?:ed|ing)?(?: for)? (\d{1,6}) ?(?:seconds?|secs?|s)\b/i, SECOND],
  [/gr[ea]y-?list(?:ed|ing)?(?: for)? (\d{1,6}) ?(?:minutes?|mins?|m)\b/i, MINUTE],
  [/\bretry(?:-after)?[=:] ?(\d{1,6})\b/i, SECOND],
];

const hintMilliseconds = (text: string): number | undefined => {
  const [, number, unit = ''] = hintForm.exec(text) ?? [];
  const factor = units.find(([form]) => form.test(unit))?.[1];
  if (number !== undefined && factor !== undefined) return Number(number) * factor;
  for (const [form, terseFactor] of terseForms) {
    const terse = form.exec(text)?.[1];
    if (terse !== undefined) return Number(terse) * terseFactor;
  }
  return undefined;
};

/** How long a reply asks us to stay away, in milliseconds, within reason; `undefined` when it does not say. */
export function waitHint(text: string): number | undefined {
  const hint = hintMilliseconds(text.slice(0, 1000).replace(/\s+/g, ' '));
  return hint === undefined || hint === 0 ? undefined : Math.min(Math.max(hint, MIN_WAIT), MAX_HINT);
}

function plannedWait(attempt: number, { random, waits = defaultWaits }: RetryFacts): number {
  const planned = waits[Math.min(attempt, waits.length) - 1] ?? HOUR;
  return planned * (1 - JITTER + 2 * JITTER * random);
}

/** Not before the time they named: the spread goes one way only. */
function hintedWait(attempt: number, hint: number, facts: RetryFacts): number {
  const least = attempt > MAX_SHORT_HINTS ? plannedWait(attempt, facts) : 0;
  return Math.max(hint * (1 + JITTER * facts.random), least);
}

/** The time of the attempt after this one (the first is 1), or `undefined`: it would be too late, the delivery is given up. */
export function nextAttemptAt(attempt: number, now: Date, facts: RetryFacts): Date | undefined {
  const left = facts.expiresAt.getTime() - now.getTime();
  const hint = waitHint(facts.replyText ?? '');
  const wait = hint === undefined ? plannedWait(attempt, facts) : hintedWait(attempt, hint, facts);
  if (wait < left) return new Date(now.getTime() + wait);
  // They said that it is of no use before; a last attempt would only annoy.
  if (hint !== undefined || left <= WORTH_A_LAST_ATTEMPT) return undefined;
  return new Date(facts.expiresAt.getTime() - MIN_WAIT);
}
