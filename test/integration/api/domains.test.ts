import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { dkimRecord } from '@waybill/mail/signing/dkim-record';
import { dnsIn } from '@waybill/relay/domains/dns.test-support';
import { eventually } from '../../support/eventually.ts';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

const zone = new Map<string, readonly string[] | 'broken'>();
const found = { kind: 'found', name: 'example', servers: [] } as const;
const lookUp = dnsIn(zone, found);

let api: TestApi;
let account: TestAccount;
let other: TestAccount;
before(async () => {
  api = await openTestApi({
    dependencies: { lookUp },
    env: { WAYBILL_TRACKER_URL: 'https://t.relay.example', WAYBILL_DKIM_DOMAIN: 'dkim.relay.example' },
  });
  account = await api.makeAccount();
  other = await api.makeAccount();
});
after(() => api.close());
beforeEach(() => zone.clear());

let count = 0;
const add = async (of: TestAccount = account, name = `d${count++}.example`): Promise<Json> =>
  (await of.ask('POST /v1/domains', { domain: name })).body;
const verify = (domain: Json, of: TestAccount = account) =>
  of.ask(`POST /v1/domains/${domain.id}/verify`, {});
const published: Readonly<Record<string, (record: Json) => readonly [string, string]>> = {
  TXT: ({ name, value }) => [name, value],
  MX: ({ name, value }) => [`mx ${name}`, value.split(' ')[1]],
  CNAME: ({ name, value }) => [`cname ${name}`, value],
};
const publish = (domain: Json, which: (record: Json) => boolean = () => true): void => {
  for (const record of domain.records.filter(which)) {
    const [key, value] = published[record.type]?.(record) ?? ['', ''];
    zone.set(key, [value]);
  }
};
/** Round and algorithm of each key, with its state. */
const statesOf = (domain: Json): Json =>
  Object.fromEntries(
    domain.dkim_keys.map(({ selector, algorithm, state }: Json) => [
      `${/^wb\d+/.exec(selector)?.[0]} ${algorithm}`,
      state,
    ]),
  );

test('a new domain answers the records to publish, and its keys do not sign yet', async () => {
  const domain = await add();
  assert.equal(domain.status, 'pending');
  assert.deepEqual(Object.values(statesOf(domain)), ['published', 'published']);
  assert.ok(
    domain.records.every(({ status, checked_at }: Json) => status === 'unknown' && checked_at === null),
  );
  assert.ok(!JSON.stringify(domain).includes('PRIVATE'));
});

test('private keys lie sealed, and open to the public half that is published', async () => {
  const domain = await add();
  const { rows } = await api.test.database.pool.query(
    'SELECT k.* FROM dkim_key k JOIN sender_domain d ON d.id = sender_domain_id WHERE domain = $1',
    [domain.domain],
  );
  assert.equal(rows.length, 2);
  for (const row of rows) {
    assert.ok(!row.private_key_box.includes('PRIVATE KEY'));
    const pem = api.dependencies.box.open(row.private_key_box, `dkim_key.private_key_box:${row.id}`);
    const record = dkimRecord(createPublicKey(createPrivateKey(pem)), row.algorithm);
    assert.ok(domain.records.some(({ value }: Json) => value === record));
  }
});

test('once its records stand the domain is verified and its keys sign', async () => {
  const domain = await add();
  publish(domain);
  const { body } = await verify(domain);
  assert.equal(body.status, 'verified');
  assert.ok(
    body.records.every(({ status }: Json) => status === 'ok'),
    JSON.stringify(body.records),
  );
  assert.deepEqual(Object.values(statesOf(body)), ['active', 'active']);
  assert.ok(body.verified_at);
  assert.equal((await account.ask(`GET /v1/domains/${domain.id}`)).body.status, 'verified');
});

test('a key that is not in DNS does not sign, though the domain is verified', async () => {
  const domain = await add();
  publish(domain, ({ value }) => !value.includes('ed25519'));
  const { body } = await verify(domain);
  assert.equal(body.status, 'verified');
  assert.deepEqual(statesOf(body), { 'wb1 rsa': 'active', 'wb1 ed25519': 'published' });
});

test('what is missing, wrong or unanswered is said for each record', async () => {
  const domain = await add();
  const [rsa] = domain.records.filter(({ required }: Json) => required);
  zone.set(rsa.name, ['v=DKIM1; p=AAAA']);
  zone.set(`_dmarc.${domain.domain}`, 'broken');
  const { body } = await verify(domain);
  assert.equal(body.status, 'pending');
  const by = (purpose: string) => body.records.filter((record: Json) => record.purpose === purpose);
  const wrong = by('dkim').find(({ name }: Json) => name === rsa.name);
  assert.equal(wrong.status, 'mismatch');
  assert.deepEqual(wrong.found, ['v=DKIM1; p=AAAA']);
  assert.match(wrong.hint, /another key/);
  assert.equal(by('dmarc')[0].status, 'unknown');
  assert.equal(by('return_path')[0].status, 'missing');
});

