import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openEventStore } from '@waybill/io/postgres/mail-store/event-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { openReader } from '@waybill/io/postgres/outbox/reader';
import { examplesSql } from '@waybill/io/postgres/statistics/attention';
import { rollUp, STATISTICS_READER } from '@waybill/io/postgres/statistics/roll-up';
import type { EventType } from '@waybill/relay/events/event';
import { deliveryIdOf, publicId } from '@waybill/relay/id';
import { eventually } from '../../support/eventually.ts';
import { unreadOf } from '../../support/unread-of.ts';
import { addVerifiedDomain, deliverOne, someId, someMessage, somePrepared } from '../postgres/some.ts';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
let other: TestAccount;
let newestBounced: string;

/** A delivery to the address, with events after it was queued. */
async function troubled(
  rcptTo: string,
  ...events: readonly (readonly [EventType, Record<string, unknown>])[]
): Promise<string> {
  const { database } = api.test;
  const messages = openMessageStore({ database });
  const message = someMessage(account.innerId);
  const one = { ...message, envelope: { ...message.envelope, rcptTo: [rcptTo] } };
  await messages.accept(one);
  await messages.savePrepared(somePrepared(one));
  const deliveryId = deliveryIdOf(one.id, 0);
  for (const [type, detail] of events)
    await openEventStore({ database }).append({
      ...{ id: someId(), accountId: account.innerId, messageId: one.id, deliveryId },
      ...{ type, occurredAt: new Date(), detail },
    });
  return publicId('dlv', deliveryId);
}

const gone = {
  ...{ mx_host: 'alt1.aspmx.l.google.com', category: 'bad_mailbox', enhanced_code: '5.1.1', code: 550 },
  ...{ reply: '550-5.1.1 The email account that you tried to reach does not exist', reason: 'They said no.' },
};
const busy = { mx_host: 'mx.other.example', category: 'rate_limited', code: 421, reply: '421 Slow down' };

before(async () => {
  api = await openTestApi();
  account = await api.makeAccount('Acme');
  other = await api.makeAccount('Other');
  await deliverOne(api.test.database, account.innerId);
  await troubled('ada@gmail.example', ['bounced', gone]);
  newestBounced = await troubled('bob@gmail.example', ['bounced', gone]);
  await troubled('eve@slow.example', ['deferred', busy]);
  await troubled('eva@slow.example', ['deferred', busy], ['delivered', { mx_host: 'mx.other.example' }]);
  await troubled('kim@held.example', ['held', { held_for: 'credential_revoked', reason: 'key revoked' }]);
  await troubled('joe@gmail.example', ['delivered', { mx_host: gone.mx_host }], ['complained', {}]);
  const reader = openReader({ database: api.test.database, name: STATISTICS_READER, from: 'start' });
  await eventually('statistics are there', async () => {
    await reader.next(100, rollUp);
    return (await unreadOf(api.test.database, reader)) === 0;
  });
});
after(() => api.close());

const ask = async (query = ''): Promise<Json> => {
  const { status, body, raw } = await account.ask(`GET /v1/stats/attention${query}`);
  assert.equal(status, 200, raw.body);
  return body;
};

test('mail in trouble is grouped by status, provider, reason and domain, with an example and one action', async () => {
  const { groups, others } = await ask();
  assert.equal(others, 0);
  const named = groups.map(({ status, provider, category, code, domain, count, action }: Json) =>
    [status, provider, category, code, domain, count, action].join(' '),
  );
  assert.deepEqual(named.toSorted(), [
    'bounced gmail bad_mailbox 5.1.1 gmail.example 2 remove_addresses',
    'complained gmail   gmail.example 1 send_wanted_mail',
    'deferred other rate_limited 421 slow.example 1 send_slower',
    'held  credential_revoked  held.example 1 release_or_cancel',
  ]);
  const [first] = groups;
  assert.equal(first.example.delivery_id, newestBounced);
  assert.deepEqual([first.example.recipient, first.example.reply], ['bob@gmail.example', gone.reply]);
  assert.ok(Date.now() - Date.parse(first.since) < 2 * 3_600_000);
  for (const { example, done, advice } of groups) assert.ok(example && done && advice);
});

