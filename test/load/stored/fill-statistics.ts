import { parsePublicId } from '@waybill/relay/id';
import pg from 'pg';

/** Statistics of a year for many accounts, written in the order of time, as the reader writes them: rows of one account lie far apart. */
export type StatisticsFilling = {
  readonly databaseUrl: string;
  readonly accounts: number;
  readonly publicAccountId: string;
};

const DAYS = 366;

const accountsSql = `SELECT array_agg(id) AS ids FROM (
  SELECT $1::uuid AS id UNION ALL SELECT md5('bench' || n)::uuid FROM generate_series(2, $2::integer) AS n) AS made`;

/** SQL: rows of a day of all accounts, and of the streams of the first. `$1`: the day; `$2`: the accounts. */
const fillSql = (table: string, column: string, times: string): string => `
  INSERT INTO ${table} (account_id, dimension, ${column}, key, accepted, delivered, bounced)
  SELECT account, dimension, at, key, 20, 19, 1
  FROM ${times} AS at, (
    SELECT unnest($2::uuid[]) AS account, 'total' AS dimension, '' AS key
    UNION ALL SELECT ($2::uuid[])[1], 'stream', 'stream ' || n FROM generate_series(1, 5) AS n
  ) AS rows
  ON CONFLICT DO NOTHING`;

const slotsSql = fillSql(
  'stat_slot',
  'slot',
  "generate_series($1::timestamptz, $1::timestamptz + interval '23 hours 30 minutes', '30 minutes')",
);
const daysSql = fillSql('stat_day', 'day', "(SELECT ($1::timestamptz AT TIME ZONE 'UTC')::date AS at)");

const knownSql = "SELECT FROM stat_day WHERE account_id = $1 AND dimension = 'total' LIMIT 1";

/** Does nothing where the data folder has them already. */
export async function fillStatistics({
  databaseUrl,
  accounts,
  publicAccountId,
}: StatisticsFilling): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SET synchronous_commit = off');
    const { rows } = await client.query(accountsSql, [parsePublicId('acc', publicAccountId), accounts]);
    const { rowCount } = await client.query(knownSql, [rows[0]?.ids.at(-1)]);
    if (rowCount) return;
    const today = Math.floor(Date.now() / 86_400_000) * 86_400_000;
    for (let day = DAYS; day > 0; day--) {
      const values = [new Date(today - day * 86_400_000), rows[0]?.ids];
      for (const sql of [slotsSql, daysSql]) await client.query(sql, values);
    }
    for (const table of ['stat_slot', 'stat_day']) await client.query(`VACUUM (ANALYZE) ${table}`);
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
