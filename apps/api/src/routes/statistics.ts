/** Statistics. Each answer reads rows of counts and counts no mail. */
import {
  balance,
  balanceCheck,
  balanceQuery,
  bounceStatistics,
  latencyStatistics,
  linkStatistics,
  providerStatistics,
  statisticsAnswer,
  statisticsQuery,
  statisticsSpanQuery,
} from '@waybill/contract/statistics';
import { publicId } from '@waybill/relay/id';
import { Refusal } from '@waybill/relay/refusal';
import { balanceOf } from '@waybill/relay/statistics/balance';
import { addCounts, type Counts, denominators } from '@waybill/relay/statistics/counts';
import { histogramsOf } from '@waybill/relay/statistics/latency';
import { refusalOf, topRefusals } from '@waybill/relay/statistics/refusals';
import { daysOf, requireTimezone, type Span, spanBefore, spanOf } from '@waybill/relay/statistics/span';
import { clicksView, countsAndRates, latencyView, secondsAt } from '@waybill/relay/statistics/views';
import type { App, Dependencies } from '../dependencies.ts';
import { accountOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Statistics'];
/** More than a dimension has keys: all of them. */
const ALL_KEYS = 10_000;

const shown = ({ from, to }: Span) => ({ from: from.toISOString(), to: to.toISOString() });

export function statisticsRoutes(app: App, dependencies: Dependencies): void {
  seriesRoute(app, dependencies);
  bounceRoute(app, dependencies);
  linkRoute(app, dependencies);
  latencyRoutes(app, dependencies);
  balanceRoute(app, dependencies);
}

function seriesRoute(app: App, { stores: { statistics }, now }: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/stats',
    operationId: 'getStatistics',
    summary: 'Counts and rates of deliveries, by time and group',
    description:
      'A delivery counts in the interval in which its message was accepted, whenever its events come, so that the ends of an interval add up to what was accepted in it. Intervals without mail are left out. With group_by each interval has a row for each of the `limit` largest keys, and one with key null for all others.',
    tags,
    query: statisticsQuery,
    answer: statisticsAnswer,
    run: async (request) => {
      const { interval, timezone, group_by, limit, compare, ...asked } = request.query;
      requireTimezone(timezone);
      const span = spanOf(asked, now(), interval === 'hour');
      const accountId = accountOf(request);
      const query = { ...span, dimension: group_by ?? 'total', keys: limit } as const;
      const totalOf = async (of: Span) => {
        const sums = await statistics.table(accountId, { ...of, dimension: 'total', keys: limit });
        return countsAndRates(sums.reduce<Counts>((sum, { counts }) => addCounts(sum, counts), {}));
      };
      const total = await totalOf(span);
      const before = spanBefore(span);
      const previous = compare === undefined ? null : { ...shown(before), ...(await totalOf(before)) };
      const rows =
        interval === 'total'
          ? (await statistics.table(accountId, query)).map((row) => ({ ...row, start: span.from }))
          : await statistics.series(accountId, { ...query, interval, timezone });
      return {
        object: 'statistics' as const,
        ...shown(span),
        interval,
        timezone,
        group_by: group_by ?? null,
        denominators,
        total,
        previous,
        data: rows.map(({ start, key, counts }) => ({
          start: start.toISOString(),
          key: group_by === undefined ? null : (key ?? null),
          ...countsAndRates(counts),
        })),
      };
    },
  });
}

function bounceRoute(app: App, { stores: { statistics }, now }: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/stats/bounces',
    operationId: 'getBounceStatistics',
    summary: 'Why deliveries bounced, failed or were put off',
    description: 'By provider, category and status code, most first. The last row may be all others.',
    tags,
    query: statisticsSpanQuery,
    answer: bounceStatistics,
    run: async (request) => {
      const span = spanOf(request.query, now());
      const query = { ...span, dimension: 'bounce' as const, keys: request.query.limit };
      const rows = await statistics.table(accountOf(request), query);
      return {
        object: 'list' as const,
        ...shown(span),
        data: rows.map(refusalOf),
      };
    },
  });
}

function linkRoute(app: App, { stores: { statistics }, now }: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/stats/links',
    operationId: 'getLinkStatistics',
    summary: 'Which links were followed, and by what',
    description:
      'Most first. Links that differ only in query or fragment are one. The last row may be all others.',
    tags,
    query: statisticsSpanQuery,
    answer: linkStatistics,
    run: async (request) => {
      const span = spanOf(request.query, now());
      const query = { ...span, dimension: 'link' as const, keys: request.query.limit };
      const rows = await statistics.table(accountOf(request), query);
      return {
        object: 'list' as const,
        ...shown(span),
        data: rows.map(({ key, counts }) => ({
          url: key ?? null,
          clicked: counts.clicked ?? 0,
          clicks: clicksView(counts),
        })),
      };
    },
  });
}

