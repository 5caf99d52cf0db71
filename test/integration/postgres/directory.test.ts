import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openListener } from '@waybill/io/postgres/connection/listener';
import { openDirectory } from '@waybill/io/postgres/directory/directory';
import { sealText, secretContexts } from '@waybill/io/postgres/directory/secret-context';
import { ipNetworks } from '@waybill/io/postgres/management/ip-networks';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { publicId } from '@waybill/relay/id';
import { openTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { addAccount, someId } from './some.ts';

const opened = await openTestDatabase();
const { pool } = opened.database;
const box = openSecretBox(randomBytes(32));
const listener = openListener(opened.database);
// A long life, so that only the notice of a change can explain a fresh answer.
const directory = openDirectory({ database: opened.database, box, listener, ttlMs: 600_000 });
after(async () => {
  await directory.close();
  await listener.close();
  await opened.close();
});

const first = await addAccount(opened.database, 'Acme');
const second = await addAccount(opened.database, 'Beta');

/** Settings change by notification, so an answer may take a moment to change. */
const soon = (check: () => Promise<boolean>): Promise<boolean> =>
  eventually('the answer has changed before it would have been read again anyway', check, 4);

async function addCredential(accountId: string, over: Record<string, unknown> = {}): Promise<string> {
  const row = {
    id: someId(),
    account_id: accountId,
    username: someId(),
    name: 'app',
    secret_hash: randomBytes(32),
    ...over,
  };
  const columns = Object.keys(row);
  await pool.query(
    `INSERT INTO smtp_credential (${columns.join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
  return row.id;
}

test('an account is found with its settings, its secret URL opened, and is absent once deleted', async () => {
  const id = someId();
  await pool.query(
    "INSERT INTO account (id, name, sender_policy, smarthost_url_box, limit_per_hour) VALUES ($1, 'Gone', 'lenient', $2, 100)",
    [id, sealText(box, 'smtp://mta.example', secretContexts.smarthostUrl(id))],
  );
  await soon(async () => (await directory.accountById(id)) !== undefined);
  const account = await directory.accountById(id);
  assert.equal(account?.smarthostUrl, 'smtp://mta.example');
  assert.equal(account?.senderPolicy, 'lenient');
  assert.deepEqual(account?.limits, { perHour: 100 });
  assert.equal(account?.maxRecipients, undefined);
  const credential = await addCredential(id);
  await pool.query('UPDATE account SET deleted_at = now() WHERE id = $1', [id]);
  await soon(async () => (await directory.accountById(id)) === undefined);
  assert.equal(await directory.credentialById(credential), undefined);
});

test('text that is no id, address or name finds nothing, without an error', async () => {
  assert.equal(await directory.accountById('acme'), undefined);
  assert.deepEqual(await directory.streamsOf("' OR 1=1"), []);
  assert.equal(await directory.credentialByUsername('a\0b'), undefined);
  assert.deepEqual(await directory.networksContaining('not an address'), []);
  assert.equal(await directory.domainHolder('a\0.test'), undefined);
  assert.deepEqual(await directory.fromAddressClaims('a\0@b.test'), []);
  assert.deepEqual(await directory.signingKeys(first, 'a b'), []);
});

test('a credential is found by user name and by its public id, both secrets while it is rotated', async () => {
  const id = await addCredential(first, {
    username: 'acme-app',
    previous_secret_hash: randomBytes(32),
    previous_expires_at: new Date(Date.now() + 60_000),
    networks: ['192.0.2.0/24'],
  });
  const byName = await directory.credentialByUsername('acme-app');
  assert.equal(byName?.id, id);
  assert.equal(byName?.secretHashes.length, 2);
  assert.deepEqual(byName?.networks, ['192.0.2.0/24']);
  assert.deepEqual(await directory.credentialByUsername(publicId('cred', id)), byName);
  await pool.query("UPDATE smtp_credential SET previous_expires_at = now() - interval '1 s' WHERE id = $1", [
    id,
  ]);
  await soon(async () => (await directory.credentialById(id))?.secretHashes.length === 1);
});

test('a recoverable secret is opened only where CRAM-MD5 was switched on', async () => {
  const id = someId();
  await addCredential(first, {
    id,
    cram_md5: true,
    secret_box: sealText(box, 'tanstaaf', secretContexts.credentialSecret(id)),
  });
  assert.equal((await directory.credentialById(id))?.cramSecret, 'tanstaaf');
  const other = await addCredential(first);
  assert.equal((await directory.credentialById(other))?.cramSecret, undefined);
});

test('a revoked credential is gone within a second, though its answer was cached', async () => {
  const id = await addCredential(first);
  assert.ok(await directory.credentialById(id));
  await pool.query('UPDATE smtp_credential SET revoked_at = now() WHERE id = $1', [id]);
  await soon(async () => (await directory.credentialById(id)) === undefined);
});

test('a credential is found by its certificate, no longer once that is taken off or the credential revoked', async () => {
  const [one, two] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  assert.equal(await directory.credentialByCertificate(one), undefined);
  const id = await addCredential(first, { certificate_fingerprints: [one, two] });
  await soon(async () => (await directory.credentialByCertificate(one))?.id === id);
  assert.equal((await directory.credentialByCertificate(two))?.accountId, first);
  for (const no of ['', one.slice(1), one.toUpperCase(), "' OR 1=1"])
    assert.equal(await directory.credentialByCertificate(no), undefined);
  await assert.rejects(addCredential(second, { certificate_fingerprints: [two] }), { code: '23505' });
  await assert.rejects(addCredential(second, { certificate_fingerprints: ['AB'] }), { code: '23514' });
  await pool.query('UPDATE smtp_credential SET certificate_fingerprints = $2 WHERE id = $1', [id, [two]]);
  await soon(async () => (await directory.credentialByCertificate(one)) === undefined);
  await pool.query('UPDATE smtp_credential SET revoked_at = now() WHERE id = $1', [id]);
  await soon(async () => (await directory.credentialByCertificate(two)) === undefined);
});

test('a cached "no account has this name" is dropped as soon as an account has it', async () => {
  assert.equal(await directory.credentialByUsername('newcomer'), undefined);
  await addCredential(second, { username: 'newcomer' });
  await soon(async () => (await directory.credentialByUsername('newcomer'))?.accountId === second);
});

test('saving the last use of a credential does not clear the caches', async () => {
  const id = await addCredential(first);
  // The notice of the new row itself.
  await wait(100);
  const before = await directory.credentialById(id);
  await pool.query(
    "UPDATE smtp_credential SET last_used_at = now(), last_used_ip = '192.0.2.1' WHERE id = $1",
    [id],
  );
  await wait(100);
  assert.equal(await directory.credentialById(id), before);
});

test('every registered network that contains the address is found, the longest prefix first, also for IPv4 in IPv6', async () => {
  const { create } = ipNetworks(opened.database);
  const add = (cidr: string, accountId: string | undefined, shared: boolean) =>
    create({
      id: someId(),
      cidr,
      shared,
      label: '',
      createdAt: new Date(),
      mayOverlap: true,
      ...(accountId === undefined ? {} : { accountId }),
    });
  await add('203.0.113.0/24', first, true);
  await add('203.0.113.0/24', second, true);
  await add('203.0.113.64/26', second, false);
  await add('203.0.0.0/16', undefined, false);
  await add('2001:db8::/32', first, false);
  const expected = [
    ['203.0.113.64/26', 26, second, false],
    ['203.0.113.0/24', 24, first, true],
    ['203.0.113.0/24', 24, second, true],
    ['203.0.0.0/16', 16, undefined, false],
  ];
  for (const ip of ['203.0.113.65', '::ffff:203.0.113.65'])
    assert.deepEqual(
      (await directory.networksContaining(ip)).map((match) => [
        match.cidr,
        match.prefixLength,
        match.accountId,
        match.shared,
      ]),
      expected,
    );
  assert.equal((await directory.networksContaining('2001:db8::1'))[0]?.prefixLength, 32);
  assert.deepEqual(await directory.networksContaining('198.51.100.1'), []);
});

test('the holder of a subdomain is cached, also that there is none, until a parent domain is verified', async () => {
  const name = 'deep.sub.remembered.test';
  assert.equal(await directory.domainHolder(name), undefined);
  assert.equal(directory.domainHolder(name), directory.domainHolder(name), 'one look-up for both');
  const id = someId();
  await pool.query(
    "INSERT INTO sender_domain (id, account_id, domain, status) VALUES ($1, $2, 'remembered.test', 'verified')",
    [id, second],
  );
  await soon(async () => (await directory.domainHolder(name))?.domain === 'remembered.test');
  await pool.query('DELETE FROM sender_domain WHERE id = $1', [id]);
  await soon(async () => (await directory.domainHolder(name)) === undefined);
});

test('From addresses, verified domains and keys are each account’s own', async () => {
  await pool.query(
    "INSERT INTO from_address (id, account_id, address, status) VALUES ($1, $2, $3, 'confirmed'), ($4, $5, $3, 'unconfirmed')",
    [someId(), first, 'news@shared.example', someId(), second],
  );
  assert.deepEqual(
    (await directory.fromAddressClaims('news@shared.example')).toSorted((a, b) =>
      a.accountId < b.accountId ? -1 : 1,
    ),
    [
      { accountId: first, isProved: true },
      { accountId: second, isProved: false },
    ].toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1)),
  );

  const [mine, theirs] = [someId(), someId()];
  await pool.query(
    "INSERT INTO sender_domain (id, account_id, domain, status) VALUES ($1, $2, 'acme.test', 'verified'), ($3, $4, 'acme.test', 'pending')",
    [mine, first, theirs, second],
  );
  const addKey = async (domain: string, selector: string, state: string) => {
    const id = someId();
    await pool.query(
      "INSERT INTO dkim_key (id, sender_domain_id, selector, algorithm, public_key, private_key_box, state) VALUES ($1, $2, $3, 'rsa', '', $4, $5)",
      [id, domain, selector, sealText(box, `PEM of ${selector}`, secretContexts.dkimPrivateKey(id)), state],
    );
  };
  await addKey(mine, 'w1', 'active');
  await addKey(mine, 'w0', 'retired');
  await addKey(theirs, 'x1', 'active');
  assert.deepEqual(await directory.domainHolder('acme.test'), {
    kind: 'account',
    accountId: first,
    domain: 'acme.test',
  });
  assert.deepEqual(await directory.signingKeys(first, 'acme.test'), [
    { domain: 'acme.test', selector: 'w1', algorithm: 'rsa', privateKeyPem: 'PEM of w1' },
  ]);
  assert.deepEqual(await directory.signingKeys(second, 'acme.test'), []);
  assert.deepEqual(await directory.returnPathOf(first, 'acme.test'), {
    host: 'bounce.acme.test',
    status: 'pending',
  });
  await pool.query(`UPDATE sender_domain SET return_path_status = 'verified' WHERE domain = 'acme.test'`);
  await soon(async () => (await directory.returnPathOf(first, 'acme.test'))?.status === 'verified');
  assert.equal(await directory.returnPathOf(second, 'acme.test'), undefined);
  assert.equal(await directory.trackingHostOf(first, 'acme.test'), undefined);
  await pool.query(
    `UPDATE sender_domain SET tracking_host = 'go.acme.test', tracking_status = 'verified' WHERE id = $1`,
    [mine],
  );
  await soon(async () => (await directory.trackingHostOf(first, 'acme.test')) === 'go.acme.test');
  await pool.query(`UPDATE sender_domain SET tracking_status = 'degraded' WHERE id = $1`, [mine]);
  await soon(async () => (await directory.trackingHostOf(first, 'acme.test')) === undefined);
  assert.deepEqual(await directory.platformKeys(), []);
  const platform = someId();
  await pool.query("INSERT INTO sender_domain (id, domain, status) VALUES ($1, 'waybill.test', 'verified')", [
    platform,
  ]);
  await addKey(platform, 'p1', 'active');
  await soon(async () => (await directory.platformKeys())[0]?.privateKeyPem === 'PEM of p1');
});

test('after the listening connection was cut, changes are notified again', async () => {
  await pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'waybill test listen' AND datname = current_database()",
  );
  const id = await addCredential(first);
  assert.ok(await directory.credentialById(id));
  await pool.query('UPDATE smtp_credential SET revoked_at = now() WHERE id = $1', [id]);
  await soon(async () => (await directory.credentialById(id)) === undefined);
});

test('a rotated API key has two secrets until its grace ends', async () => {
  const id = someId();
  const [newSecret, oldSecret] = [randomBytes(32), randomBytes(32)];
  await pool.query(
    "INSERT INTO api_key (id, account_id, kind, name, secret_hash) VALUES ($1, $2, 'live', 'app', $3)",
    [id, first, oldSecret],
  );
  const secrets = async () => (await directory.submittingKeyById(id))?.secretHashes ?? [];
  await soon(async () => (await secrets()).length === 1);
  const rotate = `UPDATE api_key SET secret_hash = $2, previous_secret_hash = $3, previous_expires_at = now() + $4::interval WHERE id = $1`;
  await pool.query(rotate, [id, newSecret, oldSecret, '1 hour']);
  await soon(async () => (await secrets()).length === 2);
  assert.deepEqual(await secrets(), [newSecret, oldSecret]);
  await pool.query(rotate, [id, newSecret, oldSecret, '0 s']);
  await soon(async () => (await secrets()).length === 1);
  assert.deepEqual(await secrets(), [newSecret]);
});
