/** A test key × every route of /openapi.json. A new route is in it without being named here. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { encodePatch } from '@waybill/mail/patch';
import { deliveryIdOf, parsePublicId, publicId } from '@waybill/relay/id';
import { eventually } from '../../support/eventually.ts';
import { everyRoute, isOpen, type Route } from './every-route.ts';
import { rawMail, type Seeded, seedAccount } from './seeded-account.ts';
import { type Ask, type Json, openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let owner: Seeded;
let ask: Ask;
let routes: readonly Route[];
/** A message that was sent with the test key, and what became of it. */
let sent: { readonly id: string; readonly delivery: string; readonly box: string };

/** As the worker and the sandbox would leave a message. */
async function deliver(id: string): Promise<{ readonly delivery: string; readonly box: string }> {
  const messageId = parsePublicId('msg', id) ?? '';
  const delivery = deliveryIdOf(messageId, 0);
  const at = new Date();
  const resolution = {
    accountId: owner.innerId,
    credentialId: undefined,
    by: 'auth',
    reason: 'x',
    rejected: [],
  };
  await openMessageStore({ database: api.test.database }).savePrepared({
    messageId,
    accountId: owner.innerId,
    streamId: undefined,
    resolution: resolution as never,
    notes: [],
    sandbox: true,
    deliveries: [
      {
        id: delivery,
        recipient: 'tess@example.com',
        index: 0,
        status: 'queued',
        reason: 'x',
        returnPath: 'b@bounces.test',
        patch: encodePatch([]),
        notes: [],
        expiresAt: new Date(at.getTime() + 86_400_000),
      },
    ],
    at,
  });
  const box = deliveryIdOf(messageId, 7);
  await api.dependencies.stores.sandbox.save({
    id: box,
    accountId: owner.innerId,
    deliveryId: delivery,
    mailFrom: 'b@bounces.test',
    rcptTo: 'tess@example.com',
    heloName: 'localhost',
    bytes: rawMail('tess@example.com'),
    receivedAt: at,
  });
  return { delivery: publicId('dlv', delivery), box: publicId('box', box) };
}

before(async () => {
  api = await openTestApi();
  owner = await seedAccount(api, 1);
  ask = api.as((await owner.ask('POST /v1/api-keys', { name: 't', kind: 'test' })).body.key);
  routes = (await everyRoute(api)).filter(({ path }) => path.startsWith('/v1/') || path === '/emails');
  const mail = {
    from: owner.from,
    to: 'tess@example.com',
    subject: 'Of the test key',
    text: 'x',
    custom_id: 'tk',
  };
  const { id } = (await ask('POST /v1/messages', mail)).body;
  sent = { id, ...(await deliver(id)) };
  // The last event of a test is shown when it has settled.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
});
after(() => api.close());

const isMail = (path: string): boolean => /^\/(?:emails|v1\/(?:messages|sandbox|explain))(?:\/|$)/.test(path);
const collectionOf = (path: string): string => {
  const [, , first = '', second = ''] = path.split('/');
  return first === 'admin' ? second : first;
};
const urlOf = ({ path }: Route): string => {
  const address = path.startsWith('/v1/suppressions') ? owner.suppressed : 'ada@example.com';
  const url = path
    .replace('{id}', owner.ids[collectionOf(path)] ?? owner.ids.messages ?? '')
    .replace('{address}', address);
  return path.endsWith('/content') ? `${url}?part=raw` : url;
};

const bodies: Readonly<Record<string, unknown>> = {
  'PATCH /v1/messages/{id}': { scheduled_at: new Date(Date.now() + 3_600_000).toISOString() },
};

/** Everything that is stored of settings and of live mail. */
const stored = async (): Promise<Json> =>
  (
    await api.test.database.pool.query(`SELECT
      (SELECT jsonb_agg(to_jsonb(k) - 'last_used_at' - 'last_used_ip' - 'last_used_agent' ORDER BY id) FROM api_key k) AS keys,
      (SELECT jsonb_agg(s ORDER BY id) FROM suppression s) AS suppressions,
      (SELECT jsonb_agg(s ORDER BY id) FROM stream s) AS streams,
      (SELECT jsonb_agg(d ORDER BY id) FROM sender_domain d) AS domains,
      (SELECT jsonb_agg(c.id ORDER BY id) FROM smtp_credential c) AS credentials,
      (SELECT jsonb_agg(n ORDER BY id) FROM ip_network n) AS networks,
      (SELECT jsonb_agg(f ORDER BY id) FROM from_address f) AS addresses,
      (SELECT jsonb_agg(a ORDER BY id) FROM account a) AS accounts,
      (SELECT jsonb_agg(d.status ORDER BY id) FROM delivery d) AS deliveries,
      (SELECT count(*) FROM sandbox_message b WHERE b.delivery_id IS NULL) AS sandbox`)
  ).rows[0];