function latencyRoutes(app: App, { stores: { statistics }, now }: Dependencies): void {
  const histograms = async (accountId: string, span: Span) =>
    histogramsOf(await statistics.table(accountId, { ...span, dimension: 'latency', keys: ALL_KEYS }));
  route(app, {
    method: 'GET',
    url: '/v1/stats/latency',
    operationId: 'getLatencyStatistics',
    summary: 'How long delivery took, in seconds',
    description:
      'From acceptance, or from the time for which it was scheduled, until the next server took it. The first row is all providers together. The figures are exact to a tenth.',
    tags,
    query: statisticsSpanQuery,
    answer: latencyStatistics,
    run: async (request) => {
      const span = spanOf(request.query, now());
      const { all, byProvider } = await histograms(accountOf(request), span);
      const providers = [...byProvider].map(([provider, histogram]) => ({
        provider,
        ...latencyView(histogram),
      }));
      return {
        object: 'list' as const,
        ...shown(span),
        data: [
          { provider: null, ...latencyView(all) },
          ...providers
            .toSorted((one, other) => other.delivered - one.delivered)
            .slice(0, request.query.limit),
        ],
      };
    },
  });
  route(app, {
    method: 'GET',
    url: '/v1/stats/providers',
    operationId: 'getProviderStatistics',
    summary: 'Counts, rates and times by mailbox provider',
    description:
      'By the server that took or refused the message, with what it refused most. Deliveries that were never attempted have none.',
    tags,
    query: statisticsSpanQuery,
    answer: providerStatistics,
    run: async (request) => {
      const span = spanOf(request.query, now());
      const accountId = accountOf(request);
      const query = { ...span, dimension: 'provider' as const, keys: request.query.limit };
      const rows = await statistics.table(accountId, query);
      const { byProvider } = await histograms(accountId, span);
      const bounces = await statistics.table(accountId, { ...span, dimension: 'bounce', keys: ALL_KEYS });
      const refusals = topRefusals(bounces);
      return {
        object: 'list' as const,
        ...shown(span),
        denominators,
        data: rows.map(({ key, counts }) => {
          const histogram = byProvider.get(key ?? '') ?? new Map<number, number>();
          const times = { p50: secondsAt(histogram, 0.5), p95: secondsAt(histogram, 0.95) };
          const top_refusal = refusals.get(key ?? '') ?? null;
          return { provider: key ?? null, ...countsAndRates(counts), ...times, top_refusal };
        }),
      };
    },
  });
}

function balanceRoute(app: App, { stores: { statistics }, now }: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/stats/balance',
    operationId: 'getBalance',
    summary: 'Accepted is the sum of all ends, day by day',
    description:
      'In deliveries, by day of acceptance in UTC. accepted = delivered + bounced + suppressed + failed + cancelled + in_progress + unknown. A complaint stays in delivered. Events of the last seconds may not be counted yet: their deliveries are in progress.',
    tags,
    query: balanceQuery,
    answer: balance,
    run: async (request) => {
      const days = daysOf(request.query, now());
      const rows = await statistics.balance(accountOf(request), days);
      const data = rows.map(({ day, recipients, counts }) => ({ day, ...balanceOf(recipients, counts) }));
      return { object: 'list' as const, ...days, data };
    },
  });
}

/** For the operator: over all accounts. */
export function adminBalanceRoutes(app: App, { stores: { balanceChecks }, now }: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/admin/balance',
    operationId: 'checkBalance',
    summary: 'Recount the mail of some days and compare it with statistics',
    description:
      'Reads every message and delivery of the days, so ask for few. A worker does the same each night for the last week. Without a difference every accepted message is in one of the ends.',
    tags: ['Operator'],
    query: balanceQuery,
    answer: balanceCheck,
    run: async (request) => {
      const report = await balanceChecks.recount(daysOf(request.query, now()));
      if (report === undefined)
        throw new Refusal('temporarily_unavailable', { detail: 'statistics are far behind the events' });
      const { from, to, differences } = report;
      return {
        ok: differences.length === 0,
        from,
        to,
        differences: differences.map(({ accountId, ...rest }) => ({
          account_id: publicId('acc', accountId),
          ...rest,
        })),
      };
    },
  });
}
