/** The official client of Resend, unmodified, with the URL of this installation. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { signatureHeaders } from '@waybill/relay/webhooks/signature';
import { Resend } from 'resend';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let account: Seeded;
let baseUrl: string;
let resend: Resend;

before(async () => {
  api = await openTestApi();
  account = await seedAccount(api, 1);
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  baseUrl = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  resend = new Resend(account.key, { baseUrl });
});
after(() => api.close());

const mail = (more: object = {}) => ({
  from: `Acme <${account.from}>`,
  to: ['ada@example.com'],
  subject: 'Your order',
  html: '<p>It is on its way.</p>',
  text: 'It is on its way.',
  ...more,
});

const idOf = ({ data, error }: { data: { id: string } | null; error: unknown }): string => {
  assert.equal(error, null);
  return data?.id ?? '';
};

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

test('it sends a message and reads it', async () => {
  const attachments = [{ filename: 'a.txt', content: Buffer.from('x').toString('base64') }];
  const people = { cc: 'bob@example.com', bcc: ['eve@example.com'], replyTo: 'help@acme.test' };
  const tags = [{ name: 'kind', value: 'order' }];
  const id = idOf(await resend.emails.send(mail({ ...people, tags, attachments })));
  const { data, error } = await resend.emails.get(id);
  assert.equal(error, null);
  assert.deepEqual(
    [data?.object, data?.id, data?.to, data?.cc, data?.bcc, data?.reply_to],
    ['email', id, ['ada@example.com'], ['bob@example.com'], ['eve@example.com'], ['help@acme.test']],
  );
  assert.deepEqual([data?.subject, data?.last_event, data?.tags], ['Your order', 'queued', tags]);
  assert.match(data?.html ?? '', /on its way/);
  assert.match(data?.from ?? '', /Acme.*app@seeded-1\.test/);
  assert.match(data?.message_id ?? '', /^<[^<>]+@seeded-1\.test>$/);
  const { data: list } = await resend.emails.list();
  assert.equal(list?.data.find((one) => one.id === id)?.message_id, data?.message_id);
});

test('the same idempotency key sends once', async () => {
  const ids = [];
  for (let times = 0; times < 2; times++)
    ids.push(idOf(await resend.emails.send(mail(), { idempotencyKey: 'order-7' })));
  assert.equal(ids[0], ids[1]);
});

test('it sends a batch, and nothing of a batch in which one is refused', async () => {
  const { data, error } = await resend.batch.send([mail(), mail({ to: 'bob@example.com' })]);
  assert.equal(error, null);
  assert.equal(data?.data.length, 2);
  const count = async () => (await account.ask('GET /v1/messages?limit=100')).body.data.length;
  const before = await count();
  for (const wrong of [
    { from: 'evil@elsewhere.example' },
    { to: 'no address' },
    { to: account.suppressed },
  ]) {
    const refused = await resend.batch.send([mail(), mail(wrong)]);
    assert.ok(refused.error, JSON.stringify(wrong));
    assert.equal(await count(), before, 'the good one was not sent either');
  }
});

test('a permissive batch sends the good ones and names the others', async () => {
  const { data, error } = await resend.batch.send([mail({ from: 'evil@elsewhere.example' }), mail()], {
    batchValidation: 'permissive',
  });
  assert.equal(error, null);
  assert.equal(data?.data.length, 1);
  assert.deepEqual(
    data?.errors?.map(({ index }) => index),
    [0],
  );
});

test('it lists messages page by page', async () => {
  const first = await resend.emails.list({ limit: 2 });
  assert.deepEqual([first.data?.object, first.data?.has_more, first.data?.data.length], ['list', true, 2]);
  const after = first.data?.data.at(-1)?.id ?? '';
  const second = await resend.emails.list({ limit: 2, after });
  assert.ok((second.data?.data[0]?.id ?? '') < after);
});

test('it lists in both directions: before an id stand the items next above it, newest first', async () => {
  for (let sent = 0; sent < 5; sent++) idOf(await resend.emails.send(mail()));
  const { data: all } = await resend.emails.list({ limit: 5 });
  const ids = all?.data.map(({ id }) => id) ?? [];
  const before = async (id: string, limit: number) => {
    const { data } = await resend.emails.list({ limit, before: id });
    return [data?.data.map((one) => one.id), data?.has_more];
  };
  assert.deepEqual(await before(ids[4] ?? '', 2), [ids.slice(2, 4), true]);
  assert.deepEqual(await before(ids[2] ?? '', 2), [ids.slice(0, 2), false]);
  assert.deepEqual(await before(ids[0] ?? '', 2), [[], false]);
  const both = await account.ask(`GET /emails?after=${ids[0]}&before=${ids[1]}`);
  assert.deepEqual([both.status, both.body.name], [400, 'validation_error']);
  assert.match(both.body.message, /\/before: cannot be used with after/);
});

test('a test key pages back through its own messages only', async () => {
  const { key } = (await account.ask('POST /v1/api-keys', { name: 'test', kind: 'test' })).body;
  const tester = new Resend(key, { baseUrl });
  const sent = [];
  for (let times = 0; times < 3; times++) {
    sent.unshift(idOf(await tester.emails.send(mail())));
    idOf(await resend.emails.send(mail()));
  }
  const { data } = await tester.emails.list({ limit: 1, before: sent[2] ?? '' });
  assert.deepEqual([data?.data.map(({ id }) => id), data?.has_more], [[sent[1]], true]);
  const { data: rest } = await tester.emails.list({ before: sent[1] ?? '' });
  assert.deepEqual([rest?.data.map(({ id }) => id), rest?.has_more], [[sent[0]], false]);
});

test('it moves and cancels a scheduled message', async () => {
  const id = idOf(await resend.emails.send(mail({ scheduledAt: inAnHour() })));
  assert.equal((await resend.emails.get(id)).data?.last_event, 'scheduled');
  const at = new Date(Date.now() + 7_200_000).toISOString();
  assert.deepEqual((await resend.emails.update({ id, scheduledAt: at })).data, { object: 'email', id });
  assert.equal((await resend.emails.get(id)).data?.scheduled_at, at);
  assert.deepEqual((await resend.emails.cancel(id)).data, { object: 'email', id });
  assert.equal((await resend.emails.get(id)).data?.last_event, 'canceled');
});

test('it makes, lists and removes API keys, and a sending key sends only', async () => {
  const made = await resend.apiKeys.create({ name: 'sender', permission: 'sending_access' });
  assert.equal(made.error, null);
  const sender = new Resend(made.data?.token, { baseUrl });
  idOf(await sender.emails.send(mail()));
  assert.equal((await sender.emails.list()).error?.name, 'restricted_api_key');
  const listed = await resend.apiKeys.list();
  assert.ok(listed.data?.data.some(({ id, name }) => id === made.data?.id && name === 'sender'));
  assert.equal((await resend.apiKeys.remove(made.data?.id ?? '')).error, null);
  assert.equal((await sender.emails.send(mail())).error?.name, 'invalid_api_key');
});

test('a key for one domain sends as this domain only, and can be renamed', async () => {
  const own = idOf(await resend.domains.create({ name: 'seeded-1.test' }));
  const other = idOf(await resend.domains.create({ name: 'other.example' }));
  const keyFor = (domain_id: string) =>
    resend.apiKeys.create({ name: 'one domain', permission: 'sending_access', domain_id });
  const right = new Resend((await keyFor(own)).data?.token, { baseUrl });
  idOf(await right.emails.send(mail()));
  const wrong = new Resend((await keyFor(other)).data?.token, { baseUrl });
  const refused = await wrong.emails.send(mail());
  assert.equal((refused.error as unknown as { code: string }).code, 'sender_not_verified');

  const none = await keyFor('dom_00000000000000000000000000');
  assert.deepEqual([none.error?.name, none.error?.statusCode], ['validation_error', 400]);
  const full = await resend.apiKeys.create({ name: 'full', domain_id: own });
  assert.match(full.error?.message ?? '', /domain_id: needs the permission sending_access/);

  const { data: key } = await keyFor(own);
  assert.deepEqual((await resend.apiKeys.update(key?.id ?? '', { name: 'renamed' })).data, {
    object: 'api_key',
    id: key?.id,
  });
  const { data: keys } = await resend.apiKeys.list({ limit: 1 });
  assert.equal(keys?.data[0]?.name, 'renamed');
  const { data: two } = await resend.apiKeys.list({ limit: 2 });
  const { data: newer } = await resend.apiKeys.list({ before: two?.data[1]?.id ?? '' });
  assert.deepEqual([newer?.data.map(({ id }) => id), newer?.has_more], [[two?.data[0]?.id], false]);
});

test('errors have the names of Resend, and our code and fix besides', async () => {
  const { error } = await resend.emails.send(mail({ from: 'evil@elsewhere.example' }));
  assert.deepEqual([error?.name, error?.statusCode], ['validation_error', 403]);
  assert.match(error?.message ?? '', /Sender/);
  assert.equal((error as unknown as { code: string }).code, 'sender_not_verified');
  const missing = await resend.emails.get('msg_00000000000000000000000000');
  assert.deepEqual([missing.error?.name, missing.error?.statusCode], ['not_found', 404]);
  const keyless = await fetch(`${baseUrl}/emails`);
  assert.equal(((await keyless.json()) as { name: string }).name, 'missing_api_key');
});

test('it makes, reads, lists, changes and removes a webhook, and verifies what it is sent', async () => {
  const endpoint = 'https://hooks.acme.example/resend';
  const { data: made } = await resend.webhooks.create({
    endpoint,
    events: ['email.bounced', 'email.delivered'],
  });
  assert.match(made?.signing_secret ?? '', /^whsec_/);
  const id = made?.id ?? '';
  const { data: read } = await resend.webhooks.get(id);
  assert.deepEqual(
    [read?.object, read?.endpoint, read?.status, read?.events],
    ['webhook', endpoint, 'enabled', ['email.delivered', 'email.bounced']],
  );
  assert.equal((await resend.webhooks.update(id, { status: 'disabled' })).data?.id, id);
  const { data: list } = await resend.webhooks.list({ limit: 10 });
  assert.equal(list?.data.find((one) => one.id === id)?.status, 'disabled');
  const { data: newer } = await resend.webhooks.list({ before: id });
  assert.deepEqual([newer?.data, newer?.has_more], [[], false]);
  const body = '{"type":"message.bounced"}';
  const headers = signatureHeaders({ id: 'evt_1', at: new Date(), body }, [made?.signing_secret ?? '']);
  const verified = resend.webhooks.verify({
    payload: body,
    headers: {
      id: headers['webhook-id'],
      timestamp: headers['webhook-timestamp'],
      signature: headers['webhook-signature'],
    },
    webhookSecret: made?.signing_secret ?? '',
  });
  assert.deepEqual(verified, JSON.parse(body));
  assert.equal((await resend.webhooks.remove(id)).data?.deleted, true);
  assert.equal((await resend.webhooks.get(id)).error?.name, 'not_found');
});

test('a webhook with a private address or an unknown event is a validation error', async () => {
  const inner = await resend.webhooks.create({ endpoint: 'https://127.0.0.1/', events: ['email.bounced'] });
  assert.deepEqual([inner.error?.name, inner.error?.statusCode], ['validation_error', 400]);
  const unknown = await resend.webhooks.create({
    endpoint: 'https://hooks.acme.example/',
    events: ['contact.created'],
  });
  assert.equal(unknown.error?.name, 'validation_error');
});
