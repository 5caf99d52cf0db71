/** Kind by kind: what the audit log holds of a change, before and after, and that it holds no secret. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { dnsIn } from '@waybill/relay/domains/dns.test-support';
import { parsePublicId } from '@waybill/relay/id';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

const day = 86_400_000;
let clock = Date.now();
const zone = new Map<string, readonly string[]>();
const lookUp = dnsIn(zone);

let api: TestApi;
let account: Seeded;
before(async () => {
  api = await openTestApi({ dependencies: { lookUp, now: () => new Date(clock) } });
  account = await seedAccount(api, 1);
});
after(() => api.close());

const entries = async (action: string): Promise<readonly Json[]> =>
  (await api.operator(`GET /v1/admin/audit-log?action=${action}&limit=100`)).body.data;
/** Before and after of the newest entry with this word. */
const changeOf = async (action: string, target: string): Promise<readonly [before: Json, after: Json]> => {
  const [entry] = await entries(action);
  assert.equal(entry?.target, target, action);
  return [entry.detail.before, entry.detail.after];
};

test('a domain: new as a whole, checked, rotated and gone; the same finding again leaves no entry', async () => {
  const made = (await account.ask('POST /v1/domains', { domain: 'audited.example' })).body;
  const path = `/v1/domains/${made.id}`;
  assert.deepEqual(await changeOf('domain.created', made.id), [null, made]);

  for (const { type, name, value } of made.records) if (type === 'TXT') zone.set(name, [value]);
  clock += 60_000;
  await account.ask(`POST ${path}/verify`);
  const [unchecked, checked] = await changeOf('domain.checked', made.id);
  assert.deepEqual([unchecked.status, checked.status], ['pending', 'verified']);
  assert.deepEqual([unchecked.checked_at, checked.checked_at], [null, new Date(clock).toISOString()]);
  assert.ok(!('domain' in checked));

  clock += 60_000;
  assert.equal((await account.ask(`POST ${path}/verify`)).status, 200);
  // The keys that the look-up before made active.
  const count = (await entries('domain.checked')).length;
  clock += 60_000;
  const same = await account.ask(`POST ${path}/verify`);
  assert.equal(same.body.checked_at, new Date(clock).toISOString());
  assert.equal((await entries('domain.checked')).length, count);

  await account.ask(`POST ${path}/dkim/rotate`);
  const [old, rotated] = await changeOf('domain.dkim_rotated', made.id);
  assert.deepEqual(
    [old, rotated].map(({ dkim_keys }) => dkim_keys.map(({ state }: Json) => state)),
    [
      ['active', 'active'],
      ['active', 'active', 'published', 'published'],
    ],
  );

  const last = (await account.ask(`GET ${path}`)).body;
  await account.ask(`DELETE ${path}`);
  assert.deepEqual(await changeOf('domain.deleted', made.id), [last, null]);
  assert.doesNotMatch(JSON.stringify(await entries('domain.created')), /PRIVATE/);
});

test('a new secret of a credential: that it is another one, and until when the old one works', async () => {
  const id = account.ids['smtp-credentials'] ?? '';
  const { body } = await account.ask(`POST /v1/smtp-credentials/${id}/rotate`, { grace_minutes: 60 });
  assert.deepEqual(await changeOf('smtp_credential.rotated', id), [
    { secret: '[secret]', previous_secret_expires_at: null },
    { secret: '[secret]', previous_secret_expires_at: new Date(clock + 3_600_000).toISOString() },
  ]);
  assert.ok(!JSON.stringify(await entries('smtp_credential.rotated')).includes(body.secret));
});

test('cancelling shows state and status of what it moved', async () => {
  const at = new Date(Date.now() + day).toISOString();
  const mail = { from: account.from, to: 'ada@example.com', text: 'x', scheduled_at: at };
  const { id, deliveries } = (await account.ask('POST /v1/messages', mail)).body;
  await account.ask(`POST /v1/messages/${id}/cancel`);
  const delivery = deliveries[0].id;
  assert.deepEqual(await changeOf('message.cancelled', id), [
    { state: 'accepted', deliveries: [{ id: delivery, status: 'scheduled', next_attempt_at: at }] },
    { state: 'processed', deliveries: [{ id: delivery, status: 'cancelled', next_attempt_at: null }] },
  ]);
});

