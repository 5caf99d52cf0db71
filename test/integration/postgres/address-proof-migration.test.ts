import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { migrate } from '@waybill/io/postgres/migrations/migrate';
import { publicId } from '@waybill/relay/id';
import { migrationsFolder, openEmptyDatabase } from '../../support/database.ts';
import { someId } from './some.ts';

const MIGRATION = '20261129010000_from_address_status';
const empty = await openEmptyDatabase();
const before = await mkdtemp(join(tmpdir(), 'waybill-migrations-'));
for (const name of await readdir(migrationsFolder))
  if (name < MIGRATION) await cp(join(migrationsFolder, name), join(before, name), { recursive: true });
after(async () => {
  await empty.close();
  await rm(before, { recursive: true });
});

test('registered addresses become unconfirmed and lenient accounts strict, each with an entry that keeps the chain of the audit log', async () => {
  const at = new Date();
  await migrate(empty.url, before, at);
  const database = openDatabase({ url: empty.url, applicationName: 'test' });
  const { pool } = database;
  const [strict, lenient, gone] = [someId(), someId(), someId()];
  const addresses = ['desk@partner.example', 'Größe "x\\y"@bücher.example', '"a\\\\b"@acme.test'];
  const rows = addresses.map((address, index) => ({ id: someId(new Date(at.getTime() + index)), address }));
  try {
    await pool.query(
      "INSERT INTO account (id, name, sender_policy, deleted_at) VALUES ($1, 'Strict', 'strict', NULL), ($2, 'Lenient', 'lenient', NULL), ($3, 'Gone', 'lenient', now())",
      [strict, lenient, gone],
    );
    for (const { id, address } of rows)
      await pool.query('INSERT INTO from_address (id, account_id, address) VALUES ($1, $2, $3)', [
        id,
        strict,
        address,
      ]);
    const log = auditLog(database);
    // As the version of that time wrote it.
    const first = { id: someId(), previous: Buffer.alloc(32) };
    const said = [1, first.id, strict, 'key_1', 'x', 'y', [], at.toISOString()];
    await pool.query(
      `INSERT INTO audit_entry (id, sequence, account_id, actor, action, target, detail, previous_hash, hash, occurred_at)
       VALUES ($1, 1, $2, 'key_1', 'x', 'y', '{}', $3, $4, $5)`,
      [
        first.id,
        strict,
        first.previous,
        createHash('sha256').update(first.previous).update(JSON.stringify(said)).digest(),
        at,
      ],
    );

    await migrate(empty.url, migrationsFolder, at);

    const statuses = await pool.query('SELECT DISTINCT status FROM from_address');
    assert.deepEqual(statuses.rows, [{ status: 'unconfirmed' }]);
    const policies = await pool.query('SELECT DISTINCT sender_policy FROM account');
    assert.deepEqual(policies.rows, [{ sender_policy: 'strict' }]);
    const written = (await log.list(undefined, { limit: 100 })).toReversed();
    assert.deepEqual(
      written.map(({ accountId, actor, action, target }) => [accountId, actor, action, target]),
      [
        [strict, 'key_1', 'x', 'y'],
        ...rows.map(({ id }) => [strict, 'migration', 'from_address.unconfirmed', publicId('from', id)]),
        [lenient, 'migration', 'account.changed', publicId('acc', lenient)],
      ],
    );
    assert.deepEqual(
      written.slice(1, 4).map(({ detail }) => detail.address),
      addresses,
    );
    assert.deepEqual(written.at(-1)?.detail, {
      before: { sender_policy: 'lenient' },
      after: { sender_policy: 'strict' },
    });
    await log.append({ id: someId(), actor: 'key_2', action: 'z', target: 'y', occurredAt: new Date() });
    const { head, ...check } = await log.verify();
    assert.deepEqual([check, head?.length], [{ ok: true, entries: 6 }, 64]);
  } finally {
    await database.close();
  }
});

test('a key, a credential, a network, an address or a domain cannot be made for the account of the platform', async () => {
  const database = openDatabase({ url: empty.url, applicationName: 'test' });
  const platform = '00000000-0000-7000-8000-000000000001';
  const secret = randomBytes(32);
  const tries: readonly (readonly [string, readonly unknown[]])[] = [
    [
      "INSERT INTO api_key (id, account_id, kind, name, secret_hash) VALUES ($1, $2, 'live', 'x', $3)",
      [someId(), platform, secret],
    ],
    [
      "INSERT INTO smtp_credential (id, account_id, username, name, secret_hash) VALUES ($1, $2, 'u', 'x', $3)",
      [someId(), platform, secret],
    ],
    ["INSERT INTO ip_network (id, account_id, network) VALUES ($1, $2, '192.0.2.1')", [someId(), platform]],
    ["INSERT INTO from_address (id, account_id, address) VALUES ($1, $2, 'a@b.test')", [someId(), platform]],
    ["INSERT INTO sender_domain (id, account_id, domain) VALUES ($1, $2, 'b.test')", [someId(), platform]],
  ];
  try {
    for (const [sql, values] of tries)
      await assert.rejects(database.pool.query(sql, values as unknown[]), { code: '23514' }, sql);
  } finally {
    await database.close();
  }
});
