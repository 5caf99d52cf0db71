import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Taken } from '@waybill/io/postgres/connection/taken';
import { ipNetworks } from '@waybill/io/postgres/management/ip-networks';
import { deliveryStatuses, eventTypes } from '@waybill/relay/events/event';
import { attemptIdOf } from '@waybill/relay/id';
import { clickModes } from '@waybill/relay/tracking/click-mode';
import pg from 'pg';
import { schemaSql } from '../../../prisma/schema-sql.mjs';
import { openEmptyDatabase, openTestDatabase } from '../../support/database.ts';
import { addAccount, someId } from './some.ts';

const opened = await openTestDatabase();
const fromSchema = await openEmptyDatabase();
after(async () => {
  await fromSchema.close();
  await opened.close();
});

async function rowsOf(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

const columnsSql = `
  SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "notNull",
    pg_get_expr(d.adbin, d.adrelid) AS default
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
    AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> '_prisma_migrations'
  ORDER BY 1, 2`;

const keysSql = `
  SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS definition
  FROM pg_constraint WHERE contype IN ('p', 'f') AND conparentid = 0 AND connamespace = 'public'::regnamespace
    AND conrelid::regclass::text <> '_prisma_migrations'
    AND NOT (SELECT relispartition FROM pg_class WHERE pg_class.oid = conrelid)
  ORDER BY 1, 2`;

const indexesSql = `
  SELECT c.relname AS name, replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ') AS definition
  FROM pg_class c WHERE c.relkind IN ('i', 'I') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
  ORDER BY 1`;

test('schema.prisma and the migrated database agree: columns, types, defaults, keys', async () => {
  const client = new pg.Client({ connectionString: fromSchema.url });
  await client.connect();
  // The default of a column names it. Migrations make it.
  await client.query(
    'CREATE FUNCTION waybill_outbox_clock() RETURNS bigint LANGUAGE sql AS $$ SELECT 1::bigint $$',
  );
  await client.query(await schemaSql());
  await client.end();
  for (const sql of [columnsSql, keysSql]) {
    const expected = await rowsOf(fromSchema.url, sql);
    assert.ok(expected.length > 10);
    assert.deepEqual(await rowsOf(opened.url, sql), expected);
  }
});

test('every index that schema.prisma names is there', async () => {
  const there = new Map((await rowsOf(opened.url, indexesSql)).map((row) => [row.name, row.definition]));
  for (const { name, definition } of await rowsOf(fromSchema.url, indexesSql))
    assert.equal(there.get(name), definition);
});

/** The values that a CHECK constraint allows. */
async function allowed(constraint: string): Promise<readonly string[]> {
  const rows = await rowsOf(
    opened.url,
    `SELECT pg_get_constraintdef(oid) AS sql FROM pg_constraint WHERE conname = '${constraint}' AND conparentid = 0 AND coninhcount = 0`,
  );
  return [...String(rows[0]?.sql).matchAll(/'([a-z_]+)'/g)].map(([, word]) => word ?? '');
}

test('the closed sets of the database are those of the code', async () => {
  assert.deepEqual(await allowed('delivery_status_known'), deliveryStatuses);
  assert.deepEqual(await allowed('event_type_known'), eventTypes);
  assert.deepEqual(await allowed('account_track_clicks_known'), clickModes);
  assert.deepEqual(await allowed('stream_track_clicks_known'), clickModes);
});

test('the database derives the id of an attempt as the code does', async () => {
  for (const [delivery, number] of [
    [someId(), 1],
    [someId(), 17],
    ['ffffffff-ffff-7fff-bfff-ffffffffffff', 2_000],
  ] as const) {
    const [row] = await rowsOf(opened.url, `SELECT waybill_derive_id('${delivery}', 'att', ${number}) AS id`);
    assert.equal(row?.id, attemptIdOf(delivery, number));
  }
});

const { pool } = opened.database;
const addNetwork = (accountId: string | null, network: string, shared = false) =>
  pool.query('INSERT INTO ip_network (id, account_id, network, shared) VALUES ($1, $2, $3, $4)', [
    someId(),
    accountId,
    network,
    shared,
  ]);

test('several accounts have one network only when every one of them shares it', async () => {
  const [first, second, third] = await Promise.all(
    ['A', 'B', 'C'].map((name) => addAccount(opened.database, name)),
  );
  assert.ok(first && second && third);
  await addNetwork(first, '198.51.100.0/24', true);
  await addNetwork(second, '198.51.100.0/24', true);
  await assert.rejects(addNetwork(third, '198.51.100.0/24'), /all mark it shared/);
  await assert.rejects(
    pool.query("UPDATE ip_network SET shared = false WHERE account_id = $1 AND network = '198.51.100.0/24'", [
      first,
    ]),
    /all mark it shared/,
  );
  await addNetwork(first, '198.51.101.0/24');
  await assert.rejects(addNetwork(second, '198.51.101.0/24', true), /all mark it shared/);
  await assert.rejects(addNetwork(second, '198.51.101.128/25'), /ip_network_overlap|overlaps with/);
});

test('an account may nest its own networks, and the operator may nest those of any account', async () => {
  const [first, second] = await Promise.all(['A', 'B'].map((name) => addAccount(opened.database, name)));
  assert.ok(first && second);
  await addNetwork(first, '198.51.103.0/24');
  await addNetwork(first, '198.51.103.0/25');
  const network = { cidr: '198.51.103.64/26', shared: false, label: '', createdAt: new Date() };
  const { create } = ipNetworks(opened.database);
  await create({ ...network, id: someId(), accountId: second, mayOverlap: true });
  await assert.rejects(
    create({ ...network, id: someId(), accountId: second, cidr: '198.51.103.128/26' }),
    (error) => error instanceof Taken && error.what === 'ip_network_overlap',
  );
});

test('of accounts that register a network at the same moment one gets it', async () => {
  const owners = await Promise.all(Array.from({ length: 5 }, () => addAccount(opened.database)));
  const results = await Promise.allSettled(owners.map((owner) => addNetwork(owner, '203.0.113.9/32')));
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
});

test('a trusted relay is registered once, and is not the network of an account', async () => {
  const owner = await addAccount(opened.database);
  await addNetwork(null, '10.1.0.0/16');
  await assert.rejects(addNetwork(null, '10.1.0.0/16'), /ip_network_one_trusted_relay/);
  await assert.rejects(addNetwork(owner, '10.1.0.0/16', true), /trusted relay/);
});

test('the database refuses changes that no role may make', async () => {
  const owner = await addAccount(opened.database);
  const other = await addAccount(opened.database);
  const domain = "INSERT INTO sender_domain (id, account_id, domain, status) VALUES ($1, $2, 'one.test', $3)";
  await pool.query(domain, [someId(), owner, 'degraded']);
  await pool.query(domain, [someId(), other, 'pending']);
  const refused: readonly [string, readonly unknown[], RegExp][] = [
    [
      "UPDATE sender_domain SET status = 'verified' WHERE account_id = $1",
      [other],
      /sender_domain_one_owner/,
    ],
    ["INSERT INTO account (id, name, status) VALUES ($1, 'x', 'gone')", [someId()], /account_status_known/],
    [
      "INSERT INTO account (id, name, limit_per_day) VALUES ($1, 'x', 0)",
      [someId()],
      /account_limits_positive/,
    ],
    [
      "INSERT INTO api_key (id, kind, name, secret_hash) VALUES ($1, 'live', 'x', '')",
      [someId()],
      /api_key_admin_has_no_account/,
    ],
    [
      'INSERT INTO ip_network (id, account_id, network) VALUES ($1, $2, $3)',
      [someId(), owner, '172.16.0.1/12'],
      /no_host_bits/,
    ],
    ['DELETE FROM account WHERE id = $1', [owner], /foreign key/],
    [
      "INSERT INTO smtp_credential (id, account_id, username, name, secret_hash, secret_box) VALUES ($1, $2, 'u', 'n', '', 'x')",
      [someId(), owner],
      /recoverable_only_for_cram/,
    ],
  ];
  for (const [sql, values, why] of refused) await assert.rejects(pool.query(sql, values as unknown[]), why);
});

test('an address is suppressed once for the account and once for each stream', async () => {
  const owner = await addAccount(opened.database);
  const stream = someId();
  const add = (streamId: string | null) =>
    pool.query(
      "INSERT INTO suppression (id, account_id, stream_id, address, reason) VALUES ($1, $2, $3, 'a@b.example', 'manual')",
      [someId(), owner, streamId],
    );
  await add(null);
  await add(stream);
  await assert.rejects(add(null), /suppression_one_per_address/);
  await assert.rejects(add(stream), /suppression_one_per_address/);
});
