/** Times from acceptance to delivery, as a histogram whose parts can be added. Each bucket is 19 % wider than the one before. */

/** Buckets for each doubling. */
const STEPS = 4;
/** The upper bound of bucket 0, in milliseconds. */
const FIRST_MS = 10;
/** Two weeks. No delivery takes longer. */
const LAST = Math.ceil(STEPS * Math.log2((14 * 86_400_000) / FIRST_MS));

export const latencyBucket = (milliseconds: number): number =>
  Math.min(LAST, Math.max(0, Math.ceil(STEPS * Math.log2(Math.max(milliseconds, 1) / FIRST_MS))));

const upperMs = (bucket: number): number => FIRST_MS * 2 ** (bucket / STEPS);

export type Histogram = ReadonlyMap<number, number>;

/** In milliseconds, within a bucket by its logarithm; `undefined`: nothing was delivered. */
export function quantileOf(histogram: Histogram, quantile: number): number | undefined {
  const buckets = [...histogram].filter(([, count]) => count > 0).toSorted(([one], [other]) => one - other);
  const rank = quantile * buckets.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  for (const [bucket, count] of buckets) {
    if (below + count >= rank) return Math.round(upperMs(bucket - 1 + (rank - below) / count));
    below += count;
  }
  return undefined;
}

type LatencyRow = { readonly key: string | undefined; readonly counts: { readonly delivered?: number } };

/** The histograms in rows of the dimension `latency`, whose keys are a provider and a bucket. */
export function histogramsOf(rows: readonly LatencyRow[]): {
  readonly all: Histogram;
  readonly byProvider: ReadonlyMap<string, Histogram>;
} {
  const all = new Map<number, number>();
  const byProvider = new Map<string, Map<number, number>>();
  for (const { key = '', counts } of rows) {
    const [provider = '', text = ''] = key.split('|');
    const bucket = Number(text);
    if (text === '' || !Number.isInteger(bucket)) continue;
    const own = byProvider.get(provider) ?? new Map<number, number>();
    for (const histogram of [all, own])
      histogram.set(bucket, (histogram.get(bucket) ?? 0) + (counts.delivered ?? 0));
    byProvider.set(provider, own);
  }
  return { all, byProvider };
}
