/** docs/reliability.md S28: an erased recipient is nowhere in the database, and stays suppressed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { suppressionList } from '@waybill/io/postgres/directory/suppression-list';
import { parsePublicId } from '@waybill/relay/id';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let account: Seeded;
let other: Seeded;

before(async () => {
  api = await openTestApi();
  account = await seedAccount(api, 1);
  other = await seedAccount(api, 2);
});
after(() => api.close());

const query = async (sql: string, values: unknown[] = []): Promise<readonly Json[]> =>
  (await api.test.database.pool.query(sql, values)).rows;

/** Tables whose rows hold the text, in words or as bytes, of this account. Rows of other accounts are their own. */
async function tablesWith(text: string): Promise<readonly string[]> {
  const tables = await query(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
  );
  const found: string[] = [];
  for (const { table_name } of tables) {
    const [{ count }] = await query(
      `SELECT count(*)::integer AS count FROM "${table_name}" AS t
        WHERE (t::text ILIKE $1 OR t::text ILIKE $2) AND NOT coalesce(to_jsonb(t)->>'account_id' = $3, false)`,
      [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`, other.innerId],
    );
    if (count > 0) found.push(table_name);
  }
  return found;
}

const send = async (to: unknown, by = account, more: object = {}): Promise<string> => {
  const mail = { from: by.from, to, subject: `For ${[to].flat()[0]}`, text: 'Hello', ...more };
  const { body, raw } = await by.ask('POST /v1/messages', mail);
  assert.ok(body.id, raw.body);
  return parsePublicId('msg', body.id) ?? '';
};

/** As worker, engine and return path leave a message that was delivered to its recipients. */
async function deliver(messageId: string, { isFinal = true } = {}): Promise<void> {
  await query("UPDATE message SET state = 'processed', next_action_at = NULL WHERE id = $1", [messageId]);
  await query(
    `INSERT INTO delivery (id, message_id, account_id, stream_id, recipient, recipient_key, recipient_index, status, reason, patch,
        not_before, next_action_at, expires_at, status_changed_at)
      SELECT waybill_derive_id(id, 'dlv', place::integer - 1), id, account_id, stream_id, address, lower(address), place - 1,
        CASE WHEN $2 OR place = 1 THEN 'bounced' ELSE 'deferred' END, '550 5.1.1 <' || address || '> unknown', 'x'::bytea, now(),
        CASE WHEN $2 OR place = 1 THEN NULL ELSE now() END, now() + interval '1 day', now()
      FROM message, jsonb_array_elements_text(envelope->'rcptTo') WITH ORDINALITY AS t(address, place) WHERE id = $1`,
    [messageId, isFinal],
  );
  await query(
    `INSERT INTO attempt (id, delivery_id, account_id, number, lease_id, started_at, reply_text, transcript)
      SELECT waybill_derive_id(id, 'att', 1), id, account_id, 1, id, now(), reason, jsonb_build_array(jsonb_build_object('text', 'RCPT TO:<' || recipient || '>'))
      FROM delivery WHERE message_id = $1`,
    [messageId],
  );
  await query(
    `INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
      SELECT waybill_new_id(now()), account_id, message_id, id, 'bounced', now(), jsonb_build_object('recipient', recipient, 'reason', reason)
      FROM delivery WHERE message_id = $1`,
    [messageId],
  );
  await query(
    `INSERT INTO report (id, delivery_id, account_id, kind, bytes, received_at)
      SELECT waybill_new_id(now()), id, account_id, 'dsn', convert_to('Final-Recipient: rfc822; ' || recipient, 'UTF8'), now()
      FROM delivery WHERE message_id = $1`,
    [messageId],
  );
  await query(
    `INSERT INTO sandbox_message (id, account_id, delivery_id, mail_from, rcpt_to, helo_name, bytes, received_at)
      SELECT waybill_new_id(now()), account_id, id, '', recipient, 'x', convert_to('To: ' || recipient, 'UTF8'), now()
      FROM delivery WHERE message_id = $1`,
    [messageId],
  );
}

/** The worker asks the gates for the recipients in this table within seconds, and empties it. */
const gatesAreAsked = (): Promise<unknown> => query('DELETE FROM gate_check');

const VICTIM = 'vera.victim@example.com';

const erase = async (address: string): Promise<Json> => {
  const answer = await account.ask(`POST /v1/recipients/${encodeURIComponent(address)}/erasure`);
  assert.equal(answer.status, 201, answer.raw.body);
  return answer.body;
};

test('an erased recipient is in no table, and stays suppressed by its hash', async () => {
  await deliver(
    await send('Vera.Victim@Example.com', account, { metadata: { user: VICTIM }, custom_id: VICTIM }),
  );
  await deliver(await send(['bob@example.com', VICTIM]));
  await account.ask('POST /v1/suppressions', { address: VICTIM, reason: 'unsubscribe', note: VICTIM });
  await account.ask('POST /v1/messages', { from: account.from, to: VICTIM, text: 'refused' });
  const before = await tablesWith('victim@example.com');
  for (const table of [
    'audit_entry',
    'suppression',
    'message',
    'delivery',
    'attempt',
    'event',
    'report',
    'sandbox_message',
  ])
    assert.ok(before.includes(table), `${table}: ${before}`);
  const known = 'SELECT FROM known_recipient WHERE account_id = $1';
  await query('INSERT INTO known_recipient VALUES ($1, waybill_recipient_hash($1, $2))', [
    account.innerId,
    VICTIM,
  ]);
  const { status, report, completed_at } = await erase(VICTIM);
  assert.deepEqual(await query(known, [account.innerId]), [], 'also by its hash');
  assert.deepEqual([status, report.waiting], ['completed', 0], JSON.stringify(report));
  assert.ok(completed_at);
  assert.deepEqual(
    [report.messages, report.contents, report.attempts, report.reports, report.sandbox_messages],
    [2, 2, 3, 3, 3],
  );
  await gatesAreAsked();
  assert.deepEqual(await tablesWith('victim@example.com'), []);
  assert.deepEqual(await tablesWith('vera.victim'), []);
  const refused = await account.ask('POST /v1/messages', { from: account.from, to: VICTIM, text: 'x' });
  assert.equal(refused.body.code, 'recipient_suppressed');
  const { data } = (await account.ask('GET /v1/suppressions?reason=unsubscribe')).body;
  assert.match(data[0].address, /^erased:[\w-]{22}$/);
});

test('the other recipients of its messages stay, and so do counts and the chain of the audit log', async () => {
  const { data } = (await account.ask('GET /v1/recipients/bob@example.com')).body;
  assert.equal(data.length, 1);
  const { body } = await account.ask(`GET /v1/messages/${data[0].message_id}`);
  assert.deepEqual(body.recipients, ['bob@example.com', 'erased@erased.invalid']);
  assert.equal((await api.dependencies.stores.auditLog.verify()).ok, true);
  const [entry] = (await account.ask('GET /v1/audit-log?action=recipient.erased')).body.data;
  assert.match(entry.target, /^era_/);
});

test('mail that waits for the person alone is cancelled', async () => {
  const id = await send('wanda@example.com', account, {
    scheduled_at: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const { status } = await erase('wanda@example.com');
  assert.equal(status, 'completed');
  assert.deepEqual(await query('SELECT status, recipient FROM delivery WHERE message_id = $1', [id]), [
    { status: 'cancelled', recipient: 'erased@erased.invalid' },
  ]);
  await gatesAreAsked();
  assert.deepEqual(await tablesWith('wanda@example.com'), []);
});

test('a message that is on its way to others keeps its bytes until it has ended, then the erasure completes', async () => {
  const id = await send(['petra@example.com', 'bob@example.com']);
  await deliver(id, { isFinal: false });
  const pending = await erase('petra@example.com');
  assert.deepEqual([pending.status, pending.report.waiting], ['pending', 1]);
  assert.equal((await query('SELECT FROM message_content WHERE message_id = $1', [id])).length, 1);
  await query("UPDATE delivery SET status = 'delivered', next_action_at = NULL WHERE message_id = $1", [id]);
  await gatesAreAsked();
  const { erasures } = api.dependencies.stores;
  for (const one of await erasures.pending()) await erasures.work(one, new Date());
  const done = await account.ask(`GET /v1/erasures/${pending.id}`);
  assert.deepEqual([done.body.status, done.body.report.waiting], ['completed', 0]);
  assert.deepEqual(await tablesWith('petra@example.com'), []);
});

test("another account's mail to the same person stays", async () => {
  const id = await send(VICTIM, other);
  await erase(VICTIM);
  assert.equal((await query('SELECT FROM message_content WHERE message_id = $1', [id])).length, 1);
  const list = suppressionList(api.test.database, { erasedKey: api.dependencies.erasedKey });
  assert.equal((await list.among(other.innerId, undefined, [VICTIM])).size, 0);
  assert.equal((await list.among(account.innerId, undefined, [VICTIM])).size, 1);
});
