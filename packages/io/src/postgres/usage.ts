import type { Account, QuotaLeft, Usage } from '@waybill/relay/ports';
import type { Database } from './database.ts';
import type { RecentUsage } from './recent-usage.ts';

const second = 1_000;
/** How old the sums may be; what this process accepted since is added. */
const CACHE_MS = second;

type Sums = { readonly hour: number; readonly day: number; readonly month: number; readonly at: Date };

/** Calendar windows in UTC: what a customer can check against the clock and against the bill. */
const sumsSql = `
  SELECT coalesce(sum(recipients) FILTER (WHERE hour = date_trunc('hour', $2::timestamptz, 'UTC')), 0)::integer AS hour,
    coalesce(sum(recipients) FILTER (WHERE hour >= date_trunc('day', $2::timestamptz, 'UTC')), 0)::integer AS day,
    coalesce(sum(recipients), 0)::integer AS month
  FROM usage_hour
  WHERE account_id = $1 AND hour >= date_trunc('month', $2::timestamptz, 'UTC') AND hour <= $2`;

const startOfNext = {
  second: (now: Date) => new Date(now.getTime() + second),
  hour: (now: Date) => new Date(Math.floor(now.getTime() / 3_600_000 + 1) * 3_600_000),
  day: (now: Date) => new Date(Math.floor(now.getTime() / 86_400_000 + 1) * 86_400_000),
  month: (now: Date) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)),
} as const;

type Window = keyof typeof startOfNext;

/** The tightest limit binds; of two that are equally tight, the one that lasts longer. */
function tightest(left: readonly { readonly window: Window; readonly recipients: number }[]) {
  return left.reduce((best, one) => (one.recipients <= best.recipients ? one : best));
}

function quotaOf(account: Account, used: Readonly<Record<Window, number>>, now: Date): QuotaLeft {
  const { perSecond, perHour, perDay, perMonth } = account.limits;
  const limits = { second: perSecond, hour: perHour, day: perDay, month: perMonth };
  const left = (Object.keys(limits) as Window[]).flatMap((window) => {
    const limit = limits[window];
    return limit === undefined ? [] : [{ window, recipients: Math.max(0, limit - used[window]) }];
  });
  const { window, recipients } = tightest(left);
  return { recipients, binding: window, retryAt: startOfNext[window](now) };
}

const unlimited: QuotaLeft = { recipients: Number.POSITIVE_INFINITY, binding: undefined, retryAt: undefined };

const hasLimit = ({ limits }: Account): boolean => Object.values(limits).some((limit) => limit !== undefined);

const hasLongLimit = ({ limits }: Account): boolean =>
  limits.perHour !== undefined || limits.perDay !== undefined || limits.perMonth !== undefined;

/** `recent` is the one that the message store of this process writes. Between processes a limit is exact to a second. */
export function usage(options: { readonly database: Database; readonly recent: RecentUsage }): Usage {
  const { recent } = options;
  const cached = new Map<string, Promise<Sums>>();
  const none: Omit<Sums, 'at'> = { hour: 0, day: 0, month: 0 };

  const loadSums = async (accountId: string, now: Date): Promise<Sums> => {
    // Before the query: what commits while it runs is then counted twice rather than never.
    const at = new Date(now);
    const { rows } = await options.database.pool.query<Omit<Sums, 'at'>>(sumsSql, [accountId, now]);
    return { ...(rows[0] ?? none), at };
  };

  const sumsFor = async (accountId: string, now: Date): Promise<Sums> => {
    const known = await cached.get(accountId)?.catch(() => undefined);
    const age = known ? now.getTime() - known.at.getTime() : Number.POSITIVE_INFINITY;
    // A new hour makes other sums, so the answer may not outlive it.
    const isSameHour = known && startOfNext.hour(known.at).getTime() === startOfNext.hour(now).getTime();
    if (known && isSameHour && age >= 0 && age < CACHE_MS) return known;
    const fresh = loadSums(accountId, now);
    cached.set(accountId, fresh);
    fresh.catch(() => cached.delete(accountId));
    return fresh;
  };

  return {
    async quotaLeft(account, now) {
      if (!hasLimit(account)) return unlimited;
      const lastSecond = recent.since(account.id, new Date(now.getTime() - second));
      if (!hasLongLimit(account)) return quotaOf(account, { ...none, second: lastSecond }, now);
      const sums = await sumsFor(account.id, now);
      const since = recent.since(account.id, sums.at);
      const used = { hour: sums.hour + since, day: sums.day + since, month: sums.month + since };
      return quotaOf(account, { ...used, second: lastSecond }, now);
    },
  };
}
