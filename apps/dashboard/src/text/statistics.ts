/** The words of the overview and of the statistics. */
import { count, isRate, share } from './number.ts';

export const overviewText = {
  title: 'Overview',
  lead: 'What became of the mail of this account.',
  balance: 'Accepted is the sum of all ends',
  balanceOff: (count: number): string => `${count} deliveries are missing from the sum. Tell the operator.`,
  rates: 'Rates',
  ofAttempted: (whole: number): string => (isRate(whole) ? `of ${count(whole)} attempted` : 'attempted'),
  ofDelivered: (whole: number): string => (isRate(whole) ? `of ${count(whole)} delivered` : 'delivered'),
  change: (points: number): string =>
    Math.abs(points) < 0.05
      ? 'as in the time before'
      : `${points > 0 ? '▲' : '▼'} ${Math.abs(points).toFixed(1)} points on the time before`,
  threshold: (rate: number): string => `suspended above ${share(rate)}`,
  over: (rate: number): string => `Above ${share(rate)}: the account will be suspended`,
  noRate: 'no mail yet',
  outcomes: {
    hour: 'What became of the deliveries of each hour?',
    day: 'What became of the deliveries of each day?',
  },
  providers: 'How fast and how well does each provider take your mail?',
  provider: 'Provider',
  others: 'all others',
  delivered: 'Delivered',
  median: 'Half within',
  slow: '95% within',
  refusal: 'Most frequent refusal',
  latest: 'Newest messages',
  all: 'All messages',
  emptyTitle: 'No delivery in this range',
  emptyText: 'Statistics appear with the first message.',
} as const;

export const outcomeText = {
  accepted: 'Accepted',
  delivered: 'Delivered',
  bounced: 'Bounced',
  failed: 'Failed',
  suppressed: 'Suppressed',
  cancelled: 'Cancelled',
  unknown: 'Unknown',
  in_progress: 'In progress',
} as const;

export const rateText = {
  delivered: 'Delivered',
  bounced: 'Bounced',
  deferred: 'Deferred at least once',
  complained: 'Complained',
} as const;

export const statisticsText = {
  title: 'Statistics',
  lead: 'Counted by the time of acceptance, so that the ends of a day add up to what was accepted in it.',
  range: 'Range',
  zone: 'Time zone',
  group: 'Group by',
  noGroup: 'nothing',
  table: 'View as a table',
  when: 'When',
  key: 'Group',
  others: 'all others',
  groups: 'Which of them does best and worst?',
  bounces: 'Why did deliveries bounce, fail or wait?',
  category: 'Category',
  code: 'Code',
  provider: 'Provider',
  latency: 'How long until the next server took it?',
  p50: '50%',
  p90: '90%',
  p95: '95%',
  p99: '99%',
  all: 'all providers',
  links: 'Which links were followed?',
  url: 'Link',
  followed: 'Deliveries',
  byWhom: 'Clicks',
  noLinks: 'No link was followed',
  noLinksText: 'Links are counted where click tracking is on.',
  noBounces: 'Nothing bounced, failed or waited',
  engagement: 'Who opened and followed links?',
  opens: 'Opens',
  clicks: 'Clicks',
  human: 'people',
  proxy: 'image proxies',
  bot: 'programs',
  emptyTitle: 'Nothing in this range',
  emptyText: 'Choose a longer range, or send a message.',
} as const;

export const rangeText = {
  '1': 'Last 24 hours',
  '7': 'Last 7 days',
  '30': 'Last 30 days',
  '90': 'Last 90 days',
} as const;

export const groupText = {
  domain: 'Recipient domain',
  from_domain: 'From domain',
  tag: 'Tag',
  credential: 'Credential',
  provider: 'Provider',
  stream: 'Stream',
  bounce_category: 'Bounce category',
} as const;