test('DNS that fails takes nothing down; DNS that says no degrades', async () => {
  const domain = await add();
  publish(domain);
  await verify(domain);
  for (const name of zone.keys()) zone.set(name, 'broken');
  assert.equal((await verify(domain)).body.status, 'verified');
  zone.clear();
  assert.equal((await verify(domain)).body.status, 'degraded');
  publish(domain);
  assert.equal((await verify(domain)).body.status, 'verified');
});

test('a rotation publishes, waits to be seen, switches and retires, and mail is signed all the while', async () => {
  const domain = await add();
  publish(domain);
  await verify(domain);
  const rotated = await account.ask(`POST /v1/domains/${domain.id}/dkim/rotate`);
  assert.equal(rotated.status, 200);
  assert.deepEqual(statesOf(rotated.body), {
    'wb1 rsa': 'active',
    'wb1 ed25519': 'active',
    'wb2 rsa': 'published',
    'wb2 ed25519': 'published',
  });
  assert.equal((await account.ask(`POST /v1/domains/${domain.id}/dkim/rotate`)).status, 409);
  const waiting = await verify(domain);
  assert.equal(waiting.body.status, 'verified', 'a rotation that has started is no fault');
  assert.equal(statesOf(waiting.body)['wb1 rsa'], 'active');
  publish(rotated.body);
  const done = await verify(domain);
  assert.equal(done.body.status, 'verified');
  assert.deepEqual(statesOf(done.body), {
    'wb1 rsa': 'retired',
    'wb1 ed25519': 'retired',
    'wb2 rsa': 'active',
    'wb2 ed25519': 'active',
  });
});

const DAY = 24 * 60 * 60_000;
const keyOf = (domain: Json, round: string): Json =>
  domain.dkim_keys.find(({ selector, algorithm }: Json) => selector.startsWith(round) && algorithm === 'rsa');
const recordOf = (domain: Json, { selector }: Json): Json =>
  domain.records.find(({ name }: Json) => name === `${selector}._domainkey.${domain.domain}`);

async function rotatedDomain(): Promise<Json> {
  const domain = await add();
  publish(domain);
  await verify(domain);
  publish((await account.ask(`POST /v1/domains/${domain.id}/dkim/rotate`)).body);
  return (await verify(domain)).body;
}

test('after a rotation the retired key keeps its record for two weeks, and the API says until when', async () => {
  const domain = await rotatedDomain();
  const [old, fresh] = [keyOf(domain, 'wb1'), keyOf(domain, 'wb2')];
  assert.equal(Date.parse(old.published_until) - Date.parse(old.retired_at), 14 * DAY);
  assert.deepEqual([fresh.retired_at, fresh.published_until], [null, null]);
  const record = recordOf(domain, old);
  assert.deepEqual([record.required, record.wanted_until], [false, old.published_until]);
  assert.equal(recordOf(domain, fresh).wanted_until, null);
  zone.delete(record.name);
  const lost = (await verify(domain)).body;
  assert.equal(lost.status, 'verified');
  assert.equal(recordOf(lost, old).status, 'missing');
  assert.match(recordOf(lost, old).hint, /keep it until/);
});

test('the record of a retired key is not asked for when its time is over', async () => {
  const domain = await rotatedDomain();
  const old = keyOf(domain, 'wb1');
  await api.test.database.pool.query(
    `UPDATE dkim_key SET retired_at = retired_at - interval '14 days 1 second' WHERE selector = $1`,
    [old.selector],
  );
  const later = (await account.ask(`GET /v1/domains/${domain.id}`)).body;
  assert.equal(recordOf(later, old), undefined);
  assert.ok(keyOf(later, 'wb1').published_until < new Date().toISOString());
});

test('two rotations at once are one', async () => {
  const domain = await add();
  publish(domain);
  await verify(domain);
  const rotate = () => account.ask(`POST /v1/domains/${domain.id}/dkim/rotate`);
  const answers = await Promise.all([rotate(), rotate(), rotate()]);
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409, 409]);
  const { body } = await account.ask(`GET /v1/domains/${domain.id}`);
  assert.equal(body.dkim_keys.length, 4);
});

