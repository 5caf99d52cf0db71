/** The counters of sending limits. Concurrent submissions of a process share one statement. */

import { limitNames } from '@waybill/relay/limits/sending-limits';
import type { Wanted } from '@waybill/relay/ports';
import { openBatcher } from '../../concurrency/batcher.ts';
import { isConnectionTrouble as isTransient } from '../connection/connection-trouble.ts';
import type { Database } from '../connection/database.ts';

export type Taken = {
  readonly granted: boolean;
  /** Recipients that the account never sent to, where a limit counts them. */
  readonly fresh: number;
  /** The rest of every limit of every subject after the call; null: no limit. */
  readonly remaining: readonly (number | null)[];
  /** The clock of the database. */
  readonly at: Date;
};

export type LimitsTaken = {
  /** Uses quota for all recipients or for none. No recipients: only reads. */
  take(wanted: Wanted): Promise<Taken>;
  /**
   * Returns the quota of a submission that was not stored. What was counted per second and as new stays: the second ends soon, and
   * the recipients are known from now on.
   */
  giveBack(wanted: Wanted, takenAt: Date): Promise<void>;
};

/** Locks accounts in the order of their ids, so that two processes cannot deadlock. */
const takeSql = {
  name: 'take limits',
  text: `
  SELECT asked.turn, taken.place::integer, taken.granted, taken.fresh::integer, taken.remaining::double precision[] AS remaining, taken.at
  FROM (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(turn integer, account_id uuid, subjects uuid[], limits bigint[], wants jsonb)
    ORDER BY account_id, turn
  ) AS asked CROSS JOIN LATERAL waybill_take_limits(asked.account_id, asked.subjects, asked.limits, asked.wants) AS taken`,
};

const giveBackSql = {
  name: 'give limits back',
  text: `
  WITH account_lock AS MATERIALIZED (SELECT FROM limit_taken WHERE subject_id = $1 FOR UPDATE)
  UPDATE limit_taken SET
    hour_taken = hour_taken - CASE WHEN hour_start = date_trunc('hour', $4::timestamptz, 'UTC') THEN least($3, hour_taken) ELSE 0 END,
    day_taken = day_taken - CASE WHEN day_start = date_trunc('day', $4::timestamptz, 'UTC') THEN least($3, day_taken) ELSE 0 END,
    month_taken = month_taken - CASE WHEN month_start = date_trunc('month', $4::timestamptz, 'UTC') THEN least($3, month_taken) ELSE 0 END
  WHERE EXISTS (SELECT FROM account_lock) AND account_id = $1 AND subject_id = ANY ($2)`,
};

type Row = Taken & { readonly turn: number; readonly place: number };

const limitsOf = ({ subjects }: Wanted): readonly (number | null)[] =>
  subjects.flatMap(({ limits }) => limitNames.map((name) => limits[name] ?? null));

const idsOf = ({ subjects }: Pick<Wanted, 'subjects'>): readonly string[] => subjects.map(({ id }) => id);

/** Callers with the same subjects and the same limits share one row of the statement. */
const keyOf = (wanted: Wanted): string =>
  `${wanted.accountId} ${idsOf(wanted).join(' ')} ${limitsOf(wanted).join(' ')}`;

const countsNew = ({ subjects }: Wanted): boolean =>
  subjects.some(({ limits }) => limits.newPerHour !== undefined);

const wantOf = (wanted: Wanted) => ({
  recipients: wanted.recipients.length,
  addresses: countsNew(wanted) ? wanted.recipients : [],
});

async function takeMany({ pool }: Database, wants: readonly Wanted[]): Promise<readonly Taken[]> {
  const groups = [...Map.groupBy(wants, keyOf).values()];
  const asked = groups.flatMap((group, turn) =>
    group[0] === undefined
      ? []
      : {
          turn,
          account_id: group[0].accountId,
          subjects: idsOf(group[0]),
          limits: limitsOf(group[0]),
          wants: group.map(wantOf),
        },
  );
  const { rows } = await pool.query<Row>({ ...takeSql, values: [JSON.stringify(asked)] });
  const answers = new Map<Wanted | undefined, Taken>(
    rows.map((row) => [groups[row.turn]?.[row.place - 1], row]),
  );
  return wants.map((want) => {
    const answer = answers.get(want);
    if (answer === undefined) throw new Error('The database did not answer for every submission');
    return answer;
  });
}

export function openLimitsTaken(database: Database): LimitsTaken {
  // After a cut connection the statement runs again and may count twice, which never allows more than the limit.
  const takes = openBatcher<Wanted, Taken>({
    flush: (wants) => takeMany(database, wants),
    maxItems: 500,
    isTransient,
  });
  return {
    take: (wanted) => takes.add(wanted),
    async giveBack(wanted, takenAt) {
      const { accountId, recipients } = wanted;
      await database.pool.query({
        ...giveBackSql,
        values: [accountId, idsOf(wanted), recipients.length, takenAt],
      });
    },
  };
}
