/** Every id and name that a list shows finds what it stands for, as a filter and as a search term. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let owner: Seeded;
let other: Seeded;
/** What `GET /v1/messages` shows of the seeded message, and a second one with Unicode in it. */
let shown: Json;
let unicode: Json;
before(async () => {
  api = await openTestApi();
  owner = await seedAccount(api, 1);
  other = await seedAccount(api, 2);
  const sent = await owner.ask('POST /v1/messages', {
    from: owner.from,
    to: ['Zoë@müller.example', 'Plain.Name@example.com'],
    subject: 'Grüße aus ÅRHUS',
    text: 'Hi',
    custom_id: 'Bestellung-Ä 7',
    tags: [{ name: 'order', value: 'seven' }],
    metadata: { cart: 'c-1' },
    stream: 'news-1',
  });
  assert.equal(sent.status, 202, sent.raw.body);
  const { data } = (await owner.ask('GET /v1/messages')).body;
  unicode = data.find(({ id }: Json) => id === sent.body.id);
  shown = data.find(({ id }: Json) => id === owner.ids.messages);
});
after(() => api.close());

const found = async (query: Record<string, string>): Promise<readonly string[]> => {
  const { status, body, raw } = await owner.ask(`GET /v1/messages?${new URLSearchParams(query)}`);
  assert.equal(status, 200, raw.body);
  return body.data.map(({ id }: Json) => id);
};

const bare = (id: string): string => id.replace(/^<|>$/g, '');
const nfd = (text: string): string => text.normalize('NFD');
const searches: readonly (readonly [what: string, query: () => Record<string, string>, whose: () => Json])[] =
  [
    ['its id', () => ({ q: shown.id }), () => shown],
    ['its id in upper case', () => ({ q: ` ${shown.id.toUpperCase()} ` }), () => shown],
    ['the id of a delivery', () => ({ q: owner.ids.deliveries ?? '' }), () => shown],
    ['its Message-ID as it is shown', () => ({ q: shown.message_id_header }), () => shown],
    ['its Message-ID with brackets', () => ({ q: `<${bare(shown.message_id_header)}>` }), () => shown],
    ['its Message-ID without brackets', () => ({ q: bare(shown.message_id_header) }), () => shown],
    [
      'a word of the subject in another case',
      () => ({ q: 'grÜSSE århus'.replace('SS', 'ß') }),
      () => unicode,
    ],
    ['a word of the subject in another normal form', () => ({ q: nfd('grüße') }), () => unicode],
    ['its custom id', () => ({ q: 'Bestellung-Ä 7' }), () => unicode],
    [
      'its custom id as a filter, in another normal form',
      () => ({ custom_id: nfd('Bestellung-Ä 7') }),
      () => unicode,
    ],
    ['a recipient in another case', () => ({ to: 'PLAIN.name@EXAMPLE.com' }), () => unicode],
    [
      'a recipient beyond ASCII in another case and form',
      () => ({ to: nfd('ZOË@müller.example') }),
      () => unicode,
    ],
    ['the domain of a recipient as people write it', () => ({ domain: 'Müller.example' }), () => unicode],
    [
      'the domain of a recipient as DNS writes it',
      () => ({ domain: 'xn--mller-kva.example' }),
      () => unicode,
    ],
    ['the id of its stream as a search term', () => ({ q: unicode.stream_id }), () => unicode],
    ['the id of its stream as a filter', () => ({ stream: unicode.stream_id }), () => unicode],
  ];
for (const [what, query, whose] of searches)
  test(`a message is found by ${what}`, async () => {
    assert.deepEqual(await found(query()), [whose().id]);
  });

test('the API key that sent a message finds it, as a filter and as a search term', async () => {
  assert.match(shown.credential_id, /^key_/);
  for (const name of ['credential', 'q']) {
    const ids = await found({ [name]: shown.credential_id });
    assert.deepEqual(ids.toSorted(), [shown.id, unicode.id].toSorted());
  }
  assert.deepEqual(await found({ credential: `cred_${'0'.repeat(26)}` }), []);
  assert.deepEqual(
    await found({ q: shown.credential_id, credential: owner.ids['smtp-credentials'] ?? '' }),
    [],
  );
});

test("another account's ids find nothing", async () => {
  for (const id of [other.ids.messages, other.ids.deliveries, other.ids['api-keys'], other.ids.streams])
    assert.deepEqual(await found({ q: id ?? '' }), []);
});

