import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { dkimRecord } from '@waybill/mail/signing/dkim-record';
import type { DnsAnswer } from '@waybill/relay/delivery/dns-lookup';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

/** DNS as a table: what stands under a name, or that it does not answer. */
const zone = new Map<string, readonly string[] | 'broken'>();
const look = (name: string): DnsAnswer<string> => {
  const found = zone.get(name);
  if (found === 'broken') return { kind: 'temporary', reason: 'timeout' };
  return found === undefined ? { kind: 'none', why: 'no_domain' } : { kind: 'found', records: found };
};
const lookUp = {
  txt: async (name: string) => look(name),
  mx: async (name: string): Promise<DnsAnswer<{ exchange: string; preference: number }>> => {
    const answer = look(`mx ${name}`);
    if (answer.kind !== 'found') return answer;
    return { kind: 'found', records: answer.records.map((exchange) => ({ exchange, preference: 10 })) };
  },
};

let api: TestApi;
let account: TestAccount;
let other: TestAccount;
before(async () => {
  api = await openTestApi({ dependencies: { lookUp } });
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
const publish = (domain: Json, which: (record: Json) => boolean = () => true): void => {
  for (const record of domain.records.filter(which))
    zone.set(record.type === 'MX' ? `mx ${record.name}` : record.name, [
      record.type === 'MX' ? record.value.split(' ')[1] : record.value,
    ]);
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

test('two accounts may ask for a domain; it is verified for the one whose key stands in DNS', async () => {
  const mine = await add(account, 'contested.example');
  const theirs = await add(other, 'contested.example');
  assert.notEqual(mine.records[0].value, theirs.records[0].value);
  publish(mine);
  assert.equal((await verify(theirs, other)).body.status, 'pending');
  assert.equal((await verify(mine)).body.status, 'verified');
  publish(theirs);
  const late = await verify(theirs, other);
  assert.equal(late.status, 409);
  assert.equal(late.body.code, 'conflict');
  assert.deepEqual(Object.values(statesOf((await other.ask(`GET /v1/domains/${theirs.id}`)).body)), [
    'published',
    'published',
  ]);
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