test('retrying and releasing show what they moved, and a refused one leaves no entry', async () => {
  const { messages: id = '', deliveries: delivery = '' } = account.ids;
  await api.test.database.pool.query(
    "UPDATE delivery SET status = 'failed', next_action_at = NULL WHERE id = $1",
    [parsePublicId('dlv', delivery)],
  );
  await account.ask(`POST /v1/messages/${id}/retry`);
  const due = new Date(clock).toISOString();
  assert.deepEqual(await changeOf('message.retried', id), [
    { deliveries: [{ id: delivery, status: 'failed', next_attempt_at: null }] },
    { deliveries: [{ id: delivery, status: 'queued', next_attempt_at: due }] },
  ]);

  const sent = (await account.ask('POST /v1/messages', { from: account.from, to: 'a@b.example', text: 'x' }))
    .body;
  const store = openMessageStore({ database: api.test.database });
  await store.saveHeld(parsePublicId('msg', sent.id) ?? '', 'it is poison', new Date());
  await account.ask(`POST /v1/messages/${sent.id}/release`);
  assert.deepEqual(await changeOf('message.released', sent.id), [{ state: 'held' }, { state: 'accepted' }]);
  assert.equal((await account.ask(`POST /v1/messages/${sent.id}/release`)).status, 409);
  assert.equal((await entries('message.released')).length, 1);
});

test('a message that is removed from the sandbox is named, without its subject and the link that opens it', async () => {
  const id = account.ids.sandbox ?? '';
  const { url, subject, from, ...shown } = (await account.ask(`GET /v1/sandbox/messages?limit=1`)).body
    .data[0];
  assert.equal(shown.id, id);
  assert.ok(url && subject && from);
  await account.ask(`DELETE /v1/sandbox/messages/${id}`);
  assert.deepEqual(await changeOf('sandbox.cleared', id), [shown, null]);
});

test('a From address: registered, asked again, vouched for once, and removed', async () => {
  const made = (await account.ask('POST /v1/from-addresses', { address: 'Desk@partner.example' })).body;
  const { confirmation: _, ...view } = made;
  assert.deepEqual(await changeOf('from_address.created', made.id), [null, view]);

  clock += day + 1;
  const { body } = await account.ask(`POST /v1/from-addresses/${made.id}/confirmation`);
  assert.equal(body.confirmation.mailed, true);
  assert.deepEqual(await changeOf('from_address.confirmation_mailed', made.id), [
    { confirmation: null },
    { confirmation: body.confirmation },
  ]);

  const count = (await entries('from_address.vouched')).length;
  for (let time = 0; time < 2; time += 1)
    await api.operator(`POST /v1/from-addresses/${made.id}/vouch`, undefined, {
      'waybill-account': account.id,
    });
  assert.deepEqual(await changeOf('from_address.vouched', made.id), [
    { status: 'unconfirmed', proof: null },
    { status: 'vouched', proof: 'operator' },
  ]);
  assert.equal((await entries('from_address.vouched')).length, count + 1);

  await account.ask(`DELETE /v1/from-addresses/${made.id}`);
  const vouched = { ...view, status: 'vouched', proof: 'operator' };
  assert.deepEqual(await changeOf('from_address.deleted', made.id), [vouched, null]);
});

test('of a list of suppressions only the new addresses are noted, and what is removed is named', async () => {
  await account.ask('POST /v1/suppressions', { address: 'known@example.net' });
  const suppressions = [{ address: 'known@example.net' }, { address: 'New@example.net' }];
  assert.equal((await account.ask('POST /v1/suppressions', { suppressions })).body.created, 1);
  assert.deepEqual(await changeOf('suppression.created', '2 addresses'), [
    null,
    { addresses: ['new@example.net'] },
  ]);
  const { data } = (await account.ask('GET /v1/suppressions/known@example.net')).body;
  await account.ask('DELETE /v1/suppressions/known@example.net');
  assert.deepEqual(await changeOf('suppression.deleted', 'known@example.net'), [
    { suppressions: data },
    null,
  ]);
});

test('an account: resumed, and its deletion asked for', async () => {
  const made = (await api.operator('POST /v1/admin/accounts', { name: 'Leaving' })).body;
  const path = `/v1/admin/accounts/${made.id}`;
  await api.operator(`POST ${path}/suspend`, { reason: 'unpaid' });
  await api.operator(`POST ${path}/resume`);
  assert.deepEqual(await changeOf('account.resumed', made.id), [
    { status: 'suspended', suspended_reason: 'unpaid' },
    { status: 'active', suspended_reason: null },
  ]);
  const gone = (await api.operator(`DELETE ${path}`)).body;
  assert.deepEqual(await changeOf('account.deletion_requested', made.id), [
    { status: 'active', deletion: null },
    { status: 'deleting', deletion: gone.deletion },
  ]);
});

test('an operator who sends inside an account is written down without the message', async () => {
  const mail = { from: account.from, to: 'ada@example.com', text: 'a private word' };
  const inside = { 'waybill-account': account.id };
  assert.equal((await api.operator('POST /v1/messages', mail, inside)).status, 202);
  const [entry] = await entries('account.visited');
  assert.equal(entry.detail.request, 'POST /v1/messages');
  assert.doesNotMatch(JSON.stringify(entry), /private word/);
});
