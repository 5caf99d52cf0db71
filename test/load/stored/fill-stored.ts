import { parsePublicId } from '@waybill/relay/id';
import pg from 'pg';
import { copyStatements } from './copy-statements.ts';

/** Stored mail as the product itself stores it: copies of one message that it really delivered, spread over five weeks. */
export type Stored = {
  /** Until there are this many messages; what is there already counts. */
  fillTo(count: number): Promise<void>;
  /** The same, but the new messages have one delivery each and nothing else, as after their retention of bytes and events. */
  fillBareTo(count: number): Promise<void>;
  close(): Promise<void>;
};

const BATCH = 20_000;
const DAYS = 35;

const tables = ['message', 'message_content', 'delivery', 'attempt', 'event'] as const;

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

async function prepare(client: pg.Client, publicAccountId: string): Promise<void> {
  // These rows need no fsync: a crash of this test loses nothing of value.
  await client.query('SET synchronous_commit = off');
  await client.query("SET work_mem = '64MB'");
  const firstDay = `(now() - interval '${DAYS + 2} days')::date`;
  await client.query(`SELECT waybill_ensure_partitions(${firstDay}, now()::date)`);
  await takeSamples(client, parsePublicId('acc', publicAccountId) ?? '');
}

async function columnsOf(client: pg.Client): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `SELECT attrelid::regclass::text AS table, attname AS column FROM pg_attribute
     WHERE attrelid = ANY ($1::regclass[]) AND attnum > 0 AND NOT attisdropped ORDER BY 1, attnum`,
    [tables],
  );
  const columns = Map.groupBy(rows, ({ table }) => table);
  return new Map([...columns].map(([table, all]) => [table, all.map(({ column }) => column)]));
}

type Filling = { readonly text: string; readonly tables: readonly string[] };

async function fill(client: pg.Client, filling: Filling, count: number): Promise<void> {
  const { rows } = await client.query('SELECT count(*)::integer AS count FROM message');
  const there = Number(rows[0]?.count);
  if (there >= count) return;
  // In the order of time, as mail comes: indexes grow at their end.
  for (let n = there; n < count; n += BATCH)
    await client.query(filling.text, [n, Math.min(n + BATCH, count) - 1, there, count - there, DAYS]);
  // What autovacuum would do in the next minutes, done now, so that it does not run into the measuring.
  for (const table of filling.tables) await client.query(`VACUUM (ANALYZE) ${table}`);
  await client.query('CHECKPOINT');
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
  const { whole, bare } = copyStatements(await columnsOf(client));
  return {
    fillTo: (count) => fill(client, { text: whole, tables }, count),
    fillBareTo: (count) => fill(client, { text: bare, tables: ['message', 'delivery'] }, count),
    close: () => client.end(),
  };
}
