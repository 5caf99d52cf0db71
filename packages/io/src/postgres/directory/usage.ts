import type { Account, QuotaLeft, Usage } from '@waybill/relay/ports';
import { openLoadingCache } from '../../cache/loading-cache.ts';
import type { Database } from '../connection/database.ts';
import { openUsageTaken, type Taken } from './usage-taken.ts';

/** How old an early answer may be, in milliseconds. `take` decides later. */
const EARLY_MS = 1_000;

const startOfNext = {
  second: (now: Date) => new Date(now.getTime() + 1_000),
  hour: (now: Date) => new Date(Math.floor(now.getTime() / 3_600_000 + 1) * 3_600_000),
  day: (now: Date) => new Date(Math.floor(now.getTime() / 86_400_000 + 1) * 86_400_000),
  month: (now: Date) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)),
} as const;

const windows = ['second', 'hour', 'day', 'month'] as const;
type Window = (typeof windows)[number];

/** Per second, hour, day and month. */
type Limits = readonly (number | null)[];

const limitsOf = ({ limits }: Account): Limits => [
  limits.perSecond ?? null,
  limits.perHour ?? null,
  limits.perDay ?? null,
  limits.perMonth ?? null,
];

/** The limit per second is no reason for an early refusal, because the second ends before the client has sent the message. */
const withoutSecond = ([, ...longer]: Limits): Limits => [null, ...longer];

const isUnlimited = (limits: Limits): boolean => limits.every((limit) => limit === null);

const unlimited: QuotaLeft = { recipients: Number.POSITIVE_INFINITY, binding: undefined, retryAt: undefined };

/** The limit with the smallest rest; of two equal ones the longer period. */
function tightest({ remaining, at }: Taken): QuotaLeft {
  const left = remaining.flatMap((recipients, index) => {
    const window: Window | undefined = windows[index];
    return recipients === null || window === undefined ? [] : [{ window, recipients }];
  });
  const [first, ...others] = left;
  if (first === undefined) return unlimited;
  const { window, recipients } = others.reduce(
    (best, one) => (one.recipients <= best.recipients ? one : best),
    first,
  );
  return { recipients, binding: window, retryAt: startOfNext[window](at) };
}

/** The limits of accounts, exact over all processes with this database. */
export function usage(database: Database): Usage {
  const taken = openUsageTaken(database);
  const early = openLoadingCache<QuotaLeft>({
    load: async (key) => {
      const [accountId, limits] = JSON.parse(key) as [string, Limits];
      return tightest(await taken.take({ accountId, limits, recipients: 0 }));
    },
    ttlMs: EARLY_MS,
    maxEntries: 10_000,
  });

  return {
    async quotaLeft(account) {
      const limits = withoutSecond(limitsOf(account));
      if (isUnlimited(limits)) return unlimited;
      return early.get(JSON.stringify([account.id, limits]));
    },
    async take(account, recipients) {
      const limits = limitsOf(account);
      if (isUnlimited(limits)) return { granted: true, giveBack: async () => undefined };
      const answer = await taken.take({ accountId: account.id, limits, recipients });
      if (!answer.granted) return { granted: false, left: tightest(answer) };
      return { granted: true, giveBack: () => taken.giveBack(account.id, recipients, answer.at) };
    },
  };
}
