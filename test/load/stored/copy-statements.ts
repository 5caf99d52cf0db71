/** SQL that copies one stored message many times. `$1` and `$2`: the first and the last number; `$3` and `$4`: the first number and how many there are in all; `$5`: days. */

/** An id of a moment, different for each number and kind. RFC 9562 §5.7. */
const idSql = (kind: string): string => `(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
  || '7' || substr(md5('${kind}' || n), 1, 3) || '8' || substr(md5('${kind}' || n), 4, 15))::uuid`;

/** Numbers, times and ids. The statements of one message share a snapshot, and so the ids that they derive. */
const madeSql = `
  WITH times AS MATERIALIZED (
    SELECT n, now() - interval '1 hour' - $5::integer * interval '1 day' * (1 - (n - $3::integer) / $4::double precision) AS at
    FROM generate_series($1::integer, $2::integer) AS n
  ), made AS MATERIALIZED (
    SELECT n, at, id, waybill_derive_id(id, 'dlv', 0) AS delivery_id
    FROM (SELECT n, at, ${idSql('message')} AS id FROM times) AS numbered
  )`;

const recipient = "'stored' || n || '@rcpt.example'";

/** An event of before there was an outbox: behind every cursor. */
const eventOf = (type: string) => ({
  id: idSql(type),
  message_id: 'made.id',
  delivery_id: 'made.delivery_id',
  type: `'${type}'`,
  occurred_at: 'at',
  tx: '0',
  seq: "nextval('event_seq_seq')",
});

const changed = {
  message: { id: 'made.id', accepted_at: 'at', message_id_header: "'<stored-' || n || '@acme.test>'" },
  message_content: { message_id: 'made.id' },
  delivery: {
    id: 'made.delivery_id',
    message_id: 'made.id',
    recipient,
    recipient_key: recipient,
    status_changed_at: 'at',
  },
  attempt: {
    id: "waybill_derive_id(made.delivery_id, 'att', 1)",
    delivery_id: 'made.delivery_id',
    started_at: 'at',
  },
};

type Changes = Readonly<Record<string, string>>;

/** Whole messages, and messages with a delivery alone. `columns`: of each table, so that a copy has all of them. */
export function copyStatements(columns: ReadonlyMap<string, readonly string[]>): {
  readonly whole: string;
  readonly bare: string;
} {
  const copy = (table: string, changes: Changes): string => {
    const names = columns.get(table) ?? [];
    return `INSERT INTO ${table} (${names.join(', ')})
      SELECT ${names.map((name) => changes[name] ?? `given.${name}`).join(', ')} FROM made, sample_${table} AS given`;
  };
  return {
    whole: `${madeSql}, messages AS (${copy('message', changed.message)}),
      contents AS (${copy('message_content', changed.message_content)}),
      deliveries AS (${copy('delivery', changed.delivery)}),
      attempts AS (${copy('attempt', changed.attempt)}),
      queued AS (${copy('event', eventOf('queued'))})
      ${copy('event', eventOf('delivered'))}`,
    bare: `${madeSql}, messages AS (${copy('message', changed.message)})
      ${copy('delivery', { ...changed.delivery, patch: 'NULL' })}`,
  };
}