/** Other mail and the operator's routes are not there; settings are there, and closed to a change. */
function expectedOf(route: Route): number | undefined {
  const { method, path } = route;
  if (isOpen(route)) return undefined;
  const isById = isMail(path) && path.includes('{id}');
  if (path.startsWith('/v1/admin/') || isById) return 404;
  return method !== 'GET' && !isMail(path) ? 403 : undefined;
}

async function tryRoute(route: Route): Promise<void> {
  const what = `${route.method} ${route.path}`;
  const body = bodies[what] ?? (route.method === 'GET' ? undefined : {});
  const answer = await ask(`${route.method} ${urlOf(route)}`, body);
  const said = `${what}: ${answer.status} ${answer.raw.body.slice(0, 300)}`;
  assert.ok(answer.status < 500, said);
  for (const text of [owner.ids.messages, owner.ids.deliveries, owner.ids.sandbox, 'Secret 1'])
    assert.ok(!answer.raw.body.includes(text ?? '?'), said);
  const expected = expectedOf(route);
  if (expected !== undefined) assert.equal(answer.status, expected, said);
}

test('no route shows a test key live mail, and none lets it change a setting', async () => {
  const before = await stored();
  for (const route of routes)
    if (`${route.method} ${route.path}` !== 'DELETE /v1/sandbox/messages') await tryRoute(route);
  assert.deepEqual(await stored(), before);
});

test('settings are read with a test key', async () => {
  for (const path of [
    'domains',
    'streams',
    'smtp-credentials',
    'api-keys',
    'ip-networks',
    'from-addresses',
    'suppressions',
  ]) {
    const { status, body } = await ask(`GET /v1/${path}`);
    assert.equal(status, 200, path);
    assert.ok(body.data.length > 0, path);
  }
  assert.equal((await ask(`GET /v1/domains/${owner.ids.domains}`)).status, 200);
  assert.equal((await ask('GET /v1/account')).status, 200);
});

test('a test key sees its own mail everywhere, and the live key sees both', async () => {
  const ids = async (by: Ask, path: string, name = 'id'): Promise<readonly string[]> =>
    (await by(`GET ${path}`)).body.data.map((row: Json) => row[name]);
  assert.deepEqual(await ids(ask, '/v1/messages'), [sent.id]);
  assert.deepEqual(
    (await ids(owner.ask, '/v1/messages')).toSorted(),
    [owner.ids.messages, sent.id].toSorted(),
  );
  assert.deepEqual(await ids(ask, '/v1/messages?custom_id=tk'), [sent.id]);
  assert.deepEqual(await ids(ask, `/v1/messages?q=${owner.ids.messages}`), []);
  assert.deepEqual(await ids(ask, '/v1/messages?to=ada@example.com'), []);
  for (const path of ['', '/trace', '/events', '/content?part=raw'])
    assert.equal((await ask(`GET /v1/messages/${sent.id}${path}`)).status, 200, path);
  const seen = await eventually('the event can be seen', async () => {
    const found = await ids(ask, '/v1/events', 'message_id');
    return found.length > 0 && found;
  });
  assert.deepEqual([...new Set(seen)], [sent.id]);
  assert.deepEqual(await ids(ask, `/v1/events?message_id=${owner.ids.messages}`), []);
  assert.deepEqual(await ids(ask, '/v1/recipients/tess@example.com', 'message_id'), [sent.id]);
  assert.deepEqual(await ids(ask, '/v1/recipients/ada@example.com', 'message_id'), []);
  assert.deepEqual(await ids(ask, '/v1/sandbox/messages'), [sent.box]);
  assert.equal((await ask(`GET /v1/sandbox/messages/${sent.box}/raw`)).status, 200);
});

test('mail that a live key sent with sandbox: true is a test', async () => {
  const mail = { from: owner.from, to: 'ada@example.com', text: 'x' };
  const marked = (await owner.ask('POST /v1/messages', { ...mail, sandbox: true })).body.id;
  const live = (await owner.ask('POST /v1/messages', mail)).body.id;
  assert.equal((await ask(`GET /v1/messages/${marked}`)).status, 200);
  assert.equal((await ask(`GET /v1/messages/${live}`)).status, 404);
});

test('a test key is not shown the stored answer of a live request', async () => {
  const mail = { from: owner.from, to: 'ada@example.com', text: 'x' };
  const headers = { 'idempotency-key': 'both' };
  const live = await owner.ask('POST /v1/messages', mail, headers);
  const own = await ask('POST /v1/messages', mail, headers);
  assert.equal(own.status, 202);
  assert.notEqual(own.body.id, live.body.id);
});

test('a test key cancels its own message and empties the sandbox of tests only', async () => {
  assert.equal((await ask(`POST /v1/messages/${sent.id}/cancel`)).status, 200);
  assert.deepEqual((await ask('DELETE /v1/sandbox/messages')).body, { removed: 1 });
  assert.equal((await owner.ask('GET /v1/sandbox/messages')).body.data.length, 1);
});
