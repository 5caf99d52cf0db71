/** The times of the next attempts: soon at first, because greylisting and full queues pass, then with growing waits. RFC 5321 §4.5.4.1. */

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
 * The time after expiry, in milliseconds, within which an attempt may still run: the longest wait with its spread, a lease,
 * and an hour of downtime. A delivery that is open after that time is overdue.
 */
export const ledgerGraceMs = (waits: readonly number[] = defaultWaits, leaseMs = 0): number =>
  Math.max(...waits, HOUR) * (1 + JITTER) + leaseMs + HOUR;
/** The shortest wait, in milliseconds, also when a reply asks for less. */
const MIN_WAIT = 30 * SECOND;
/** The longest wait that a reply may ask for, in milliseconds. A longer one is taken for a mistake. */
const MAX_HINT = 24 * HOUR;
/** The number of attempts after which a hint may no longer shorten the wait of the schedule. */
const MAX_SHORT_HINTS = 10;
/** A delivery with more than this time left, in milliseconds, gets one last attempt just before it expires. */
const WORTH_A_LAST_ATTEMPT = 2 * MINUTE;

/** The facts that the time of the next attempt depends on. */
export type RetryFacts = {
  readonly expiresAt: Date;
  /** From 0 to below 1: spreads attempts, so that deliveries that failed together are not retried together. */
  readonly random: number;
  /** Milliseconds, as configured. */
  readonly waits?: readonly number[];
  /** The text of the reply, which may hold a hint when to try again. */
  readonly replyText?: string | undefined;
};

const units: readonly (readonly [RegExp, number])[] = [
  [/^s/i, SECOND],
  [/^m/i, MINUTE],
  [/^h/i, HOUR],
];

const hintForm =
  /\b(?:again|retry|wait|back)\b[^0-9.;]{0,40}(\d{1,6})[ -]?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h)\b/i;
/** The short forms of postgrey and similar servers: `Greylisted for 5 minutes`, `retry=300`. */
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

/** The wait that a reply asks for, in milliseconds, at most `MAX_HINT`; `undefined`: the reply has no hint. */
export function waitHint(text: string): number | undefined {
  const hint = hintMilliseconds(text.slice(0, 1000).replace(/\s+/g, ' '));
  return hint === undefined || hint === 0 ? undefined : Math.min(Math.max(hint, MIN_WAIT), MAX_HINT);
}

function plannedWait(attempt: number, { random, waits = defaultWaits }: RetryFacts): number {
  const planned = waits[Math.min(attempt, waits.length) - 1] ?? HOUR;
  return planned * (1 - JITTER + 2 * JITTER * random);
}

/** The hinted wait in milliseconds. The spread only adds to it, so that no attempt comes before the hinted time. */
function hintedWait(attempt: number, hint: number, facts: RetryFacts): number {
  const least = attempt > MAX_SHORT_HINTS ? plannedWait(attempt, facts) : 0;
  return Math.max(hint * (1 + JITTER * facts.random), least);
}

/** The time of the attempt after `attempt` (counted from 1); `undefined`: it would come after expiry, so the delivery has failed. */
export function nextAttemptAt(attempt: number, now: Date, facts: RetryFacts): Date | undefined {
  const left = facts.expiresAt.getTime() - now.getTime();
  const hint = waitHint(facts.replyText ?? '');
  const wait = hint === undefined ? plannedWait(attempt, facts) : hintedWait(attempt, hint, facts);
  if (wait < left) return new Date(now.getTime() + wait);
  // The server asked for a wait beyond expiry, so an earlier last attempt would fail.
  if (hint !== undefined || left <= WORTH_A_LAST_ATTEMPT) return undefined;
  return new Date(facts.expiresAt.getTime() - MIN_WAIT);
}
