import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { parsePublicId } from '@waybill/relay/id';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let account: Seeded;
const enqueued: (readonly [string, readonly string[]])[] = [];

before(async () => {
  const jobs = { enqueue: async (queue: string, ids: readonly string[]) => void enqueued.push([queue, ids]) };
  api = await openTestApi({ dependencies: { jobs } });
  account = await seedAccount(api, 1);
});
after(() => api.close());

const query = (sql: string, values: unknown[]) => api.test.database.pool.query(sql, values);

const audited = async (action: string): Promise<number> =>
  (await query('SELECT FROM audit_entry WHERE action = $1', [action])).rowCount ?? 0;

/** A fresh message that the worker put aside. */
async function heldMessage(): Promise<string> {
  const sent = await account.ask('POST /v1/messages', {
    from: account.from,
    to: 'ada@example.com',
    subject: 'x',
    text: 'Hi',
  });
  const messages = openMessageStore({ database: api.test.database });
  await messages.saveHeld(parsePublicId('msg', sent.body.id) ?? '', 'it is poison', new Date());
  return sent.body.id;
}

test('a held message is released, enqueued and audited, and its trace shows it', async () => {
  const id = await heldMessage();
  const before = await account.ask(`GET /v1/messages/${id}`);
  assert.deepEqual([before.body.state, before.body.reason], ['held', 'it is poison']);
  const released = await account.ask(`POST /v1/messages/${id}/release`);
  assert.deepEqual([released.status, released.body], [200, { id, deliveries: [] }]);
  assert.deepEqual(enqueued.at(-1), ['accepted', [parsePublicId('msg', id)]]);
  assert.equal(await audited('message.released'), 1);
  const { body: trace } = await account.ask(`GET /v1/messages/${id}/trace`);
  assert.equal(trace.state, 'accepted');
  assert.deepEqual(
    trace.entries.slice(-2).map(({ what, reason }: Record<string, string>) => [what, reason]),
    [
      ['held', 'It is poison.'],
      ['requeued', 'Released on request.'],
    ],
  );
  const again = await account.ask(`POST /v1/messages/${id}/release`);
  assert.deepEqual([again.status, again.body.detail], [409, 'nothing of this message is held']);
});

test('the operator releases inside an account; a key that may not send does not', async () => {
  const id = await heldMessage();
  const { body } = await account.ask('POST /v1/api-keys', { name: 'reader', scopes: ['messages:read'] });
  assert.equal((await api.as(body.key)(`POST /v1/messages/${id}/release`)).status, 403);
  assert.equal((await api.operator(`POST /v1/messages/${id}/release`)).status, 403);
  const inside = { 'waybill-account': account.id };
  assert.equal((await api.operator(`POST /v1/messages/${id}/release`, undefined, inside)).status, 200);
});

test('a delivery that was given up is retried, and the trace shows it', async () => {
  const { messages: id, deliveries: delivery } = account.ids;
  await query("UPDATE delivery SET status = 'failed', next_action_at = NULL WHERE id = $1", [
    parsePublicId('dlv', delivery ?? ''),
  ]);
  const retried = await account.ask(`POST /v1/messages/${id}/retry`);
  assert.deepEqual([retried.status, retried.body.deliveries], [200, [delivery]]);
  const { body: trace } = await account.ask(`GET /v1/messages/${id}/trace`);
  assert.equal(trace.deliveries[0].status, 'queued');
  assert.deepEqual(
    [trace.entries.at(-1).what, trace.entries.at(-1).reason, trace.reason],
    ['requeued', 'It is tried again on request.', 'it is tried again on request'],
  );
  await query("UPDATE delivery SET status = 'bounced', next_action_at = NULL WHERE id = $1", [
    parsePublicId('dlv', delivery ?? ''),
  ]);
  const refused = await account.ask(`POST /v1/messages/${id}/retry`);
  assert.equal(refused.status, 409);
  assert.match(refused.body.detail, /bounced/);
});