test('two accounts ask for records under different names for one domain, and so does a domain that is added again', async () => {
  const selectorsOf = ({ dkim_keys }: Json): readonly string[] =>
    dkim_keys.map(({ selector }: Json) => selector);
  const [mine, theirs] = [await add(account, 'both.example'), await add(other, 'both.example')];
  await account.ask(`DELETE /v1/domains/${mine.id}`);
  const again = await add(account, 'both.example');
  const all = [mine, theirs, again].flatMap(selectorsOf);
  assert.equal(new Set(all).size, 6);
  for (const selector of all) assert.match(selector, /^wb1-[0-9a-z]{13}(-ed)?$/);
});

test('records that another account wants for the same domain take nothing from a verified one', async () => {
  const [mine, theirs] = [await add(account, 'mine.example'), await add(other, 'mine.example')];
  publish(mine);
  await verify(mine);
  publish(theirs, ({ purpose }) => purpose === 'dkim');
  const { body } = await verify(mine);
  assert.equal(body.status, 'verified');
  assert.ok(body.records.every(({ status }: Json) => status === 'ok'));
});

test('the own return path of a domain is verified with its records, and degrades without them', async () => {
  const domain = await add();
  const host = `bounce.${domain.domain}`;
  assert.deepEqual(domain.return_path, { host, status: 'pending' });
  publish(domain);
  assert.deepEqual((await verify(domain)).body.return_path, { host, status: 'verified' });
  const pathOf = () => api.dependencies.stores.senderDomains.list(account.innerId, { limit: 100 });
  assert.ok(
    (await pathOf()).some((row) => row.domain === domain.domain && row.returnPathStatus === 'verified'),
  );
  zone.delete(`mx ${host}`);
  const { body } = await verify(domain);
  assert.deepEqual([body.return_path.status, body.status], ['degraded', 'verified']);
});

const ownershipOf = (domain: Json): Json =>
  domain.records.find(({ purpose }: Json) => purpose === 'ownership');

test('a domain that another account verified is refused until its own ownership record stands in DNS alone', async () => {
  const mine = await add(account, 'contested.example');
  const theirs = await add(other, 'contested.example');
  assert.notEqual(mine.records[0].value, theirs.records[0].value);
  assert.notEqual(ownershipOf(mine).value, ownershipOf(theirs).value);
  publish(mine);
  assert.equal((await verify(theirs, other)).body.status, 'pending');
  assert.equal((await verify(mine)).body.status, 'verified');
  publish(theirs, ({ purpose }) => purpose === 'dkim');
  const late = await verify(theirs, other);
  assert.deepEqual([late.status, late.body.code], [409, 'conflict']);
  assert.match(late.body.detail, /_waybill\.contested\.example holds only waybill-verification=dom_/);
  assert.deepEqual(Object.values(statesOf((await other.ask(`GET /v1/domains/${theirs.id}`)).body)), [
    'published',
    'published',
  ]);
  zone.set('_waybill.contested.example', [ownershipOf(mine).value, ownershipOf(theirs).value]);
  assert.equal((await verify(theirs, other)).status, 409, 'both stand in DNS: the holder keeps the domain');
  publish(theirs);
  assert.equal((await verify(theirs, other)).body.status, 'verified');
  assert.equal((await account.ask(`GET /v1/domains/${mine.id}`)).body.status, 'pending');
  const asked = await api.test.database.pool.query('SELECT FROM gate_check WHERE account_id = $1', [
    account.innerId,
  ]);
  assert.equal(asked.rowCount, 1, 'its waiting mail is looked at, and held');
  await eventually('the loss is an event', async () => {
    const lost = await account.ask('GET /v1/events?types=domain.degraded&limit=100');
    return lost.body.data.some(({ detail }: Json) => detail.domain_id === mine.id);
  });
  assert.equal((await verify(mine)).status, 409);
});

test('the host of a record is given relative to its zone, and so is the tracking host', async () => {
  const domain = await add(account, 'relative.example');
  const by = (purpose: string): Json => domain.records.find((record: Json) => record.purpose === purpose);
  assert.equal(domain.zone, 'example');
  assert.equal(by('return_path').host_relative, 'bounce.relative');
  assert.deepEqual(
    [by('tracking').type, by('tracking').host_relative, by('tracking').value],
    ['CNAME', 'track.relative', 't.relay.example'],
  );
});

