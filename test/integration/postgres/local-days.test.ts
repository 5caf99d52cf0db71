/** Days and weeks of any time zone are what a count of their half hours says, although they are read from days of UTC. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { transactAs } from '@waybill/io/postgres/connection/tenant';
import { type SeriesQuery, statistics } from '@waybill/io/postgres/statistics/statistics';
import { addToRows } from '@waybill/io/postgres/statistics/statistics-rows';
import { rowName } from '@waybill/relay/statistics/contribution';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
after(() => opened.close());

const stats = statistics(database);
const account = await addAccount(database);

let state = 11;
const random = (below: number): number => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};

const HOUR_MS = 3_600_000;
/** Every zone below changes its clocks in one of these spans, but for those that never do. */
const seasons = ['2026-03-01T00:00:00Z', '2026-10-18T00:00:00Z'].map((text) => Date.parse(text));
const SEASON_HOURS = 40 * 24;
/** With so many keys a half hour and a day count some of them together, each its own. */
const FULL_DAY = Date.parse('2026-03-20T00:00:00Z');

before(async () => {
  const mail = seasons.flatMap((from) =>
    Array.from({ length: 900 }, () => ({
      at: from + random(SEASON_HOURS) * HOUR_MS + random(60) * 60_000,
      key: ['a', 'b', ''][random(3)] ?? '',
    })),
  );
  const many = Array.from({ length: 500 }, (_, n) => ({
    at: FULL_DAY + random(24) * HOUR_MS,
    key: `k${n % 260}`,
  }));
  const differences = [...mail, ...many].map(({ at, key }) => ({
    accountId: account,
    acceptedAt: new Date(at),
    rows: new Map(
      ['total', 'tag'].map((dimension) => [
        rowName(dimension as 'tag', dimension === 'tag' ? key : ''),
        { accepted: 1, delivered: 1 },
      ]),
    ),
  }));
  await transactAs(database, undefined, (client) => addToRows(client, differences));
});

const countedSql = `
  SELECT date_trunc($5, slot, $6) AS start, key, sum(accepted)::integer AS accepted FROM stat_slot
  WHERE account_id = $1 AND dimension = $2 AND slot >= $3 AND slot < $4 GROUP BY 1, 2`;

type Line = readonly [start: string, key: string, accepted: number];
const sorted = (lines: readonly Line[]) => lines.map((line) => line.join(' ')).toSorted();

async function counted({ dimension, from, to, interval, timezone }: SeriesQuery): Promise<readonly string[]> {
  const { rows } = await database.pool.query(countedSql, [account, dimension, from, to, interval, timezone]);
  return sorted(
    rows.map(
      ({ start, key, accepted }): Line => [start.toISOString(), key === '*' ? 'others' : key, accepted],
    ),
  );
}

async function read(query: SeriesQuery): Promise<readonly string[]> {
  const rows = await stats.series(account, query);
  return sorted(
    rows.map(({ start, key, counts }): Line => [start.toISOString(), key ?? 'others', counts.accepted ?? 0]),
  );
}

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  // The clocks go back from one to midnight, so midnight comes twice.
  'Atlantic/Azores',
  'America/Havana',
  'Africa/Cairo',
  'America/Santiago',
];

for (const timezone of zones)
  test(`days and weeks of ${timezone} hold the mail of their half hours, also where its clocks change`, async () => {
    for (const season of seasons)
      for (const [begins, ends] of [
        [0, SEASON_HOURS],
        [7.5, SEASON_HOURS - 30],
        [100, 107],
      ] as const)
        for (const interval of ['day', 'week'] as const)
          for (const dimension of ['total', 'tag'] as const) {
            const span = { from: new Date(season + begins * HOUR_MS), to: new Date(season + ends * HOUR_MS) };
            const query = { ...span, dimension, interval, timezone, keys: 1_000 };
            assert.deepEqual(await read(query), await counted(query), `${interval} ${dimension} ${begins}`);
          }
  });

test('a delivery that moves to another end moves it in the day of its time zone, and an empty interval is left out', async () => {
  const other = await addAccount(database);
  const add = (counts: Readonly<Record<string, number>>) =>
    transactAs(database, undefined, (client) =>
      addToRows(client, [
        {
          accountId: other,
          acceptedAt: new Date('2026-05-04T23:10:00Z'),
          rows: new Map([[rowName('total', ''), counts]]),
        },
      ]),
    );
  await add({ accepted: 1, in_progress: 1 });
  await add({ in_progress: -1, bounced: 1 });
  const rows = await stats.series(other, {
    from: new Date('2026-05-01T00:00:00Z'),
    to: new Date('2026-05-08T00:00:00Z'),
    dimension: 'total',
    interval: 'day',
    timezone: 'Europe/Berlin',
    keys: 5,
  });
  assert.deepEqual(
    rows.map(({ start, counts }) => [
      start.toISOString(),
      counts.accepted,
      counts.in_progress,
      counts.bounced,
    ]),
    [['2026-05-04T22:00:00.000Z', 1, 0, 1]],
  );
});
