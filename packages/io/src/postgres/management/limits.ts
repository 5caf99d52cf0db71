import {
  type LimitState,
  type LimitSubject,
  limitNames,
  limitStates,
} from '@waybill/relay/limits/sending-limits';
import type { LimitedRecord, UsageDay } from '@waybill/relay/management/records';
import type { Database } from '../connection/database.ts';
import { readAs } from '../connection/tenant.ts';

/** An account has few of them; more are not shown. */
const MAX_SUBJECTS = 500;

const ownSql = `
  SELECT 'stream' AS scope, 'str' AS prefix, id, name, limits FROM stream WHERE account_id = $1 AND limits <> '{}'
  UNION ALL
  SELECT 'credential', 'cred', id, name, limits FROM smtp_credential WHERE account_id = $1 AND limits <> '{}' AND revoked_at IS NULL
  UNION ALL
  SELECT 'credential', 'key', id, name, limits FROM api_key WHERE account_id = $1 AND limits <> '{}' AND revoked_at IS NULL
  ORDER BY id LIMIT ${MAX_SUBJECTS}`;

const usedSql = `
  SELECT waybill_limits_used($1, $2, clock.at)::double precision[] AS used, clock.at FROM (SELECT clock_timestamp() AS at) AS clock`;

const daysSql = `
  SELECT to_char(date_trunc('day', hour, 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS date,
    sum(messages)::double precision AS messages, sum(recipients)::double precision AS recipients, sum(bytes)::double precision AS bytes
  FROM usage_hour
  WHERE account_id = $1 AND hour >= $2::date::timestamp AT TIME ZONE 'UTC' AND hour < ($3::date + 1)::timestamp AT TIME ZONE 'UTC'
  GROUP BY 1 ORDER BY 1`;

export const limits = (database: Database) => ({
  ownOf: (accountId: string): Promise<readonly LimitedRecord[]> =>
    readAs<LimitedRecord>(database, accountId, { text: ownSql, values: [accountId] }),

  /** Reads without the lock of `waybill_take_limits`, so mail does not wait for it. */
  async states(accountId: string, subjects: readonly LimitSubject[]): Promise<readonly LimitState[]> {
    if (subjects.length === 0) return [];
    const values = [accountId, subjects.map(({ id }) => id)];
    const { rows } = await database.pool.query<{ used: number[]; at: Date }>(usedSql, values);
    const [{ used, at } = { used: [], at: new Date() }] = rows;
    const remaining = subjects.flatMap(({ limits: own }, index) =>
      limitNames.map((name, place) =>
        Math.max(0, (own[name] ?? 0) - (used[index * limitNames.length + place] ?? 0)),
      ),
    );
    return limitStates(subjects, remaining, at);
  },

  days: (accountId: string, from: string, to: string): Promise<readonly UsageDay[]> =>
    readAs<UsageDay>(database, accountId, { text: daysSql, values: [accountId, from, to] }),
});
