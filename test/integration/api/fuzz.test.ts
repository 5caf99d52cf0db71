/**
 * docs/reliability.md S06: any body to any route gets an answer that the product chose, never an internal error. With `FUZZ_ROUNDS`
 * each field and each parameter gets every value, without it a third of them.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idPrefixes } from '@waybill/relay/id';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { type Ask, type Json, openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let owner: Seeded;
/** What the operator's routes are tried on, so that suspending it does not make every other answer a 403. */
let other: Seeded;
let paths: Record<string, Json>;
before(async () => {
  api = await openTestApi({ dependencies: { limits: { perKey: 1e9, failuresPerIp: 1e9, windowMs: 1_000 } } });
  owner = await seedAccount(api, 1);
  other = await seedAccount(api, 2);
  paths = (await api.as(undefined)('GET /openapi.json')).body.paths;
});
after(() => api.close());

const texts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  'null',
  '\u202e',
  "'; DROP TABLE account; --",
  '%00',
  '{{7*7}}',
  'ä'.repeat(300),
  '<>',
  '🎉',
  '\x7f',
  '1e400',
  '9'.repeat(400),
  '../../etc/passwd',
];
const oddValues: readonly unknown[] = [
  ...texts,
  null,
  true,
  0,
  -1,
  1e308,
  2 ** 53,
  [],
  {},
  [[]],
  [null],
  { a: { b: [] } },
];

const isWhole = process.env.FUZZ_ROUNDS !== undefined;
/** The values for the nth place. Neighbours get different ones, so every value is tried at many places. */
const valuesAt = <T>(nth: number, values: readonly T[]): readonly T[] =>
  isWhole ? values : values.filter((_, index) => (nth + index) % 3 === 0);

let deep: unknown = 'x';
for (let n = 0; n < 200; n++) deep = { deep };

const wholeBodies: readonly unknown[] = [
  null,
  [],
  'x',
  1,
  true,
  {},
  deep,
  Array.from({ length: 5000 }, () => 1),
  { constructor: { prototype: {} } },
];

const isAdmin = (path: string): boolean => path.startsWith('/v1/admin/');
const askFor = (path: string): Ask => (isAdmin(path) ? api.operator : owner.ask);

const collectionOf = (path: string): string => {
  const [, , first = '', second = ''] = path.split('/');
  if (first === 'webhooks' && second === 'deliveries') return 'webhook-deliveries';
  return first === 'admin' ? second : first;
};
const urlOf = (path: string): string =>
  path
    .replace('{id}', (isAdmin(path) ? other : owner).ids[collectionOf(path)] ?? '')
    .replace('{address}', 'x@example.com');

/** Names of the fields that a route's body has. */
function fieldsOf(operation: Json, schemas: Record<string, Json>): readonly string[] {
  const schema = operation.requestBody?.content?.['application/json']?.schema ?? {};
  const named = schema.$ref === undefined ? schema : (schemas[schema.$ref.split('/').at(-1)] ?? {});
  return Object.keys(named.properties ?? {});
}

/** Nor is it put off: 429 would mean that nothing was tried. */
const isDecision = (status: number): boolean => status < 500 && status !== 429;

async function changing(): Promise<readonly { method: string; path: string; fields: readonly string[] }[]> {
  const { body } = await api.as(undefined)('GET /openapi.json');
  return Object.entries(paths).flatMap(([path, methods]: [string, Json]) =>
    Object.entries(methods)
      .filter(([method]) => method === 'post' || method === 'patch')
      .map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        fields: fieldsOf(operation, body.components.schemas),
      })),
  );
}

test('any body at all is taken or refused', async () => {
  const wrong: string[] = [];
  for (const { method, path } of await changing())
    for (const body of wholeBodies) {
      const { status, raw } = await askFor(path)(`${method} ${urlOf(path)}`, JSON.stringify(body), {
        'content-type': 'application/json',
      });
      if (!isDecision(status))
        wrong.push(`${method} ${path} ${JSON.stringify(body).slice(0, 60)}: ${raw.body}`);
    }
  assert.deepEqual(wrong, []);
});

test('any value in any field is taken or refused', async () => {
  const wrong: string[] = [];
  const base: Record<string, Record<string, unknown>> = {
    '/v1/messages': { from: owner.from, to: 'a@example.com' },
    '/emails': { from: owner.from, to: 'a@example.com' },
    '/v1/smtp-credentials': { name: 'x' },
    '/v1/api-keys': { name: 'x' },
    '/v1/admin/accounts': { name: 'x' },
  };
  for (const [row, { method, path, fields }] of (await changing()).entries())
    for (const [column, field] of fields.entries())
      for (const value of valuesAt(row + column, oddValues)) {
        const body = { ...base[path], [field]: value };
        const { status, raw } = await askFor(path)(`${method} ${urlOf(path)}`, body);
        if (!isDecision(status))
          wrong.push(
            `${method} ${path} ${field}=${JSON.stringify(value).slice(0, 40)}: ${raw.body.slice(0, 120)}`,
          );
      }
  assert.deepEqual(wrong, []);
});

