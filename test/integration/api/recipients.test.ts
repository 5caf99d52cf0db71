/** "Did Ada get it?", asked of mail whose time has not come. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deliveryIdOf, parsePublicId } from '@waybill/relay/id';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

const day = 86_400_000;
const from = 'app@sender.example';

let api: TestApi;
let account: TestAccount;
before(async () => {
  api = await openTestApi();
  account = await api.makeAccount();
  await account.mayBeFrom(from);
});
after(() => api.close());

const inFuture = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();
const send = (more: Record<string, unknown>) =>
  account.ask('POST /v1/messages', { from, subject: 'x', text: 'Hi', ...more });

const toAddress = async (address: string): Promise<Json> =>
  (await account.ask(`GET /v1/recipients/${encodeURIComponent(address)}`)).body;

test('scheduled mail is found by its recipient, in the list of messages and at the recipient', async () => {
  const at = inFuture(day);
  const to = ['found@example.com', 'other@example.com'];
  const { body } = await send({ to, scheduled_at: at });
  for (const address of ['found@example.com', 'FOUND@Example.COM']) {
    const { data } = (await account.ask(`GET /v1/messages?to=${encodeURIComponent(address)}`)).body;
    assert.deepEqual(
      data.map(({ id, status }: Json) => [id, status]),
      [[body.id, 'scheduled']],
    );
    const { data: rows } = await toAddress(address);
    const [{ created_at, status_changed_at, ...row }] = rows;
    assert.equal(rows.length, 1);
    assert.equal(created_at, status_changed_at);
    assert.deepEqual(row, {
      delivery_id: body.deliveries[0].id,
      message_id: body.id,
      recipient: 'found@example.com',
      status: 'scheduled',
      reason: `It is scheduled for ${at} and is not sent before.`,
      subject: 'x',
      from,
    });
  }
  await account.ask(`POST /v1/messages/${body.id}/cancel`);
  assert.deepEqual(
    (await toAddress('found@example.com')).data.map(({ delivery_id, status }: Json) => [delivery_id, status]),
    [[body.deliveries[0].id, 'cancelled']],
  );
});

test('the pages of a recipient hold scheduled and prepared mail in one order, each once', async () => {
  const to = 'paged@example.com';
  const sent: string[] = [];
  for (let index = 0; index < 9; index += 1) {
    const { body } = await send({ to, scheduled_at: inFuture(day + index) });
    sent.push(body.deliveries[0].id);
    if (index % 3 === 0) await account.ask(`POST /v1/messages/${body.id}/cancel`);
  }
  const seen: string[] = [];
  let next = '';
  do {
    const page = (await account.ask(`GET /v1/recipients/${to}?limit=2${next}`)).body;
    seen.push(...page.data.map(({ delivery_id }: Json) => delivery_id));
    next = page.next_cursor === null ? '' : `&after=${page.next_cursor}`;
  } while (next !== '');
  assert.deepEqual(seen, sent.toSorted().toReversed());
});

test('scheduled mail of one millisecond is on the pages of its recipient, each once', async () => {
  const to = 'same-time@example.com';
  const { body } = await send({ to, scheduled_at: inFuture(day) });
  const first = parsePublicId('msg', body.id) ?? '';
  const ids = [first, ...[1, 2, 3, 4].map((digit) => first.slice(0, -4) + `${digit}`.repeat(4))];
  const columns = 'account_id, stream_id, envelope, options, size, accepted_at, scheduled_at, next_action_at';
  await api.test.database.pool.query(
    `INSERT INTO message (id, ${columns}) SELECT copy, ${columns} FROM message, unnest($2::uuid[]) AS copy WHERE id = $1`,
    [first, ids.slice(1)],
  );
  const seen: string[] = [];
  for (let after: string | undefined; ; after = seen.at(-1)) {
    const page = after === undefined ? { limit: 2 } : { limit: 2, after };
    const rows = await api.dependencies.stores.messages.recipient(account.innerId, to, page);
    if (rows.length === 0) break;
    assert.ok(rows.length === 2 || seen.length === 4);
    seen.push(...rows.map(({ id }) => id));
  }
  const wanted = ids.map((id) => deliveryIdOf(id, 0)).toSorted();
  assert.deepEqual(seen, wanted.toReversed());
});

test("another account's scheduled mail is not at the recipient, and a test key sees only tests", async () => {
  const to = 'private@example.com';
  await send({ to, scheduled_at: inFuture(day) });
  const stranger = await api.makeAccount();
  assert.deepEqual((await stranger.ask(`GET /v1/recipients/${to}`)).body.data, []);
  const { body } = await account.ask('POST /v1/api-keys', { name: 'tests', kind: 'test' });
  const tester = api.as(body.key);
  assert.deepEqual((await tester(`GET /v1/recipients/${to}`)).body.data, []);
  const marked = await send({ to, scheduled_at: inFuture(day), sandbox: true });
  assert.deepEqual(
    (await tester(`GET /v1/recipients/${to}`)).body.data.map(({ message_id }: Json) => message_id),
    [marked.body.id],
  );
});
