import pg from 'pg';

/** Counts deliveries by state and reason, with the outcome of the last attempt, without the delivered ones. */
const unfinishedSql = `
  SELECT count(*)::integer AS count, 'message ' || state AS what, reason, next_action_at IS NULL AS is_final
  FROM message WHERE state <> 'processed' GROUP BY 2, 3, 4
  UNION ALL
  SELECT count(*)::integer, 'delivery ' || delivery.status,
    concat_ws('; last attempt: ', nullif(delivery.reason, ''), (
      SELECT concat_ws(', ', outcome, attempt.reason) FROM attempt WHERE delivery_id = delivery.id ORDER BY number DESC LIMIT 1
    )), next_action_at IS NULL
  FROM delivery WHERE status <> 'delivered' GROUP BY 2, 3, 4
  ORDER BY 1 DESC LIMIT 10`;

type Row = {
  readonly count: number;
  readonly what: string;
  readonly reason: string;
  readonly is_final: boolean;
};

/** What the database of the product holds about mail that never arrived: one line for each kind. */
export async function describeUnfinished(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(unfinishedSql);
    const lines = rows.map(
      ({ count, what, reason, is_final }) =>
        `${count} × ${what}${is_final ? '' : ', still due'}: ${reason || 'no reason given'}`,
    );
    return lines.length === 0 ? 'by its database everything was delivered' : lines.join(' · ');
  } finally {
    await client.end();
  }
}
