import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { parsePublicId } from '@waybill/relay/id';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

type Enqueued = { readonly queue: string; readonly ids: readonly string[]; readonly at: Date | undefined };

let api: TestApi;
let account: Seeded;
const enqueued: Enqueued[] = [];

before(async () => {
  const jobs: TestApi['dependencies']['jobs'] = {
    enqueue: async (queue, ids, at) => void enqueued.push({ queue, ids, at }),
  };
  api = await openTestApi({ dependencies: { jobs } });
  account = await seedAccount(api, 1);
});
after(() => api.close());

const inFuture = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();

const send = async (more: Record<string, unknown>, headers?: Record<string, string>) =>
  account.ask(
    'POST /v1/messages',
    { from: account.from, to: ['ada@example.com', 'bob@example.com'], subject: 'x', text: 'Hi', ...more },
    headers,
  );

const view = async (id: string): Promise<Json> => (await account.ask(`GET /v1/messages/${id}`)).body;
const traceOf = async (id: string): Promise<Json> => (await account.ask(`GET /v1/messages/${id}/trace`)).body;
const listed = async (status: string): Promise<readonly string[]> =>
  (await account.ask(`GET /v1/messages?status=${status}&limit=100`)).body.data.map(({ id }: Json) => id);

const statusesOf = (deliveries: Json): readonly (readonly [string, string])[] =>
  deliveries.map(({ recipient, status }: Json) => [recipient, status]);
const everyone = (status: string) => [
  ['ada@example.com', status],
  ['bob@example.com', status],
];

test('a scheduled message says so in the 202, the list, the filter, the message and the trace', async () => {
  const at = inFuture(day);
  const { status, body } = await send({ scheduled_at: at });
  assert.equal(status, 202);
  assert.deepEqual([body.status, body.scheduled_at], ['scheduled', at]);
  assert.deepEqual(statusesOf(body.deliveries), everyone('scheduled'));

  const one = await view(body.id);
  assert.deepEqual([one.status, one.scheduled_at], ['scheduled', at]);
  assert.equal(one.reason, `It is scheduled for ${at} and is not sent before.`);
  assert.deepEqual(statusesOf(one.deliveries), everyone('scheduled'));
  assert.deepEqual(
    one.deliveries.map(({ id, next_attempt_at }: Json) => [id, next_attempt_at]),
    body.deliveries.map(({ id }: Json) => [id, at]),
  );

  assert.deepEqual(await listed('scheduled'), [body.id]);
  assert.equal((await listed('accepted')).includes(body.id), false);
  const { data } = (await account.ask('GET /v1/messages')).body;
  const row = data.find(({ id }: Json) => id === body.id);
  assert.deepEqual([row.status, row.scheduled_at], ['scheduled', at]);

  const trace = await traceOf(body.id);
  assert.deepEqual([trace.scheduled_at, trace.reason], [at, one.reason]);
  assert.deepEqual(statusesOf(trace.deliveries), everyone('scheduled'));
  assert.ok(trace.entries.some(({ step, what }: Json) => step === 'send-at' && what === 'scheduled'));
});

test('a message without a time is accepted, not scheduled', async () => {
  const { body } = await send({});
  assert.deepEqual([body.status, body.scheduled_at], ['accepted', null]);
  const one = await view(body.id);
  assert.deepEqual([one.status, one.scheduled_at], ['accepted', null]);
  assert.equal((await listed('accepted')).includes(body.id), true);
  assert.equal((await listed('scheduled')).includes(body.id), false);
});

test('a message whose time has come is accepted until it is prepared', async () => {
  const { body } = await send({ scheduled_at: inFuture(day) });
  const id = parsePublicId('msg', body.id);
  await api.test.database.pool.query(
    `UPDATE message SET scheduled_at = now() - interval '1 s' WHERE id = $1`,
    [id],
  );
  const one = await view(body.id);
  assert.equal(one.status, 'accepted');
  assert.deepEqual(statusesOf(one.deliveries), everyone('queued'));
  assert.equal((await listed('accepted')).includes(body.id), true);
});

test('a scheduled message that is cancelled ends cancelled for every recipient, and list and message agree', async () => {
  const { body } = await send({ scheduled_at: inFuture(day) });
  const cancelled = await account.ask(`POST /v1/messages/${body.id}/cancel`);
  const ids = body.deliveries.map(({ id }: Json) => id);
  assert.deepEqual([cancelled.status, cancelled.body], [200, { id: body.id, deliveries: ids }]);
  const one = await view(body.id);
  assert.deepEqual([one.state, one.status], ['processed', 'cancelled']);
  assert.deepEqual(statusesOf(one.deliveries), everyone('cancelled'));
  assert.equal((await listed('cancelled')).includes(body.id), true);
  assert.equal((await listed('scheduled')).includes(body.id), false);
  const events = (await account.ask(`GET /v1/messages/${body.id}/events`)).body.data;
  assert.deepEqual(
    events.map(({ type, recipient }: Json) => [recipient, type]).toSorted(),
    everyone('message.cancelled'),
  );
  const trace = await traceOf(body.id);
  assert.deepEqual(statusesOf(trace.deliveries), everyone('cancelled'));
  assert.equal((await account.ask(`POST /v1/messages/${body.id}/cancel`)).status, 409);
  const moved = await account.ask(`PATCH /v1/messages/${body.id}`, { scheduled_at: inFuture(minute) });
  assert.equal(moved.status, 409);
});