test('the list of messages has a filter for each group, and shows no other mail', async () => {
  const { groups } = await ask();
  const seen: string[] = [];
  for (const { status, provider, category, code, domain, count, example, since } of groups) {
    const none = 'none';
    const named = { provider: provider ?? none, category: category ?? none, code: code ?? none };
    const query = new URLSearchParams({ status, domain, since, ...named });
    const { body } = await account.ask(`GET /v1/messages?${query}`);
    const ids = body.data.map(({ id }: Json) => id);
    assert.equal(ids.length, count, query.toString());
    assert.ok(ids.includes(example.message_id));
    seen.push(...ids);
    const others = await other.ask(`GET /v1/messages?${query}`);
    assert.deepEqual(others.body.data, []);
  }
  assert.equal(new Set(seen).size, seen.length, 'no message is in two groups');
  const matching = async (query: string): Promise<number> =>
    (await account.ask(`GET /v1/messages?${query}`)).body.data.length;
  assert.equal(await matching('provider=gmail'), 3);
  assert.equal(await matching('provider=nowhere'), 0);
  assert.equal(await matching('provider=outlook&status=bounced'), 0);
  assert.equal(await matching('category=bad_mailbox&domain=GMAIL.example'), 2);
  assert.equal(await matching('category=bad_mailbox&domain=slow.example'), 0);
  assert.equal(await matching('code=421&status=delivered'), 0);
  const counted = async (category: string): Promise<number> => {
    const asked = { action: 'retry', dry_run: true, filter: { status: 'deferred', category } };
    return (await account.ask('POST /v1/messages/actions', asked)).body.matched;
  };
  assert.deepEqual([await counted('rate_limited'), await counted('bad_mailbox')], [1, 0]);
});

test('groups beyond the limit are one number', async () => {
  const { groups, others } = await ask('?limit=1');
  assert.deepEqual([groups.length, groups[0].count, others], [1, 2, 3]);
});

test('what stands in the way of mail is beside it: domain, webhook, credential, limit, message, account', async () => {
  const { pool } = api.test.database;
  const { innerId } = account;
  assert.deepEqual((await ask()).concerns, []);
  await addVerifiedDomain(api.test.database, innerId, 'acme.example');
  await pool.query("UPDATE sender_domain SET status = 'degraded' WHERE account_id = $1", [innerId]);
  await pool.query(
    `INSERT INTO webhook (id, account_id, url, events, created_at, failing_since) VALUES ($1, $2, 'https://app.acme.example/x?token=secret', '{*}', now(), now())`,
    [someId(), innerId],
  );
  await pool.query(
    `INSERT INTO event (id, account_id, type, occurred_at, detail) VALUES ($1, $2, 'credential.locked', now(), $3)`,
    [
      ...[someId(), innerId],
      { credential_id: someId(), username: 'wb-1', until: new Date(Date.now() + 60_000).toISOString() },
    ],
  );
  const held = someMessage(innerId);
  await openMessageStore({ database: api.test.database }).accept(held);
  await pool.query("UPDATE message SET state = 'held', next_action_at = NULL WHERE id = $1", [held.id]);
  await api.operator(`PATCH /v1/admin/accounts/${account.id}`, { limits: { per_day: 1 } });
  await pool.query("UPDATE account SET status = 'suspended', suspended_reason = 'bounces' WHERE id = $1", [
    innerId,
  ]);
  const { concerns } = await ask();
  const named = concerns.map(({ kind, subject_name, count }: Json) => [kind, subject_name, count].join(' '));
  assert.deepEqual(named.toSorted(), [
    'account_suspended bounces 1',
    'credential_locked wb-1 1',
    'domain_degraded acme.example 1',
    'limit_near Acme: 1 of 1 in this day 1',
    'messages_not_prepared  1',
    'webhook_failing app.acme.example 1',
  ]);
  assert.equal(
    concerns.find(({ kind }: Json) => kind === 'messages_not_prepared').subject_id,
    publicId('msg', held.id),
  );
});

test('another account sees none of it, and a key without the scope of mail is refused', async () => {
  const { body } = await other.ask('GET /v1/stats/attention');
  assert.deepEqual([body.groups, body.others, body.concerns], [[], 0, []]);
  for (const wanted of [
    { name: 'a', scopes: ['stats:read'] },
    { name: 'b', kind: 'test' },
  ]) {
    const { key } = (await other.ask('POST /v1/api-keys', wanted)).body;
    assert.equal((await api.as(key)('GET /v1/stats/attention')).status, 403);
  }
});

test('examples are found by indexes alone, however much mail went well', async () => {
  const { pool } = api.test.database;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL enable_seqscan = off');
    const text = examplesSql
      .replaceAll('$1', `'${account.innerId}'`)
      .replaceAll(/\$[23]/g, `'${someId(new Date(0))}'`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    assert.doesNotMatch(plan, /Seq Scan/);
    assert.match(plan, /account_id_status_id_idx|set_aside/);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});

test('a provider comes with what it refused most', async () => {
  const { body } = await account.ask('GET /v1/stats/providers');
  const top = new Map(body.data.map((row: Json) => [row.provider, row.top_refusal]));
  assert.deepEqual(top.get('gmail'), {
    category: 'bad_mailbox',
    code: '5.1.1',
    bounced: 2,
    failed: 0,
    deferred: 0,
  });
  assert.equal(top.get('other'), null, 'it only put mail off');
});
