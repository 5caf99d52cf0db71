import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { Taken } from '@waybill/io/postgres/connection/taken';
import { openDirectory } from '@waybill/io/postgres/directory/directory';
import { accounts } from '@waybill/io/postgres/management/accounts';
import { apiKeys } from '@waybill/io/postgres/management/api-keys';
import { ipNetworks } from '@waybill/io/postgres/management/ip-networks';
import { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import { smtpCredentials } from '@waybill/io/postgres/management/smtp-credentials';
import { streams } from '@waybill/io/postgres/management/streams';
import { suppressions } from '@waybill/io/postgres/management/suppressions';
import { secretHashOf } from '@waybill/io/secrets/generated-secret';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { deriveScramKeys } from '@waybill/mail/login/scram';
import { uncheckedAs } from '@waybill/relay/domains/verify-domain';
import { openTestDatabase } from '../../support/database.ts';
import { someId } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const box = openSecretBox(randomBytes(32));
const at = new Date();
const later = new Date(at.getTime() + 60_000);
after(() => opened.close());

/** Without a life: every question is asked anew. */
const directory = openDirectory({ database, box, ttlMs: 0 });
const all = accounts(database, box);
const credentials = smtpCredentials(database, box);
const domains = senderDomains(database, box);

async function someAccount(): Promise<string> {
  const id = someId();
  await all.create({ id, streamId: someId(), name: 'Acme', createdAt: at });
  return id;
}

const taken = (what: RegExp) => (error: unknown) => error instanceof Taken && what.test(error.what);

test('an account starts with defaults and one stream, and the directory reads what was written', async () => {
  const id = someId();
  const created = await all.create({
    id,
    streamId: someId(),
    name: 'Acme',
    createdAt: at,
    smarthostUrl: 'smtp://mta.example',
    limitPerHour: 9,
  });
  assert.deepEqual(
    [created.status, created.senderPolicy, created.trackClicks, created.limits],
    ['active', 'strict', 'all', { perHour: 9 }],
  );
  assert.deepEqual(await directory.accountById(id), created);
  const [stream] = await streams(database).list(id);
  assert.deepEqual([stream?.name, stream?.isDefault, stream?.expiryMinutes], ['transactional', true, 2_880]);
  const { rows } = await database.pool.query('SELECT smarthost_url_box FROM account WHERE id = $1', [id]);
  assert.ok(!rows[0].smarthost_url_box.includes('mta.example'));
});

test('a change leaves what it does not name, and clears what it names without a value', async () => {
  const id = await someAccount();
  await all.change(id, { limitPerDay: 5, deliveryMode: 'mx', smarthostUrl: 'smtp://a.example' });
  const changed = await all.change(id, { name: 'New', limitPerDay: undefined, smarthostUrl: undefined });
  assert.deepEqual(
    [changed?.name, changed?.limits, changed?.deliveryMode, changed?.smarthostUrl],
    ['New', {}, 'mx', undefined],
  );
  await all.suspend(id, 'spam');
  assert.deepEqual(
    [(await all.one(id))?.status, (await all.one(id))?.suspendedReason],
    ['suspended', 'spam'],
  );
  await all.resume(id);
  assert.equal((await all.one(id))?.suspendedReason, undefined);
});

test('of an account that is removed nothing works any more, and its names are free for others', async () => {
  const [gone, next] = [await someAccount(), await someAccount()];
  const networks = ipNetworks(database);
  const network = { cidr: '198.51.100.5/32', shared: false, label: '', createdAt: at };
  await networks.create({ ...network, id: someId(), accountId: gone });
  await assert.rejects(networks.create({ ...network, id: someId(), accountId: next }), Taken);
  const domain = { domain: 'gone.test', createdAt: at, keys: [] };
  const id = someId();
  await domains.create({ ...domain, id, accountId: gone });
  await domains.saveChecks(gone, id, uncheckedAs('verified', at));
  const key = someId();
  const keys = apiKeys(database);
  await keys.create({
    id: key,
    accountId: gone,
    kind: 'live',
    name: '',
    secretHash: randomBytes(32),
    scopes: [],
    createdAt: at,
  });
  assert.ok(await keys.byId(key, at));
  assert.equal(await all.remove(gone, at), true);
  assert.equal(await all.remove(gone, at), false);
  assert.equal(await all.one(gone), undefined);
  assert.equal(await keys.byId(key, at), undefined);
  assert.equal(await directory.domainHolder('gone.test'), undefined);
  await networks.create({ ...network, id: someId(), accountId: next });
  const [row] = await networks.list(next, { limit: 5 });
  assert.equal(row?.cidr, '198.51.100.5/32');
});

test('a secret is kept as what each mechanism needs and no more; rotation keeps two alive', async () => {
  const account = await someAccount();
  const [plain, cram] = [someId(), someId()];
  await credentials.create(account, {
    id: plain,
    username: 'plain-user',
    name: 'p',
    secret: 's3cret-1',
    createdAt: at,
  });
  await credentials.create(account, {
    id: cram,
    username: 'cram-user',
    name: 'c',
    secret: 's3cret-2',
    cramMd5: true,
    createdAt: at,
  });
  const known = await directory.credentialByUsername('plain-user');
  assert.deepEqual(known?.secretHashes, [secretHashOf('s3cret-1')]);
  assert.equal(known?.cramSecret, undefined);
  assert.ok(known?.scram);
  assert.deepEqual(deriveScramKeys('s3cret-1', known.scram.salt, known.scram.iterations), known.scram);
  assert.equal((await directory.credentialById(cram))?.cramSecret, 's3cret-2');
  await credentials.rotate(account, cram, { secret: 's3cret-3', graceUntil: later });
  const rotated = await directory.credentialById(cram);
  assert.deepEqual(rotated?.secretHashes, [secretHashOf('s3cret-3'), secretHashOf('s3cret-2')]);
  assert.equal(rotated?.cramSecret, 's3cret-3');
  const { rows } = await database.pool.query('SELECT row_to_json(c)::text AS text FROM smtp_credential c');
  assert.ok(
    rows.every(
      ({ text }) => !text.includes('s3cret') && !text.includes(Buffer.from('s3cret').toString('hex')),
    ),
  );
  await credentials.revoke(account, cram, { at });
  assert.equal(await directory.credentialById(cram), undefined);
});

test('a credential’s settings change one by one', async () => {
  const account = await someAccount();
  const id = someId();
  const streamId = someId();
  await credentials.create(account, {
    id,
    username: someId(),
    name: 'n',
    secret: 'x',
    streamId,
    networks: ['192.0.2.0/24'],
    createdAt: at,
  });
  const changed = await credentials.change(account, id, { sandbox: true });
  assert.deepEqual(
    [changed?.sandbox, changed?.streamId, changed?.networks],
    [true, streamId, ['192.0.2.0/24']],
  );
  assert.equal(
    (await credentials.change(account, id, { streamId: undefined, networks: [] }))?.streamId,
    undefined,
  );
});

test('a user name, a stream name and a verified domain exist once, and the clash says which', async () => {
  const [first, second] = [await someAccount(), await someAccount()];
  const credential = { username: 'only-one', name: 'n', secret: 'x', createdAt: at };
  await credentials.create(first, { ...credential, id: someId() });
  await assert.rejects(credentials.create(second, { ...credential, id: someId() }), taken(/username/));
  await assert.rejects(
    streams(database).create(first, { id: someId(), name: 'transactional', createdAt: at }),
    taken(/name/),
  );
  const [mine, theirs] = [someId(), someId()];
  await domains.create({ id: mine, accountId: first, domain: 'one.test', createdAt: at, keys: [] });
  await domains.create({ id: theirs, accountId: second, domain: 'one.test', createdAt: at, keys: [] });
  const verified = uncheckedAs('verified', at);
  assert.equal(await domains.saveChecks(first, mine, verified), true);
  await assert.rejects(domains.saveChecks(second, theirs, verified), taken(/owner|domain/));
  await domains.saveChecks(first, mine, uncheckedAs('degraded', later));
  await assert.rejects(domains.saveChecks(second, theirs, verified), Taken);
  assert.deepEqual((await domains.one(first, mine))?.verifiedAt, at);
});

test('a key signs from active until retired, and its private half is only in the directory', async () => {
  const account = await someAccount();
  const id = someId();
  const key = {
    algorithm: 'rsa',
    publicKey: 'MIIB',
    createdAt: at,
    privateKeyPem: 'PRIVATE KEY one',
  } as const;
  await domains.create({
    id,
    accountId: account,
    domain: 'keys.test',
    createdAt: at,
    keys: [{ ...key, id: someId(), selector: 'w1', state: 'active' }],
  });
  await domains.saveChecks(account, id, uncheckedAs('verified', at));
  const next = someId();
  const fresh = { ...key, id: next, selector: 'w2', state: 'published' } as const;
  const record = await domains.addKeys(account, id, { keys: [fresh] });
  assert.ok(record !== undefined && record !== 'waiting');
  const another = { keys: [{ ...fresh, id: someId(), selector: 'w3' }] };
  assert.equal(await domains.addKeys(account, id, another), 'waiting');
  assert.deepEqual(
    record?.keys.map(({ selector, state }) => [selector, state]),
    [
      ['w1', 'active'],
      ['w2', 'published'],
    ],
  );
  assert.ok(!JSON.stringify(record).includes('PRIVATE'));
  const selectors = async () =>
    (await directory.signingKeys(account, 'keys.test')).map(({ selector }) => selector);
  assert.deepEqual(await selectors(), ['w1']);
  const old = record.keys[0]?.id ?? '';
  await domains.switchKeys(account, id, { activate: [next], retire: [old], at });
  assert.deepEqual(await selectors(), ['w2']);
  await domains.switchKeys(account, id, { activate: [next], retire: [old], at: later });
  assert.deepEqual((await domains.one(account, id))?.keys[0]?.retiredAt, at, 'twice changes nothing');
  const { rows } = await database.pool.query('SELECT row_to_json(k)::text AS text FROM dkim_key k');
  assert.ok(rows.every(({ text }) => !text.includes(Buffer.from('PRIVATE').toString('hex'))));
});

test('an API key lives until it expires or is revoked; the operator’s belong to no account', async () => {
  const keys = apiKeys(database);
  const account = await someAccount();
  const secretHash = randomBytes(32);
  const some = { kind: 'live', name: 'k', secretHash, scopes: ['messages:send'], createdAt: at } as const;
  const [mine, admin] = [someId(), someId()];
  await keys.create({ ...some, id: mine, accountId: account, expiresAt: later });
  await keys.create({ ...some, id: admin, kind: 'admin' });
  assert.deepEqual((await keys.byId(mine, at))?.secretHashes, [secretHash]);
  assert.equal(await keys.byId(mine, later), undefined);
  assert.equal((await keys.byId(admin, at))?.accountId, undefined);
  assert.deepEqual(
    (await keys.list(undefined, { limit: 9 })).map(({ id }) => id),
    [admin],
  );
  assert.equal(await keys.revoke(account, admin, { at }), false);
  assert.equal(await keys.revoke(undefined, admin, { at }), true);
  assert.equal(await keys.byId(admin, at), undefined);
});

test('suppressing what is suppressed adds nothing, what expired gives way', async () => {
  const list = suppressions(database);
  const account = await someAccount();
  const entry = (address: string, over: object = {}) => ({
    id: someId(),
    address,
    reason: 'manual' as const,
    createdAt: at,
    ...over,
  });
  const past = new Date(at.getTime() - 1_000);
  const first = [entry('a@r.example'), entry('b@r.example', { expiresAt: past })];
  const idsOf = (entries: readonly { readonly id: string }[]): readonly string[] =>
    entries.map(({ id }) => id);
  assert.deepEqual(await list.create(account, first), idsOf(first));
  const again = [entry('a@r.example'), entry('b@r.example', { reason: 'complaint' })];
  assert.deepEqual(await list.create(account, again), idsOf(again.slice(1)));
  const rows = await list.list(account, { limit: 10, reason: 'complaint' });
  assert.deepEqual(
    rows.map(({ address }) => address),
    ['b@r.example'],
  );
  assert.equal(await list.remove(account, 'a@r.example'), 1);
  assert.deepEqual(await list.ofAddress(account, 'a@r.example'), []);
});