test('a message that was put aside before it was prepared can be cancelled', async () => {
  const { body } = await send({});
  const store = openMessageStore({ database: api.test.database });
  await store.saveHeld(parsePublicId('msg', body.id) ?? '', 'it is poison', new Date());
  assert.equal((await account.ask(`POST /v1/messages/${body.id}/cancel`)).status, 200);
  assert.equal((await view(body.id)).status, 'cancelled');
});

test('a scheduled message is moved, earlier and later, enqueued for its new time, and its trace shows it', async () => {
  const [first, earlier, later] = [inFuture(2 * day), inFuture(day), inFuture(3 * day)] as const;
  const { body } = await send({ scheduled_at: first });
  for (const at of [earlier, later]) {
    const moved = await account.ask(`PATCH /v1/messages/${body.id}`, { scheduled_at: at });
    assert.deepEqual([moved.status, moved.body.status, moved.body.scheduled_at], [200, 'scheduled', at]);
    assert.deepEqual(enqueued.at(-1), {
      queue: 'accepted',
      ids: [parsePublicId('msg', body.id)],
      at: new Date(at),
    });
    const last = (await traceOf(body.id)).notes.at(-1);
    assert.deepEqual([last.step, last.what, last.detail.send_at], ['send-at', 'moved', at]);
  }
  const { rows } = await api.test.database.pool.query(
    `SELECT detail FROM audit_entry WHERE action = 'message.rescheduled' AND target = $1 ORDER BY id`,
    [body.id],
  );
  assert.deepEqual(
    rows.map(({ detail: { before, after } }) => [before.scheduled_at, after.scheduled_at]),
    [
      [first, earlier],
      [earlier, later],
    ],
  );
});

test('a scheduled message that is moved to now is enqueued at once', async () => {
  const { body } = await send({ scheduled_at: inFuture(day) });
  const moved = await account.ask(`PATCH /v1/messages/${body.id}`, { scheduled_at: inFuture(-1_000) });
  assert.deepEqual([moved.status, moved.body.status], [200, 'accepted']);
  assert.deepEqual(enqueued.at(-1), {
    queue: 'accepted',
    ids: [parsePublicId('msg', body.id)],
    at: undefined,
  });
});

test('a message without a time, and one of another account, cannot be moved', async () => {
  const { body } = await send({});
  const moved = await account.ask(`PATCH /v1/messages/${body.id}`, { scheduled_at: inFuture(day) });
  assert.equal(moved.status, 409);
  const other = await api.makeAccount();
  const { id } = (await send({ scheduled_at: inFuture(day) })).body;
  assert.equal((await other.ask(`PATCH /v1/messages/${id}`, { scheduled_at: inFuture(minute) })).status, 404);
});

for (const [name, wish] of [
  ['beyond 30 days', () => inFuture(31 * day)],
  ['in the past', () => inFuture(-2 * minute)],
  ['on 30 February', () => '2027-02-30T10:00:00Z'],
  ['without an offset', () => '2027-02-20T10:00:00'],
] as const)
  test(`a time ${name} is refused with the limit and its place, when sent and when moved`, async () => {
    const { id } = (await send({ scheduled_at: inFuture(day) })).body;
    const answers = [
      await send({ scheduled_at: wish() }),
      await account.ask(`PATCH /v1/messages/${id}`, { scheduled_at: wish() }),
    ];
    for (const { status, body } of answers) {
      assert.deepEqual(
        [status, body.code, body.errors[0].pointer],
        [400, 'send_time_refused', '/scheduled_at'],
      );
      assert.match(body.detail, /at most 30 days/);
    }
    assert.equal((await view(id)).status, 'scheduled');
  });

test('the control header of a raw message is read by the same rule', async () => {
  const raw = (sendAt: string) =>
    account.ask(
      'POST /v1/messages/raw',
      `X-Waybill-Send-At: ${sendAt}\r\nFrom: ${account.from}\r\nTo: ada@example.com\r\n\r\nHi\r\n`,
      {
        'content-type': 'message/rfc822',
        'x-envelope-from': account.from,
        'x-envelope-to': 'ada@example.com',
      },
    );
  const at = inFuture(day);
  const { body } = await raw(at);
  assert.deepEqual([body.status, body.scheduled_at], ['scheduled', at]);
  const refused = await raw(inFuture(31 * day));
  assert.deepEqual([refused.status, refused.body.code], [400, 'send_time_refused']);
});

test('a request that is repeated with its idempotency key is answered as the first time, also when its time has come', async () => {
  const headers = { 'idempotency-key': 'once' };
  const body = { scheduled_at: inFuture(day) };
  const first = await send(body, headers);
  await api.test.database.pool.query(`UPDATE message SET scheduled_at = now() WHERE id = $1`, [
    parsePublicId('msg', first.body.id),
  ]);
  const again = await send(body, headers);
  assert.deepEqual([again.status, again.body], [202, first.body]);
});