test('a tracking host is verified by its CNAME, changes only below the domain, and is then checked anew', async () => {
  const domain = await add();
  assert.deepEqual(domain.tracking, { host: `track.${domain.domain}`, status: 'pending' });
  publish(domain);
  assert.equal((await verify(domain)).body.tracking.status, 'verified');
  const { senderDomains } = api.dependencies.stores;
  assert.equal(await senderDomains.hasTrackingHost(`track.${domain.domain}`), true);
  const path = `/v1/domains/${domain.id}`;
  const moved = await account.ask(`PATCH ${path}`, { tracking_host: `links.${domain.domain}` });
  assert.deepEqual(moved.body.tracking, { host: `links.${domain.domain}`, status: 'pending' });
  assert.equal(await senderDomains.hasTrackingHost(`track.${domain.domain}`), false);
  const elsewhere = await account.ask(`PATCH ${path}`, { tracking_host: 'links.other.example' });
  assert.deepEqual([elsewhere.status, elsewhere.body.errors[0].pointer], [400, '/tracking_host']);
  assert.equal((await account.ask(`PATCH ${path}`, { tracking_host: null })).body.tracking, null);
});

const { privateKey: ownKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

test('an imported key signs only after DNS shows exactly this key, and takes the place of the one that signed', async () => {
  const domain = await add();
  publish(domain);
  await verify(domain);
  const path = `/v1/domains/${domain.id}/dkim-keys`;
  const added = await account.ask(`POST ${path}`, { selector: 'own', private_key: pemOf(ownKey) });
  assert.equal(added.status, 201);
  assert.ok(!added.raw.body.includes('PRIVATE'));
  const stateOf = (view: Json, selector: string): string =>
    view.dkim_keys.find((key: Json) => key.selector === selector).state;
  assert.equal(stateOf(added.body, 'own'), 'published');
  const name = `own._domainkey.${domain.domain}`;
  zone.set(name, ['v=DKIM1; k=rsa; p=AAAA']);
  assert.equal(stateOf((await verify(domain)).body, 'own'), 'published');
  zone.set(name, [dkimRecord(createPublicKey(ownKey), 'rsa')]);
  const after = (await verify(domain)).body;
  assert.equal(stateOf(after, 'own'), 'active');
  assert.equal(keyOf(after, 'wb1').state, 'retired');
  assert.equal((await account.ask(`POST ${path}`, { selector: 'own' })).status, 409);
});

const refusedKeys: readonly (readonly [string, () => string, RegExp])[] = [
  ['of 1024 bits', () => pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey), /1024 bits/],
  ['of another kind', () => pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey), /neither/],
  ['that is none', () => '-----BEGIN PRIVATE KEY-----', /no private key/],
];
for (const [what, pem, detail] of refusedKeys)
  test(`a key ${what} is refused`, async () => {
    const domain = await add();
    const body = { selector: 'own', private_key: pem() };
    const { status, body: problem } = await account.ask(`POST /v1/domains/${domain.id}/dkim-keys`, body);
    assert.equal(status, 400);
    assert.equal(problem.errors[0].pointer, '/private_key');
    assert.match(problem.detail, detail);
  });

test('a new domain takes a key of its own, made here, in place of the one that waits', async () => {
  const domain = await add();
  const { body } = await account.ask(`POST /v1/domains/${domain.id}/dkim-keys`, { selector: 'mail' });
  assert.deepEqual(
    body.dkim_keys.map(({ selector, algorithm }: Json) => [selector.slice(0, 4), algorithm]),
    [
      ['wb1-', 'ed25519'],
      ['mail', 'rsa'],
    ],
  );
});

test('a domain with DKIM by CNAME points to names whose records the operator gets as a zone file', async () => {
  const { body } = await account.ask('POST /v1/domains', { domain: 'alias.example', dkim_record: 'cname' });
  const rsa = body.records.find(({ required }: Json) => required);
  assert.equal(rsa.type, 'CNAME');
  assert.match(rsa.value, /^wba-\w+\.dom-\w{26}\.dkim\.relay\.example$/);
  const { raw } = await api.operator('GET /v1/admin/dkim-zonefile');
  assert.ok(raw.body.includes(`${rsa.value}. 3600 IN TXT "v=DKIM1; k=rsa;`));
  assert.equal(raw.body.split('\n').length, 3, 'only the two keys of this domain');
});

