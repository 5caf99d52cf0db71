/** The counters of the account limits. Concurrent submissions of a process share one statement. */

import { openBatcher } from '../../concurrency/batcher.ts';
import { isConnectionTrouble as isTransient } from '../connection/connection-trouble.ts';
import type { Database } from '../connection/database.ts';

export type Want = {
  readonly accountId: string;
  /** Per second, hour, day and month; null: no limit. */
  readonly limits: readonly (number | null)[];
  readonly recipients: number;
};

export type Taken = {
  readonly granted: boolean;
  /** The rest of each limit after the call; null: no limit. */
  readonly remaining: readonly (number | null)[];
  /** The clock of the database. */
  readonly at: Date;
};

export type UsageTaken = {
  /** Uses quota for all recipients or for none. Zero recipients: only reads. */
  take(want: Want): Promise<Taken>;
  /** Returns the quota of a submission that was not stored. The limit per second is not returned, because it ends soon. */
  giveBack(accountId: string, recipients: number, takenAt: Date): Promise<void>;
};

/** Locks rows in the order of accounts, so that two processes cannot deadlock. */
const takeSql = {
  name: 'take usage',
  text: `
  SELECT asked.account_id, taken.place, taken.granted, taken.remaining::double precision[] AS remaining, taken.at
  FROM (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(account_id uuid, limits bigint[], wants bigint[]) ORDER BY account_id
  ) AS asked CROSS JOIN LATERAL waybill_take_usage(asked.account_id, asked.limits, asked.wants) AS taken`,
};

const giveBackSql = {
  name: 'give usage back',
  text: `
  UPDATE usage_taken SET
    hour_taken = hour_taken - CASE WHEN hour_start = date_trunc('hour', $3::timestamptz, 'UTC') THEN least($2, hour_taken) ELSE 0 END,
    day_taken = day_taken - CASE WHEN day_start = date_trunc('day', $3::timestamptz, 'UTC') THEN least($2, day_taken) ELSE 0 END,
    month_taken = month_taken - CASE WHEN month_start = date_trunc('month', $3::timestamptz, 'UTC') THEN least($2, month_taken) ELSE 0 END
  WHERE account_id = $1`,
};

type Row = Taken & { readonly account_id: string; readonly place: number };

/** Callers with the same account and the same limits share one row of the statement. */
const keyOf = ({ accountId, limits }: Want): string => `${accountId} ${limits.join(' ')}`;

async function takeMany({ pool }: Database, wants: readonly Want[]): Promise<readonly Taken[]> {
  const groups = [...Map.groupBy(wants, keyOf).values()];
  const answers = new Map<Want, Taken>();
  // If the limits of an account have just changed, it has two groups. The later one gets a statement of its own.
  const rounds = Map.groupBy(groups, (group) =>
    groups.filter((other) => other[0]?.accountId === group[0]?.accountId).indexOf(group),
  );
  for (const round of rounds.values()) {
    const byAccount = new Map(round.map((group) => [group[0]?.accountId ?? '', group]));
    const asked = [...byAccount].map(([account_id, group]) => ({
      account_id,
      limits: group[0]?.limits,
      wants: group.map(({ recipients }) => recipients),
    }));
    const { rows } = await pool.query<Row>({ ...takeSql, values: [JSON.stringify(asked)] });
    for (const row of rows) {
      const want = byAccount.get(row.account_id)?.[row.place - 1];
      if (want) answers.set(want, row);
    }
  }
  return wants.map((want) => {
    const answer = answers.get(want);
    if (answer === undefined) throw new Error('The database did not answer for every submission');
    return answer;
  });
}

export function openUsageTaken(database: Database): UsageTaken {
  // After a cut connection the statement runs again and may count twice, which never allows more than the limit.
  const takes = openBatcher<Want, Taken>({
    flush: (wants) => takeMany(database, wants),
    maxItems: 500,
    isTransient,
  });
  return {
    take: (want) => takes.add(want),
    async giveBack(accountId, recipients, takenAt) {
      await database.pool.query({ ...giveBackSql, values: [accountId, recipients, takenAt] });
    },
  };
}
