/** Counts and rates as the API shows them. */
import { type Counts, ratesOf } from './counts.ts';
import { type Histogram, quantileOf } from './latency.ts';

const countsView = (counts: Counts) => {
  const of = (name: keyof Counts): number => counts[name] ?? 0;
  return {
    accepted: of('accepted'),
    in_progress: of('in_progress'),
    delivered: of('delivered'),
    bounced: of('bounced'),
    failed: of('failed'),
    suppressed: of('suppressed'),
    cancelled: of('cancelled'),
    unknown: of('unknown'),
    deferred: of('deferred'),
    complained: of('complained'),
    unsubscribed: of('unsubscribed'),
    opened: of('opened'),
    clicked: of('clicked'),
    opens: { human: of('opens_human'), proxy: of('opens_proxy'), bot: of('opens_bot') },
    clicks: clicksView(counts),
  };
};

export const clicksView = ({ clicks_human = 0, clicks_proxy = 0, clicks_bot = 0 }: Counts) => ({
  human: clicks_human,
  proxy: clicks_proxy,
  bot: clicks_bot,
});

export const countsAndRates = (counts: Counts) => ({ counts: countsView(counts), rates: ratesOf(counts) });

/** In seconds, with a digit more than the buckets can tell apart. */
export const secondsAt = (histogram: Histogram, quantile: number): number | null => {
  const milliseconds = quantileOf(histogram, quantile);
  return milliseconds === undefined ? null : Number((milliseconds / 1_000).toPrecision(3));
};

export const latencyView = (histogram: Histogram) => ({
  delivered: [...histogram.values()].reduce((sum, count) => sum + count, 0),
  p50: secondsAt(histogram, 0.5),
  p90: secondsAt(histogram, 0.9),
  p95: secondsAt(histogram, 0.95),
  p99: secondsAt(histogram, 0.99),
});