test('events are found by their message and their delivery, and carry what the message was given', async () => {
  // Behind transactions of other tests on the same server.
  const data: Json[] = await eventually('the event can be seen', async () => {
    const { body } = await owner.ask(`GET /v1/events?message_id=${owner.ids.messages}`);
    return body.data.length > 0 && body.data;
  });
  assert.deepEqual(
    data.map(({ type, message_id, delivery_id }: Json) => [type, message_id, delivery_id]),
    [['message.queued', owner.ids.messages, owner.ids.deliveries]],
  );
  const byDelivery = await owner.ask(`GET /v1/events?delivery_id=${owner.ids.deliveries}`);
  assert.deepEqual(byDelivery.body.data, data);
  assert.deepEqual((await other.ask(`GET /v1/events?message_id=${owner.ids.messages}`)).body.data, []);
  const byEvent = await found({ q: data[0].id });
  assert.deepEqual(byEvent, [owner.ids.messages]);
  assert.deepEqual([data[0].custom_id, data[0].tags, data[0].metadata, data[0].sequence], [null, [], {}, 1]);
});

test('events of a message are numbered in the order in which they happened', async () => {
  const cancelled = await owner.ask(`POST /v1/messages/${owner.ids.messages}/cancel`);
  assert.equal(cancelled.status, 200, cancelled.raw.body);
  const { data } = (await owner.ask(`GET /v1/messages/${owner.ids.messages}/events`)).body;
  assert.deepEqual(
    data.map(({ type, sequence }: Json) => [type, sequence]),
    [
      ['message.queued', 1],
      ['message.cancelled', 2],
    ],
  );
});

test('accounts are found by a part of their name in any case, by id and by status', async () => {
  const { id } = (await api.operator('POST /v1/admin/accounts', { name: 'Café Ørsted 100%' })).body;
  const names = async (query: Record<string, string>): Promise<readonly string[]> => {
    const { status, body, raw } = await api.operator(`GET /v1/admin/accounts?${new URLSearchParams(query)}`);
    assert.equal(status, 200, raw.body);
    return body.data.map((one: Json) => one.name);
  };
  for (const q of ['café', nfd('CAFÉ'), 'øRST', '100%', id, id.toUpperCase()])
    assert.deepEqual(await names({ q }), ['Café Ørsted 100%'], q);
  assert.deepEqual(await names({ q: '1%0' }), []);
  assert.deepEqual(await names({ status: 'suspended' }), []);
  await api.operator(`POST /v1/admin/accounts/${id}/suspend`, { reason: 'x' });
  assert.deepEqual(await names({ status: 'suspended' }), ['Café Ørsted 100%']);
  assert.deepEqual(await names({ status: 'active', q: 'café' }), []);
});

test('audit entries are found by actor, action and target as they are shown', async () => {
  const made = await owner.ask('POST /v1/streams', { name: 'audited' });
  const path = `GET /v1/audit-log?target=${made.body.id}`;
  const [entry, ...more] = (await owner.ask(path)).body.data;
  assert.deepEqual([entry.action, more], ['stream.created', []]);
  assert.match(entry.actor, /^key_/);
  const { data } = (await owner.ask(`${path}&actor=${entry.actor}&action=stream.created`)).body;
  assert.deepEqual(data, [entry]);
  assert.deepEqual((await owner.ask(`${path}&action=stream.changed`)).body.data, []);
});

test('suppressions are found by the stream that they belong to', async () => {
  const stream_id = owner.ids.streams;
  await owner.ask('POST /v1/suppressions', { address: 'only@example.com', stream_id });
  const { data } = (await owner.ask(`GET /v1/suppressions?stream_id=${stream_id}`)).body;
  assert.deepEqual(
    data.map(({ address }: Json) => address),
    ['only@example.com'],
  );
});

test('adding a suppression answers 201 with it, and 200 with the one that is there when it is known', async () => {
  const first = await owner.ask('POST /v1/suppressions', { address: 'Known@Example.com', note: 'asked' });
  assert.equal(first.status, 201);
  assert.match(first.body.id, /^sup_/);
  assert.deepEqual([first.body.address, first.body.created], ['known@example.com', 1]);
  const again = await owner.ask('POST /v1/suppressions', {
    address: 'known@example.com',
    reason: 'complaint',
  });
  assert.equal(again.status, 200);
  assert.deepEqual(again.body, { ...first.body, created: 0 });
});

test('an address in a path that is no address is a fault of the request', async () => {
  for (const request of [
    'GET /v1/recipients/garbage',
    'GET /v1/suppressions/garbage',
    'DELETE /v1/suppressions/@',
  ]) {
    const { status, body } = await owner.ask(request);
    assert.equal(status, 400, request);
    assert.deepEqual(body.errors, [
      { pointer: '/address', code: 'invalid', detail: 'is not a mail address' },
    ]);
  }
});

test('a scope that keys are shown with is taken as it is shown', async () => {
  const all = await owner.ask('POST /v1/api-keys', { name: 'all', scopes: ['*'] });
  assert.deepEqual([all.status, all.body.scopes], [201, ['*']]);
  const few = await owner.ask('POST /v1/api-keys', { name: 'few', scopes: ['credentials:*'] });
  const beyond = await api.as(few.body.key)('POST /v1/api-keys', { name: 'x', scopes: ['*'] });
  assert.equal(beyond.status, 403);
});