test('with CNAME records a later rotation needs nothing of the owner, and waits until the last one is over', async () => {
  const domain = (await account.ask('POST /v1/domains', { domain: 'turns.example', dkim_record: 'cname' }))
    .body;
  const dkim = (view: Json): Json => view.records.filter(({ purpose }: Json) => purpose === 'dkim');
  assert.equal(dkim(domain).length, 4, 'both selectors of each algorithm are published at once');
  publish(domain);
  const publishKeys = async (): Promise<void> => {
    const { raw } = await api.operator('GET /v1/admin/dkim-zonefile');
    for (const [, name = '', strings = ''] of raw.body.matchAll(/^(\S+)\. 3600 IN TXT (.*)$/gm))
      zone.set(name, [strings.replaceAll(/^"|"$|" "/g, '')]);
  };
  await publishKeys();
  assert.equal((await verify(domain)).body.status, 'verified');
  const rotate = () => account.ask(`POST /v1/domains/${domain.id}/dkim/rotate`);
  const rotated = (await rotate()).body;
  assert.deepEqual(
    dkim(rotated)
      .map(({ name }: Json) => name)
      .toSorted(),
    dkim(domain)
      .map(({ name }: Json) => name)
      .toSorted(),
  );
  await publishKeys();
  const switched = (await verify(domain)).body;
  const active = switched.dkim_keys.filter(({ state }: Json) => state === 'active');
  assert.ok(
    active.every(({ selector }: Json) => selector.startsWith('wbb-')),
    JSON.stringify(active),
  );
  const early = await rotate();
  assert.deepEqual([early.status, early.body.code], [409, 'conflict']);
  await api.test.database.pool.query(
    `UPDATE dkim_key SET retired_at = retired_at - interval '15 days' WHERE state = 'retired'`,
  );
  assert.equal((await rotate()).status, 200);
  await publishKeys();
  const again = (await verify(domain)).body.dkim_keys.filter(({ state }: Json) => state === 'active');
  assert.ok(again.every(({ selector }: Json) => selector.startsWith('wba-')));
});

test('the history says which record changed from what to what, newest first', async () => {
  const domain = await add();
  const spf = `bounce.${domain.domain}`;
  publish(domain);
  await verify(domain);
  await verify(domain);
  zone.set(spf, ['v=spf1 -all']);
  await verify(domain);
  const { body } = await account.ask(`GET /v1/domains/${domain.id}/history`);
  assert.equal(body.data.length, 2);
  const [drift, first] = body.data;
  assert.deepEqual([first.from_status, first.to_status], ['pending', 'verified']);
  assert.deepEqual(drift.records, [
    {
      purpose: 'spf',
      type: 'TXT',
      name: spf,
      from: { status: 'ok', found: ['v=spf1 include:bounces.waybill.test ~all'] },
      to: { status: 'mismatch', found: ['v=spf1 -all'] },
    },
  ]);
  assert.equal((await other.ask(`GET /v1/domains/${domain.id}/history`)).status, 404);
  const { rows } = await api.test.database.pool.query(
    "SELECT type, detail FROM event WHERE type LIKE 'domain.%' AND detail->>'domain' = $1 ORDER BY seq",
    [domain.domain],
  );
  assert.deepEqual(
    rows.map(({ type, detail }: Json) => [type, detail.domain_id, detail.to_status]),
    [
      ['domain.verified', domain.id, 'verified'],
      ['domain.degraded', domain.id, 'verified'],
    ],
  );
  assert.deepEqual(rows[1].detail.records, drift.records);
});

test('the same domain twice in one account is a conflict', async () => {
  await add(account, 'twice.example');
  assert.equal((await account.ask('POST /v1/domains', { domain: 'TWICE.example.' })).status, 409);
});

for (const name of [
  '',
  'localhost',
  '[127.0.0.1]',
  'a b.example',
  'x..example',
  '-x.example',
  'ex\nample.com',
  '1.2.3.4',
  `${'a'.repeat(64)}.example`,
])
  test(`${JSON.stringify(name.slice(0, 20))} is no domain`, async () => {
    assert.equal((await account.ask('POST /v1/domains', { domain: name })).status, 400);
  });

test('an internationalised domain is kept as A-labels', async () => {
  assert.equal((await add(account, 'bücher.example')).domain, 'xn--bcher-kva.example');
});

test('the zone file holds every record, ready to paste', async () => {
  const domain = await add();
  const { raw } = await account.ask(`GET /v1/domains/${domain.id}/zonefile`);
  assert.match(String(raw.headers['content-type']), /^text\/plain/);
  for (const { name, type } of domain.records) assert.ok(raw.body.includes(`${name}. 3600 IN ${type} `));
});

test('a removed domain is gone with its keys', async () => {
  const domain = await add();
  assert.equal((await account.ask(`DELETE /v1/domains/${domain.id}`)).status, 204);
  assert.equal((await account.ask(`GET /v1/domains/${domain.id}`)).status, 404);
  assert.equal((await account.ask(`DELETE /v1/domains/${domain.id}`)).status, 404);
});
