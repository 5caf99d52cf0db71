/** Statistics of an account: counts of deliveries by the time of acceptance, and rates with their denominators. */
import { z } from 'zod';
import { countedTime, time } from './text.ts';

const count = z.number().int();
const rate = z.number().nullable();

const statisticsGroups = [
  'domain',
  'from_domain',
  'tag',
  'credential',
  'provider',
  'stream',
  'source_address',
  'bounce_category',
] as const;

const byAgent = z.object({ human: count, proxy: count, bot: count });

const statisticsCounts = z
  .object({
    accepted: count.describe('Deliveries, one for each recipient'),
    in_progress: count.describe('Queued, deferred or held'),
    delivered: count.describe('Taken by the next server, also where a complaint followed'),
    bounced: count,
    failed: count,
    suppressed: count,
    cancelled: count,
    unknown: count,
    deferred: count.describe('Put off at least once'),
    complained: count,
    unsubscribed: count,
    opened: count.describe('Opened at least once by a person, also through an image proxy'),
    clicked: count.describe('A link was followed at least once by a person'),
    opens: byAgent.describe('Events. A prefetch counts as a proxy'),
    clicks: byAgent.describe('Events. A prefetch counts as a proxy'),
  })
  .meta({ id: 'StatisticsCounts' });

const statisticsRates = z
  .object({
    delivered: rate,
    bounced: rate,
    failed: rate,
    deferred: rate,
    suppressed: rate,
    complained: rate,
    unsubscribed: rate,
    opened: rate,
    clicked: rate,
  })
  .meta({ id: 'StatisticsRates' });

const denominators = z
  .record(z.string(), z.string())
  .describe('What each rate is divided by. attempted: delivered + bounced + failed + unknown');

const span = { from: time, to: time };

const key = z
  .string()
  .nullable()
  .describe('null: everything beyond the listed keys, or no group was asked for');

const row = z.object({ key, counts: statisticsCounts, rates: statisticsRates });

const spanQuery = z.strictObject({
  from: countedTime.optional().describe('Included. A week before `to` unless given; in half hours'),
  to: countedTime.optional().describe('Not included. Now unless given'),
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('The most keys'),
});
export const statisticsSpanQuery = spanQuery;

export const statisticsQuery = spanQuery.extend({
  interval: z.enum(['hour', 'day', 'week', 'total']).default('day'),
  timezone: z.string().min(1).max(64).default('UTC').describe('A name like Europe/Berlin or Asia/Kolkata'),
  group_by: z.enum(statisticsGroups).optional(),
  compare: z
    .enum(['previous'])
    .optional()
    .describe('Adds the total of the span of the same length that ends at `from`'),
});

const total = z.object({ counts: statisticsCounts, rates: statisticsRates });

export const statisticsAnswer = z
  .object({
    object: z.literal('statistics'),
    ...span,
    interval: z.enum(['hour', 'day', 'week', 'total']),
    timezone: z.string(),
    group_by: z.enum(statisticsGroups).nullable(),
    denominators,
    total,
    previous: total
      .extend(span)
      .nullable()
      .describe('The span before this one; null: compare did not ask for it'),
    data: z.array(row.extend({ start: time })),
  })
  .meta({ id: 'Statistics' });

const listed = <T extends z.ZodType>(item: T) =>
  z.object({ object: z.literal('list'), ...span, data: z.array(item) });

const refusal = z.object({
  category: z.string().nullable(),
  code: z.string().nullable().describe('The enhanced status code, or the code of the reply'),
  bounced: count,
  failed: count,
  deferred: count,
});

export const bounceStatistics = listed(refusal.extend({ provider: z.string().nullable() })).meta({
  id: 'BounceStatistics',
});

export const linkStatistics = listed(
  z.object({
    url: z.string().nullable().describe('Without query and fragment'),
    clicked: count.describe('Deliveries'),
    clicks: byAgent,
  }),
).meta({ id: 'LinkStatistics' });

const seconds = z.number().nullable();
const latencies = { p50: seconds, p90: seconds, p95: seconds, p99: seconds };

export const latencyStatistics = listed(
  z.object({
    provider: z.string().nullable().describe('null: all providers'),
    delivered: count,
    ...latencies,
  }),
).meta({ id: 'LatencyStatistics' });

export const providerStatistics = listed(
  row.omit({ key: true }).extend({
    provider: key,
    p50: seconds,
    p95: seconds,
    top_refusal: refusal
      .nullable()
      .describe('What ended most deliveries of this provider; null: no delivery bounced or failed'),
  }),
)
  .extend({ denominators })
  .meta({ id: 'ProviderStatistics' });

const day = z.iso.date();

export const balanceQuery = z.strictObject({
  from: day.optional().describe('Included. A week before `to` unless given'),
  to: day.optional().describe('Not included. Tomorrow unless given'),
});

export const balance = z
  .object({
    object: z.literal('list'),
    from: day,
    to: day,
    data: z.array(
      z.object({
        day: day.describe('UTC, of acceptance'),
        accepted: count,
        delivered: count,
        bounced: count,
        suppressed: count,
        failed: count,
        cancelled: count,
        in_progress: count.describe('Scheduled, queued, deferred, held, and not prepared yet'),
        unknown: count,
        complained: count.describe('Of the delivered'),
        difference: count.describe('accepted less all ends: 0'),
      }),
    ),
  })
  .meta({ id: 'Balance' });

export const balanceCheck = z
  .object({
    ok: z.boolean(),
    from: day,
    to: day,
    differences: z.array(
      z.object({
        account_id: z.string(),
        day,
        name: z.string().describe('What was counted'),
        counted: count,
        recounted: count,
      }),
    ),
  })
  .meta({ id: 'BalanceCheck' });
