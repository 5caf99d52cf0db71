/** One spelling for everything that leaves: snake_case names, and ids that say what they are of. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { suppressionList } from '@waybill/io/postgres/directory/suppression-list';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { makeId, publicId } from '@waybill/relay/id';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let owner: Seeded;
const messageId = makeId(new Date(), randomBytes(10));
before(async () => {
  api = await openTestApi();
  owner = await seedAccount(api, 1);
  const { database } = api.test;
  const accountId = owner.innerId;
  await openMessageStore({ database }).saveDiscard({
    id: makeId(new Date(), randomBytes(10)),
    messageId,
    stage: 'worker',
    resolution: {
      accountId: undefined,
      credentialId: undefined,
      by: undefined,
      reason: 'two accounts claim it',
      rejected: [{ accountId, by: 'ip', reason: 'shared' }],
    },
    evidence: {
      header: { accountId, credentialId: undefined },
      connectingIp: '192.0.2.1',
      networks: [{ accountId, cidr: '192.0.2.0/24', prefixLength: 24, shared: true }],
      liveAccounts: [accountId],
      acceptedFor: accountId,
      session: { clientIp: '192.0.2.1', heloName: 'app' },
      rcptTo: ['ada@example.com'],
    },
    occurredAt: new Date(),
  });
  await suppressionList(database).add(
    accountId,
    { address: 'gone@example.com', reason: 'hard_bounce', streamId: undefined },
    { delivery_id: messageId, report_id: messageId, reason: 'refused' },
  );
});
after(() => api.close());

/** Names that are written by clients, not by us. */
const foreign = ['metadata', 'headers', 'message_id_header'];
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** A Message-ID (RFC 5322 §3.6.4), as Resend shows it. The composer makes it of a UUID. */
const isMessageId = (text: string): boolean => /^<[^<>@]+@[^<>@]+>$/.test(text);

function faultsOf(value: Json, at: string): readonly string[] {
  if (typeof value === 'string') return uuid.test(value) && !isMessageId(value) ? [`${at}: ${value}`] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, item]) => [
    ...(/^[a-z0-9_]+$/.test(name) ? [] : [`${at}.${name}`]),
    ...(foreign.includes(name) ? [] : faultsOf(item, `${at}.${name}`)),
  ]);
}

function urlOf(path: string): string {
  const parts = path.split('/');
  const named = parts[1] === 'v1' ? parts[parts[2] === 'admin' ? 3 : 2] : parts[1];
  const isDelivery = path.startsWith('/v1/webhooks/deliveries/');
  const collection = isDelivery ? 'webhook-deliveries' : named === 'emails' ? 'messages' : (named ?? '');
  return path.replace('{id}', owner.ids[collection] ?? '').replace('{address}', 'gone@example.com');
}

test('no answer holds a camelCase name or a bare UUID', async () => {
  const { paths } = (await api.as(undefined)('GET /openapi.json')).body;
  const readable = Object.keys(paths).filter((path) => 'get' in paths[path]);
  const faults: string[] = [];
  let read = 0;
  for (const path of readable) {
    const ask = path.startsWith('/v1/admin/') ? api.operator : owner.ask;
    const { status, body } = await ask(`GET ${urlOf(path)}`);
    if (status === 200) read++;
    faults.push(...faultsOf(body, path));
  }
  assert.ok(read > 20, `${read} answers were read`);
  assert.deepEqual(faults, []);
});

test('discards show their evidence in the names and ids of the API', async () => {
  const [discard] = (await api.operator(`GET /v1/admin/discards?message_id=${publicId('msg', messageId)}`))
    .body.data;
  assert.deepEqual(discard.evidence.header, { account_id: owner.id });
  assert.deepEqual(discard.evidence.live_accounts, [owner.id]);
  assert.equal(discard.evidence.accepted_for, owner.id);
  assert.deepEqual(discard.evidence.session, { client_ip: '192.0.2.1', helo_name: 'app' });
  assert.deepEqual(discard.evidence.rcpt_to, ['ada@example.com']);
  assert.equal(discard.resolution.rejected[0].account_id, owner.id);
});

test('the evidence of a suppression leads to the delivery and the report', async () => {
  const [suppression] = (await owner.ask('GET /v1/suppressions/gone@example.com')).body.data;
  assert.equal(suppression.evidence.delivery_id, publicId('dlv', messageId));
  assert.equal(suppression.evidence.report_id, publicId('rep', messageId));
});

test('a trace shows the session in the names of the API', async () => {
  const { session } = (await owner.ask(`GET /v1/messages/${owner.ids.messages}/trace`)).body;
  assert.deepEqual([session.via, 'client_ip' in session, 'clientIp' in session], ['http', true, false]);
});
