import { parsePublicId } from '@waybill/relay/id';
import pg from 'pg';

/** Stored mail as the product itself stores it: copies of one message that it really delivered, spread over five weeks. */
export type Stored = {
  /** Until there are this many messages; what is there already counts. */
  fillTo(count: number): Promise<void>;
  close(): Promise<void>;
};

const BATCH = 5_000;
const DAYS = 35;

/** An id of a moment, different for each number and kind. RFC 9562 §5.7. */
const idSql = (kind: string): string => `(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
  || '7' || substr(md5('${kind}' || n), 1, 3) || '8' || substr(md5('${kind}' || n), 4, 15))::uuid`;

/**
 * A copy of a row with other ids and times, whatever columns it has. The five statements of one message share a snapshot,
 * and so the ids that they derive.
 */
const copySql = (table: string, changes: string): string =>
  `INSERT INTO ${table} SELECT copy.* FROM made, sample_${table} AS given,
     LATERAL jsonb_populate_record(given, jsonb_build_object(${changes})) AS copy`;

const fillSql = `
  WITH times AS MATERIALIZED (
    SELECT n, now() - interval '1 hour' - interval '${DAYS} days' * (1 - (n - $3::integer) / $4::double precision) AS at
    FROM generate_series($1::integer, $2::integer) AS n
  ), made AS MATERIALIZED (
    SELECT n, at, id, waybill_derive_id(id, 'dlv', 0) AS delivery_id
    FROM (SELECT n, at, ${idSql('message')} AS id FROM times) AS numbered
  ), messages AS (
    ${copySql('message', `'id', made.id, 'accepted_at', at, 'message_id_header', '<stored-' || n || '@acme.test>'`)}
  ), contents AS (
    INSERT INTO message_content (message_id, bytes, is_seven_bit) SELECT made.id, bytes, is_seven_bit FROM made, sample_message_content
  ), deliveries AS (
    ${copySql(
      'delivery',
      `'id', made.delivery_id, 'message_id', made.id, 'recipient', 'stored' || n || '@rcpt.example',
       'recipient_key', 'stored' || n || '@rcpt.example', 'status_changed_at', at`,
    )}
  ), attempts AS (
    ${copySql('attempt', `'id', waybill_derive_id(made.delivery_id, 'att', 1), 'delivery_id', made.delivery_id, 'started_at', at`)}
  ), queued AS (
    ${copySql('event', `'id', ${idSql('queued')}, 'message_id', made.id, 'delivery_id', made.delivery_id, 'occurred_at', at`)}
  )
  ${copySql(
    'event',
    `'id', ${idSql('delivered')}, 'message_id', made.id, 'delivery_id', made.delivery_id, 'type', 'delivered', 'occurred_at', at`,
  )}`;

/** One delivered message of the account with all that belongs to it. */
const sampleSql = `
  CREATE TEMP TABLE sample_delivery AS SELECT * FROM delivery WHERE account_id = $1 AND status = 'delivered' ORDER BY id DESC LIMIT 1;
  CREATE TEMP TABLE sample_message AS SELECT * FROM message WHERE id = (SELECT message_id FROM sample_delivery);
  CREATE TEMP TABLE sample_message_content AS SELECT * FROM message_content WHERE message_id = (SELECT id FROM sample_message);
  CREATE TEMP TABLE sample_attempt AS SELECT * FROM attempt WHERE delivery_id = (SELECT id FROM sample_delivery) LIMIT 1;
  CREATE TEMP TABLE sample_event AS SELECT * FROM event WHERE delivery_id = (SELECT id FROM sample_delivery) AND type = 'queued' LIMIT 1`;

async function takeSamples(client: pg.Client, accountId: string): Promise<void> {
  for (const statement of sampleSql.split(';')) {
    const values = statement.includes('$1') ? client.escapeLiteral(accountId) : '';
    await client.query(statement.replace('$1', values));
  }
  const { rows } = await client.query('SELECT count(*)::integer AS count FROM sample_attempt, sample_event');
  if (rows[0]?.count !== 1) throw new Error('No delivered message to copy');
}

const tables = ['message', 'message_content', 'delivery', 'attempt', 'event'];

async function prepare(client: pg.Client, publicAccountId: string): Promise<void> {
  // These rows need no fsync: a crash of this test loses nothing of value.
  await client.query('SET synchronous_commit = off');
  const firstDay = `(now() - interval '${DAYS + 2} days')::date`;
  await client.query(`SELECT waybill_ensure_partitions(${firstDay}, now()::date)`);
  await takeSamples(client, parsePublicId('acc', publicAccountId) ?? '');
}

export async function openStored(databaseUrl: string, publicAccountId: string): Promise<Stored> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await prepare(client, publicAccountId);
  } catch (error) {
    await client.end();
    throw error;
  }
  return {
    async fillTo(count) {
      const { rows } = await client.query('SELECT count(*)::integer AS count FROM message');
      const there = Number(rows[0]?.count);
      // In the order of time, as mail comes: indexes grow at their end.
      for (let n = there; n < count; n += BATCH)
        await client.query(fillSql, [n, Math.min(n + BATCH, count) - 1, there, count - there]);
      // What autovacuum would do in the next minutes, done now, so that it does not run into the measuring.
      for (const table of tables) await client.query(`VACUUM (ANALYZE) ${table}`);
      await client.query('CHECKPOINT');
    },
    close: () => client.end(),
  };
}
