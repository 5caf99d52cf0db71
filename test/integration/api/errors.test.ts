/** What the API says when a request is at fault: in our words, with the place. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
before(async () => {
  api = await openTestApi();
  account = await api.makeAccount();
});
after(() => api.close());

const wrongMethods: readonly (readonly [request: string, allow: string])[] = [
  ['PUT /v1/messages', 'GET, HEAD, POST'],
  ['DELETE /v1/account', 'GET, HEAD, PATCH'],
  ['OPTIONS /v1/account', 'GET, HEAD, PATCH'],
  ['PATCH /v1/suppressions/a%40example.com', 'DELETE, GET, HEAD'],
  ['POST /healthz', 'GET, HEAD'],
  ['GET /v1/admin/accounts/acc_1/suspend', 'POST'],
];
for (const [request, allow] of wrongMethods)
  test(`${request} is answered 405 with the methods that the endpoint takes`, async () => {
    const { status, body, raw } = await account.ask(request);
    assert.equal(status, 405);
    assert.equal(body.code, 'method_not_allowed');
    assert.equal(raw.headers.allow, allow);
    assert.equal(raw.headers['content-type'], 'application/problem+json; charset=utf-8');
  });

test('an unknown path is "no such endpoint", an unknown id is "no such thing in this account"', async () => {
  const unknownPath = await account.ask('GET /v1/mesages?q=x');
  assert.deepEqual(
    [unknownPath.status, unknownPath.body.code, unknownPath.body.detail],
    [404, 'no_such_endpoint', 'no such endpoint: GET /v1/mesages'],
  );
  const unknownId = await account.ask(`GET /v1/messages/msg_${'0'.repeat(26)}`);
  assert.deepEqual([unknownId.status, unknownId.body.code], [404, 'not_found']);
  const odd = await account.ask('GET /v1/%1b%5b31m%E2%80%AE<b>');
  assert.match(odd.body.detail, /^no such endpoint: GET [\x21-\x7e]+$/);
});

const notJson: readonly (readonly [body: string, place: string])[] = [
  ['{"name": "x",}', 'line 1, column 14: expected a field name in double quotes'],
  ['{\n  "name": "x"\n  "kind": "live"\n}', 'line 3, column 3: expected a comma or }'],
  ['{"name": yes}', 'line 1, column 10: expected a value'],
  ['{"name": "x"', 'line 1, column 13: expected a comma or }, but the text ends'],
  ['name=x', 'line 1, column 1: expected a value'],
];
for (const [text, place] of notJson)
  test(`${JSON.stringify(text)} is answered with ${place}`, async () => {
    const { status, body } = await account.ask('POST /v1/api-keys', text, {
      'content-type': 'application/json',
    });
    assert.equal(status, 400);
    assert.equal(body.code, 'request_malformed');
    assert.ok(body.errors[0].detail.startsWith(`is not JSON: ${place}`), body.errors[0].detail);
    assert.equal(body.errors[0].code, 'not_json');
  });

test('a field name that would change what an object inherits is refused by name', async () => {
  const json = { 'content-type': 'application/json' };
  for (const text of ['{"__proto__": {"a": 1}}', '{"constructor": {"prototype": {}}}']) {
    const { status, body } = await account.ask('POST /v1/api-keys', text, json);
    assert.equal(status, 400);
    assert.match(body.detail, /__proto__ or constructor\.prototype/);
  }
});

type Row = readonly [request: string, body: unknown, faults: readonly (readonly [string, string, string])[]];
const faulty: readonly Row[] = [
  ['POST /v1/api-keys', {}, [['/name', 'required', 'is required']]],
  ['POST /v1/api-keys', [], [['', 'wrong_type', 'must be an object']]],
  ['POST /v1/api-keys', undefined, [['', 'wrong_type', 'must be an object']]],
  ['POST /v1/api-keys', { name: 5 }, [['/name', 'wrong_type', 'must be text']]],
  ['POST /v1/api-keys', { name: '' }, [['/name', 'too_small', 'must not be empty']]],
  [
    'POST /v1/api-keys',
    { name: 'x'.repeat(201) },
    [['/name', 'too_big', 'must have at most 200 characters']],
  ],
  [
    'POST /v1/api-keys',
    { name: 'x', kind: 'other' },
    [['/kind', 'unknown_value', 'must be one of "live", "test"']],
  ],
  [
    'POST /v1/api-keys',
    { name: 'x', 'a/b~c': 1, zz: 2 },
    [
      ['/a~1b~0c', 'unknown_field', 'is not a field of this request'],
      ['/zz', 'unknown_field', 'is not a field of this request'],
    ],
  ],
  [
    'POST /v1/api-keys',
    { name: 'x', expires_at: '2026-02-30T00:00:00Z' },
    [
      [
        '/expires_at',
        'malformed',
        'must be a time that exists, like 2026-01-31T12:00:00Z or 2026-01-31T12:00:00+01:00',
      ],
    ],
  ],
  [
    'POST /v1/streams',
    { name: 'x', expiry_minutes: 1.5, retention: { bytes_days: 0 } },
    [
      ['/expiry_minutes', 'wrong_type', 'must be a whole number'],
      ['/retention/bytes_days', 'too_small', 'must be at least 1'],
    ],
  ],
  ['POST /v1/messages', { from: 'a@acme.test', to: 5 }, [['/to', 'wrong_type', 'must be text or a list']]],
  [
    'POST /v1/messages',
    { from: 'a@acme.test', to: ['b@example.com', ''] },
    [['/to/1', 'too_small', 'must have at least 3 characters']],
  ],
  ['POST /v1/messages', { from: 'a@acme.test', text: 'x' }, [['/to', 'required', 'is required']]],
  [
    'POST /v1/messages',
    { from: 'a@acme.test', to: 'b@example.com', text: 'x', headers: { 'X-Waybill-Tag': 'x' } },
    [['/headers/X-Waybill-Tag', 'malformed', 'the name is not yours to set: use the field of the body']],
  ],
  [
    'POST /v1/suppressions',
    { suppressions: [{ address: 'a@example.com' }, { address: 5 }] },
    [['/suppressions/1/address', 'wrong_type', 'must be text']],
  ],
  [
    'POST /v1/suppressions',
    { address: 'a@example.com', resaon: 'manual' },
    [['/resaon', 'unknown_field', 'is not a field of this request']],
  ],
  ['GET /v1/messages?limit=abc', undefined, [['/limit', 'wrong_type', 'must be a number']]],
  ['GET /v1/messages?limit=0', undefined, [['/limit', 'too_small', 'must be at least 1']]],
  ['GET /v1/messages?page=2', undefined, [['/page', 'unknown_field', 'is not a field of this request']]],
];
for (const [request, body, faults] of faulty)
  test(`${request} ${JSON.stringify(body)?.slice(0, 60)} is answered with ${faults.map(([at]) => at || 'the whole')}`, async () => {
    const answer = await account.ask(request, body);
    assert.equal(answer.status, 400);
    assert.deepEqual(
      answer.body.errors.map(({ pointer, code, detail }: Json) => [pointer, code, detail]),
      faults,
    );
    const [at, , detail] = faults[0] ?? [];
    assert.equal(answer.body.detail, at === '' ? `the request ${detail}` : `${at}: ${detail}`);
  });

test('an item of a batch is answered with the same words and a pointer into the batch', async () => {
  const { body } = await account.ask('POST /v1/messages/batch', {
    messages: [{ from: 'a@acme.test', to: 5 }],
  });
  assert.deepEqual(body.data[0].error.errors, [
    { pointer: '/messages/0/to', code: 'wrong_type', detail: 'must be text or a list' },
  ]);
});

const oddBodies = [[], 'x', {}, { zz: 1 }, { name: 5 }, { name: null, tracking: 5, limits: [] }];
const libraryWords =
  /\bzod|\bajv|fastify|FST_|invalid input|expected (?:string|number|object)|received|unrecognized/i;

/** What the route answered to each odd body. */
async function answersOf(path: string, method: string): Promise<readonly string[]> {
  const ask = path.startsWith('/v1/admin/') ? api.operator : account.ask;
  const url = path.replaceAll(/\{[^}]*\}/g, 'x');
  const answers = oddBodies.map((body) =>
    ask(`${method.toUpperCase()} ${url}`, JSON.stringify(body), { 'content-type': 'application/json' }),
  );
  return (await Promise.all(answers)).map(({ raw }) => raw.body);
}

test('no answer about a faulty request holds wording of a library', async () => {
  const { body } = await api.as(undefined)('GET /openapi.json');
  const operations = Object.entries<Json>(body.paths).flatMap(([path, methods]) =>
    ['post', 'patch'].filter((method) => method in methods).map((method) => [path, method] as const),
  );
  assert.ok(operations.length > 20);
  for (const [path, method] of operations)
    for (const answer of await answersOf(path, method))
      assert.doesNotMatch(answer, libraryWords, `${method} ${path}`);
});