test('odd text inside a submission is taken or refused', async () => {
  const wrong: string[] = [];
  for (const text of texts) {
    const shapes = [
      { subject: text },
      { text },
      { html: text },
      { to: [text] },
      { headers: { 'X-A': text } },
      { headers: { [text]: 'x' } },
      { metadata: { k: text } },
      { metadata: { [text]: 'x' } },
      { tags: [{ name: text, value: text }] },
      { custom_id: text },
      { from: `"${text}" <${owner.from}>` },
      { attachments: [{ filename: text, content: 'eA==' }] },
    ];
    for (const shape of shapes) {
      const { status, raw } = await owner.ask('POST /v1/messages', {
        from: owner.from,
        to: 'a@example.com',
        ...shape,
      });
      if (!isDecision(status)) wrong.push(`${JSON.stringify(shape).slice(0, 60)}: ${raw.body.slice(0, 120)}`);
    }
  }
  assert.deepEqual(wrong, []);
});

type Place = { readonly path: string; readonly name: string; readonly in: string };

const places = (): readonly Place[] =>
  Object.entries(paths).flatMap(([path, { get }]: [string, Json]) =>
    (get?.parameters ?? []).map((parameter: Json) => ({ path, name: parameter.name, in: parameter.in })),
  );

/** RFC 3339 goes from year 0 to 9999; PostgreSQL, JavaScript and ids made of milliseconds each end elsewhere. */
const times = [
  '0000-01-01T00:00:00Z',
  '0000-01-01T00:00:00+23:59',
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00Z',
  '1970-01-01T00:00:00+14:00',
  '2016-12-31T23:59:60Z',
  '2024-02-29T00:00:00Z',
  '2023-02-29T00:00:00Z',
  '2026-01-01T00:00:00 02:00',
  '2026-01-01T00:00:00.123456789123456789Z',
  '2026-01-01T24:00:00Z',
  '2026-13-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-23:59',
  '+010000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '294277-01-01T00:00:00Z',
];

test('any time in any query is taken or refused, whatever year it is', async () => {
  const wrong: string[] = [];
  const bounds = places().filter(({ name }) => name === 'since' || name === 'until');
  assert.ok(bounds.length >= 4);
  for (const { path, name } of bounds)
    for (const at of times) {
      const { status, raw } = await askFor(path)(`GET ${urlOf(path)}?${name}=${encodeURIComponent(at)}`);
      if (!isDecision(status)) wrong.push(`${path} ${name}=${at}: ${raw.body.slice(0, 120)}`);
    }
  assert.deepEqual(wrong, []);
});

test('a bound before everything or after everything is a bound like any other', async () => {
  const ids = async (query: string): Promise<number> =>
    (await owner.ask(`GET /v1/messages?limit=1&${query.replace(' ', '%20')}`)).body.data.length;
  for (const at of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '1970-01-01T00:00:00 02:00']) {
    assert.equal(await ids(`since=${at}`), 1, at);
    assert.equal(await ids(`until=${at}`), 0, at);
  }
  assert.equal(await ids('since=9999-12-31T23:59:59-23:59'), 0);
  assert.equal(await ids('until=9999-12-31T23:59:59-23:59'), 1);
});

test('any time in any body is taken and shown again, or refused', async () => {
  const wrong: string[] = [];
  for (const at of times)
    for (const [request, body] of [
      ['POST /v1/api-keys', { name: 'x', expires_at: at }],
      ['POST /v1/suppressions', { address: `t${times.indexOf(at)}@example.com`, expires_at: at }],
      ['POST /v1/messages', { from: owner.from, to: 'a@example.com', text: 'x', scheduled_at: at }],
    ] as const) {
      const { status, raw } = await owner.ask(request, body);
      if (!isDecision(status)) wrong.push(`${request} ${at}: ${raw.body.slice(0, 120)}`);
    }
  for (const list of ['/v1/api-keys', '/v1/suppressions', '/v1/messages'])
    assert.equal((await owner.ask(`GET ${list}?limit=100`)).status, 200, list);
  assert.deepEqual(wrong, []);
});

/** Right in form, and of something that is not there. */
const strangeIds = ['0'.repeat(26), 'z'.repeat(25).concat('w'), '7'.repeat(25).concat('0')];

test('any id in any query is taken or refused, whatever it stands for', async () => {
  const wrong: string[] = [];
  const queries = places().filter((one) => one.in === 'query');
  for (const [row, { path, name, in: place }] of queries.entries())
    for (const [column, prefix] of idPrefixes.entries())
      for (const id of valuesAt(row + column, strangeIds)) {
        const { status, raw } = await askFor(path)(`GET ${urlOf(path)}?${name}=${prefix}_${id}`);
        if (!isDecision(status)) wrong.push(`${path} ${place} ${name}=${prefix}_${id}: ${raw.body}`);
      }
  assert.deepEqual(wrong, []);
});

test('any value in any query and path is taken or refused', async () => {
  const wrong: string[] = [];
  assert.ok(places().length > 40);
  for (const [row, { path, name, in: place }] of places().entries())
    for (const text of valuesAt(row, texts)) {
      const written = encodeURIComponent(text.toWellFormed());
      const url =
        place === 'query' ? `${urlOf(path)}?${name}=${written}` : path.replace(`{${name}}`, written);
      const { status, raw } = await askFor(path)(`GET ${url}`);
      if (!isDecision(status))
        wrong.push(`${path} ${name}=${written.slice(0, 40)}: ${raw.body.slice(0, 120)}`);
    }
  assert.deepEqual(wrong, []);
});
