/** The words of the overview and of the statistics. */
export const overviewText = {
  title: 'Overview',
  lead: 'The last seven days of this account.',
  balance: 'Accepted is the sum of all ends',
  balanceOff: (count: number): string => `${count} deliveries are missing from the sum. Tell the operator.`,
  rates: 'Rates',
  ofAttempted: 'of what was attempted',
  ofDelivered: 'of what was delivered',
  noRate: 'no mail yet',
  outcomes: 'What became of the deliveries of each day?',
  providers: 'How fast and how well does each provider take your mail?',
  provider: 'Provider',
  others: 'all others',
  delivered: 'Delivered',
  median: 'Half within',
  slow: '95% within',
  latest: 'Newest messages',
  all: 'All messages',
  emptyTitle: 'No delivery in these days',
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
  '1': 'Last day',
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
