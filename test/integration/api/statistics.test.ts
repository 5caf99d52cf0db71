import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openReader } from '@waybill/io/postgres/outbox/reader';
import { rollUp, STATISTICS_READER } from '@waybill/io/postgres/statistics/roll-up';
import { eventually } from '../../support/eventually.ts';
import { unreadOf } from '../../support/unread-of.ts';
import { deliverOne } from '../postgres/some.ts';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;

before(async () => {
  api = await openTestApi();
  account = await api.makeAccount('Acme');
  await deliverOne(api.test.database, account.innerId);
  await deliverOne(api.test.database, account.innerId);
  const reader = openReader({ database: api.test.database, name: STATISTICS_READER, from: 'start' });
  await eventually('statistics are there', async () => {
    await reader.next(100, rollUp);
    return (await unreadOf(api.test.database, reader)) === 0;
  });
});
after(() => api.close());

const ask = async (path: string): Promise<Json> => {
  const { status, body, raw } = await account.ask(`GET ${path}`);
  assert.equal(status, 200, raw.body);
  return body;
};

test('counts and rates come by interval and by group, and name their denominators', async () => {
  const day = await ask('/v1/stats?timezone=Asia/Kolkata');
  assert.deepEqual([day.data.length, day.data[0].key, day.data[0].counts.delivered], [1, null, 2]);
  assert.deepEqual([day.total.counts.accepted, day.total.rates.delivered, day.total.rates.opened], [2, 1, 0]);
  assert.equal(day.denominators.delivered, 'attempted');
  for (const interval of ['hour', 'week', 'total'])
    assert.equal((await ask(`/v1/stats?interval=${interval}`)).total.counts.accepted, 2, interval);
  const domains = await ask('/v1/stats?group_by=domain&interval=total');
  assert.deepEqual(
    domains.data.map(({ key, counts }: Json) => [key, counts.accepted]),
    [['rcpt.example', 2]],
  );
  for (const group of [
    'from_domain',
    'tag',
    'credential',
    'provider',
    'stream',
    'source_address',
    'bounce_category',
  ])
    assert.equal((await ask(`/v1/stats?group_by=${group}`)).group_by, group);
});

test('the span before comes with the answer when it is asked for', async () => {
  assert.equal((await ask('/v1/stats')).previous, null);
  const hourMs = 3_600_000;
  const end = Math.ceil((Date.now() + 1) / hourMs) * hourMs;
  const at = (hours: number) => new Date(end - hours * hourMs).toISOString();
  const span = (from: number, to: number) => `interval=total&from=${at(from)}&to=${at(to)}&compare=previous`;
  const now = await ask(`/v1/stats?${span(24, 0)}`);
  assert.deepEqual([now.previous.from, now.previous.to], [at(48), at(24)]);
  assert.deepEqual([now.total.counts.accepted, now.previous.counts.accepted], [2, 0]);
  const later = await ask(`/v1/stats?${span(-24, -48)}`);
  assert.deepEqual([later.previous.from, later.previous.to], [at(0), at(-24)]);
  const after = await ask(`/v1/stats?${span(0, -24)}`);
  assert.deepEqual([after.total.counts.accepted, after.previous.counts.accepted], [0, 2]);
  assert.equal(after.previous.rates.delivered, 1);
  assert.equal((await account.ask('GET /v1/stats?compare=last')).body.code, 'request_malformed');
});

test('bounces, links, times and providers have answers of their own', async () => {
  assert.deepEqual((await ask('/v1/stats/bounces')).data, []);
  assert.deepEqual((await ask('/v1/stats/links')).data, []);
  const [all] = (await ask('/v1/stats/latency')).data;
  assert.equal(all.delivered, 2);
  assert.ok(all.p50 >= 0 && all.p50 < 60);
  const [provider] = (await ask('/v1/stats/providers')).data;
  assert.deepEqual([provider.provider, provider.counts.delivered], ['other', 2]);
  assert.equal(provider.top_refusal, null, 'it refused nothing');
});

test('accepted is the sum of all ends', async () => {
  const { data } = await ask('/v1/stats/balance');
  assert.deepEqual(
    data.map(({ accepted, delivered, difference }: Json) => [accepted, delivered, difference]),
    [[2, 2, 0]],
  );
  const { status, body } = await api.operator('GET /v1/admin/balance');
  assert.deepEqual([status, body.ok, body.differences], [200, true, []]);
});

test('the health page tells the operator of a balance that is off, and the process stays ready', async () => {
  const { pool } = api.test.database;
  const balance = async () =>
    (await api.operator('GET /v1/admin/health')).body.checks.find(({ name }: Json) => name === 'balance').ok;
  assert.equal(await balance(), true);
  await pool.query(
    `INSERT INTO balance_check (checked_at, first_day, last_day, differences) VALUES (now(), now(), now(), '[{"name": "delivered"}]')`,
  );
  assert.equal(await balance(), false);
  assert.equal((await api.as(undefined)('GET /readyz')).status, 200);
  await pool.query('DELETE FROM balance_check');
});

test('a span that cannot be is refused, and so is a time zone that is none', async () => {
  for (const query of [
    'timezone=Mars/Olympus',
    'timezone=%2B05:30',
    'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    'from=2020-01-01T00:00:00Z',
    'interval=hour&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z',
    'group_by=recipient',
    'interval=minute',
  ])
    assert.equal((await account.ask(`GET /v1/stats?${query}`)).body.code, 'request_malformed', query);
});

test('events of the account are listed with those of its messages', async () => {
  await account.ask('POST /v1/suppressions', { address: 'ada@example.com' });
  const found = await eventually('the event can be seen', async () => {
    const { data } = await ask('/v1/events?types=suppression.created,message.delivered');
    return data.length === 3 && data;
  });
  const last = found.at(-1);
  assert.deepEqual([last.type, last.message_id, last.sequence], ['suppression.created', null, null]);
  assert.match(last.detail.suppression_id, /^sup_/);
  assert.equal(last.recipient, 'ada@example.com');
});

test('statistics are about live mail: a test key does not read them', async () => {
  const { key } = (await account.ask('POST /v1/api-keys', { name: 'test', kind: 'test' })).body;
  assert.equal((await api.as(key)('GET /v1/stats')).status, 403);
});
