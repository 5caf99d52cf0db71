/** What statistics count. Every delivery counts once in `accepted` and once in one of the ends, so that the ends add up to it. */
import type { DeliveryStatus } from '../events/event.ts';

/** Where a delivery stands. A complaint follows a delivery and is counted apart. */
export const ends = [
  'in_progress',
  'delivered',
  'bounced',
  'failed',
  'suppressed',
  'cancelled',
  'unknown',
] as const;
export type End = (typeof ends)[number];

export const countNames = [
  'accepted',
  ...ends,
  // Deliveries to which it happened at least once.
  'deferred',
  'complained',
  'unsubscribed',
  'opened',
  'clicked',
  // Events, by the kind of client.
  'opens_human',
  'opens_proxy',
  'opens_bot',
  'clicks_human',
  'clicks_proxy',
  'clicks_bot',
] as const;
export type CountName = (typeof countNames)[number];
/** An absent count is 0. */
export type Counts = { readonly [Name in CountName]?: number };

export const endOf: Readonly<Record<DeliveryStatus, End>> = {
  scheduled: 'in_progress',
  queued: 'in_progress',
  deferred: 'in_progress',
  held: 'in_progress',
  unknown: 'unknown',
  delivered: 'delivered',
  complained: 'delivered',
  suppressed: 'suppressed',
  cancelled: 'cancelled',
  failed: 'failed',
  bounced: 'bounced',
};

/** The sum, without the counts that are 0. `sign` -1 subtracts the second. */
export function addCounts(one: Counts, other: Counts, sign: 1 | -1 = 1): Counts {
  const sums = countNames.map((name) => [name, (one[name] ?? 0) + sign * (other[name] ?? 0)] as const);
  return Object.fromEntries(sums.filter(([, sum]) => sum !== 0));
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The denominator of each rate. `attempted`: deliveries that ended in the hands of a server, or by giving up: delivered, bounced, failed, unknown. */
export const denominators = {
  delivered: 'attempted',
  bounced: 'attempted',
  failed: 'attempted',
  deferred: 'accepted',
  suppressed: 'accepted',
  complained: 'delivered',
  unsubscribed: 'delivered',
  opened: 'delivered',
  clicked: 'delivered',
} as const satisfies Partial<Record<CountName, string>>;
export type RateName = keyof typeof denominators;

const attemptedOf = ({ delivered = 0, bounced = 0, failed = 0, unknown = 0 }: Counts): number =>
  delivered + bounced + failed + unknown;

/** `null`: nothing to divide by. */
export function ratesOf(counts: Counts): Readonly<Record<RateName, number | null>> {
  const whole = {
    attempted: attemptedOf(counts),
    accepted: counts.accepted ?? 0,
    delivered: counts.delivered ?? 0,
  };
  const names = Object.keys(denominators) as RateName[];
  return Object.fromEntries(
    names.map((name) => [name, ratio(counts[name] ?? 0, whole[denominators[name]])]),
  ) as Record<RateName, number | null>;
}
