import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { asAccount, readAs } from '@waybill/io/postgres/connection/tenant';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { openSandboxStore } from '@waybill/io/postgres/mail-store/sandbox-store';
import { accounts } from '@waybill/io/postgres/management/accounts';
import { apiKeys } from '@waybill/io/postgres/management/api-keys';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { fromAddresses } from '@waybill/io/postgres/management/from-addresses';
import { ipNetworks } from '@waybill/io/postgres/management/ip-networks';
import { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import { smtpCredentials } from '@waybill/io/postgres/management/smtp-credentials';
import { streams } from '@waybill/io/postgres/management/streams';
import { suppressions } from '@waybill/io/postgres/management/suppressions';
import { events } from '@waybill/io/postgres/reading/events';
import { messages } from '@waybill/io/postgres/reading/messages';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { uncheckedAs } from '@waybill/relay/domains/verify-domain';
import { openTestDatabase } from '../../support/database.ts';
import { movedIds } from '../../support/moved-ids.ts';
import { someId, someMessage, somePrepared } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const box = openSecretBox(randomBytes(32));
const stores = {
  accounts: accounts(database, box),
  apiKeys: apiKeys(database),
  audit: auditLog(database),
  events: events(database),
  fromAddresses: fromAddresses(database),
  ipNetworks: ipNetworks(database),
  messages: messages(database),
  sandbox: openSandboxStore({ database }),
  senderDomains: senderDomains(database, box),
  smtpCredentials: smtpCredentials(database, box),
  streams: streams(database),
  suppressions: suppressions(database),
};
after(() => opened.close());

const at = new Date();
const page = { limit: 50 };
const [owner, other] = [someId(), someId()];
const id = {
  key: someId(),
  credential: someId(),
  network: someId(),
  from: someId(),
  domain: someId(),
  dkim: someId(),
  stream: someId(),
  box: someId(),
};
const message = someMessage(owner);
const prepared = somePrepared(message);
const deliveryId = prepared.deliveries[0]?.id ?? '';

/** Everything an account can own, once, in `owner`. `other` owns nothing but its default stream. */
before(async () => {
  await stores.accounts.create({ id: owner, streamId: someId(), name: 'Owner', createdAt: at });
  await stores.accounts.create({ id: other, streamId: someId(), name: 'Other', createdAt: at });
  await stores.streams.create(owner, { id: id.stream, name: 'codes', createdAt: at });
  await stores.apiKeys.create({
    id: id.key,
    accountId: owner,
    kind: 'live',
    name: 'k',
    secretHash: randomBytes(32),
    scopes: ['messages:*'],
    createdAt: at,
  });
  await stores.smtpCredentials.create(owner, {
    id: id.credential,
    username: 'owner',
    name: 'c',
    secret: 's3cret',
    createdAt: at,
  });
  await stores.ipNetworks.create({
    id: id.network,
    accountId: owner,
    cidr: '192.0.2.7/32',
    shared: false,
    label: '',
    createdAt: at,
  });
  await stores.fromAddresses.create(owner, { id: id.from, address: 'a@acme.test', createdAt: at });
  const key = { id: id.dkim, selector: 'w1', algorithm: 'rsa', publicKey: 'x', state: 'active' } as const;
  await stores.senderDomains.create({
    id: id.domain,
    accountId: owner,
    domain: 'acme.test',
    createdAt: at,
    keys: [{ ...key, createdAt: at, privateKeyPem: 'PEM' }],
  });
  await stores.suppressions.create(owner, [
    { id: someId(), address: 'no@rcpt.example', reason: 'manual', createdAt: at },
  ]);
  await stores.sandbox.save({
    id: id.box,
    accountId: owner,
    mailFrom: '',
    rcptTo: 'ada@rcpt.example',
    heloName: 'h',
    bytes: Buffer.from('x'),
    receivedAt: at,
  });
  await stores.audit.append({
    id: someId(),
    accountId: owner,
    actor: 'key_1',
    action: 'domain.created',
    target: 'dom_1',
    occurredAt: at,
  });
  const mail = openMessageStore({ database });
  await mail.accept(message);
  await mail.savePrepared(prepared);
  const deliveries = openDeliveryStore({ database });
  const until = new Date(Date.now() + 60_000);
  await deliveries.claim(deliveryId, { leaseId: someId(), now: prepared.at, until });
});

type Asked = (accountId: string) => Promise<unknown>;
const later = new Date(Date.now() + 3_600_000);

/** Every way in which the API reaches a row. */
const ways: Readonly<Record<string, Asked>> = {
  'API keys, list': (account) => stores.apiKeys.list(account, page),
  'API key': (account) => stores.apiKeys.one(account, id.key),
  'credentials, list': (account) => stores.smtpCredentials.list(account, page),
  credential: (account) => stores.smtpCredentials.one(account, id.credential),
  'credential, changed': (account) => stores.smtpCredentials.change(account, id.credential, { name: 'n' }),
  'credential, rotated': (account) =>
    stores.smtpCredentials.rotate(account, id.credential, { secret: 'new', graceUntil: later }),
  'networks, list': (account) => stores.ipNetworks.list(account, page),
  'From addresses, list': (account) => stores.fromAddresses.list(account, page),
  'domains, list': (account) => stores.senderDomains.list(account, page),
  domain: (account) => stores.senderDomains.one(account, id.domain),
  'domain, checked': (account) =>
    stores.senderDomains.saveChecks(account, id.domain, uncheckedAs('verified', at)),
  'DKIM key, set': (account) =>
    stores.senderDomains.switchKeys(account, id.domain, { activate: [], retire: [id.dkim], at }),
  stream: (account) => stores.streams.one(account, id.stream),
  'stream, changed': (account) => stores.streams.change(account, id.stream, { retentionBytesDays: 7 }),
  'suppressions, list': (account) => stores.suppressions.list(account, page),
  'suppressions of an address': (account) => stores.suppressions.ofAddress(account, 'no@rcpt.example'),
  'messages, list': async (account) => (await stores.messages.list(account, page)).rows,
  'messages, by recipient': async (account) =>
    (await stores.messages.list(account, { ...page, to: 'ada@rcpt.example' })).rows,
  message: (account) => stores.messages.one(account, message.id),
  content: (account) => stores.messages.content(account, message.id),
  'delivered copy': (account) => stores.messages.patchOf(account, deliveryId),
  recipient: (account) => stores.messages.recipient(account, 'ada@rcpt.example', page),
  'message, retried': (account) => movedIds(stores.messages.retry(account, [message.id], later)),
  'events, list': (account) => stores.events.since(account, { limit: 50 }),
  'events of a message': (account) => stores.events.ofMessage(account, message.id),
  'sandbox, list': (account) => stores.sandbox.list(account, page),
  'sandbox message': (account) => stores.sandbox.one(account, id.box),
  'audit log': (account) => stores.audit.list(account, page),
  'message, cancelled': (account) => movedIds(stores.messages.cancel(account, [message.id], later)),
  'sandbox message, removed': (account) => stores.sandbox.remove(account, { id: id.box }),
  'suppression, removed': (account) => stores.suppressions.remove(account, 'no@rcpt.example'),
  'API key, revoked': (account) => stores.apiKeys.revoke(account, id.key, { at }),
  'credential, revoked': (account) => stores.smtpCredentials.revoke(account, id.credential, { at }),
  'network, removed': (account) => stores.ipNetworks.remove(account, id.network),
  'From address, one': (account) => stores.fromAddresses.one(account, id.from),
  'From address, vouched for': (account) => stores.fromAddresses.vouch(account, id.from, at),
  'From address, removed': (account) => stores.fromAddresses.remove(account, id.from),
  'domain, removed': (account) => stores.senderDomains.remove(account, id.domain),
};

const isNothing = (answer: unknown): boolean =>
  answer === undefined || answer === false || answer === 0 || (Array.isArray(answer) && answer.length === 0);

for (const [name, ask] of Object.entries(ways))
  test(`${name}: nothing for another account, something for its own`, async () => {
    assert.ok(isNothing(await ask(other)), 'another account got something');
    assert.ok(!isNothing(await ask(owner)), 'its own account got nothing');
  });

const tenantTables = [
  'account',
  'stream',
  'api_key',
  'smtp_credential',
  'ip_network',
  'from_address',
  'sender_domain',
  'dkim_key',
  'message',
  'message_content',
  'delivery',
  'attempt',
  'event',
  'suppression',
  'report',
  'idempotency_key',
  'usage_hour',
  'audit_entry',
  'sandbox_message',
];

test('a query that forgets its account finds only that account’s rows', async () => {
  const second = someMessage(owner);
  await openMessageStore({ database }).accept(second);
  for (const table of tenantTables) {
    const rows = await readAs(database, other, { text: `SELECT * FROM ${table}`, values: [] });
    const expected = table === 'account' || table === 'stream' ? 1 : 0;
    assert.equal(rows.length, expected, table);
  }
  for (const table of [
    'message',
    'message_content',
    'delivery',
    'attempt',
    'event',
    'usage_hour',
    'audit_entry',
  ]) {
    const rows = await readAs(database, owner, { text: `SELECT * FROM ${table}`, values: [] });
    assert.ok(rows.length > 0, table);
  }
});

test('every table that names an account is under row-level security', async () => {
  const { rows } = await database.pool.query<{ name: string }>(`
    SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE a.attname = 'account_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT c.relrowsecurity
      AND pg_table_is_visible(c.oid)`);
  assert.deepEqual(rows, []);
});

test('an account cannot write a row into another, nor read what is the operator’s', async () => {
  const insert = asAccount(database, other, (tx) =>
    tx.fromAddress.create({ data: { id: someId(), accountId: owner, address: 'x@acme.test' } }),
  );
  await assert.rejects(insert, /row-level security|permission|denied/i);
  for (const table of ['discard', '_prisma_migrations'])
    await assert.rejects(
      readAs(database, other, { text: `SELECT * FROM ${table}`, values: [] }),
      /permission denied/,
    );
});

test('the role and the account end with the transaction', async () => {
  await readAs(database, other, { text: 'SELECT 1', values: [] });
  const { rows } = await database.pool.query(
    "SELECT current_user AS who, current_setting('waybill.account_id', true) AS account",
  );
  assert.notEqual(rows[0].who, 'waybill_api');
  assert.ok(!rows[0].account);
});
