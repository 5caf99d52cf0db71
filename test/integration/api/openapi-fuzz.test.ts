/**
 * Every operation of the description with valid, boundary and hostile requests: no internal error, no answer outside its schema.
 * docs/reliability.md S06, S13. `FUZZ_ROUNDS` and `FUZZ_SEED` make it longer or repeat it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AnswerCheck, openAnswerCheck } from './fuzz/answer-check.ts';
import { grantingFields, INJECTED } from './fuzz/hostile.ts';
import { openRandom } from './fuzz/random.ts';
import { type Ids, type Operation, operationsIn, requestFor } from './fuzz/requests.ts';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { type Ask, type Json, openTestApi, type TestApi } from './test-api.ts';

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 6);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_130);
/** An answer takes no longer, in milliseconds, on a busy machine. */
const LONGEST = 10_000;

let api: TestApi;
let owner: Seeded;
let other: Seeded;
let document: Json;
let check: AnswerCheck;
before(async () => {
  const limits = { perKey: 1e9, failuresPerIp: 1e9, windowMs: 1_000 };
  api = await openTestApi({ dependencies: { limits } });
  owner = await seedAccount(api, 1);
  other = await seedAccount(api, 2);
  document = (await api.as(undefined)('GET /openapi.json')).body;
  check = openAnswerCheck(document);
});
after(() => api.close());

const isAdmin = ({ path }: Operation): boolean => path.startsWith('/v1/admin/');
const askerOf = (operation: Operation): Ask => (isAdmin(operation) ? api.operator : owner.ask);

const collectionOf = (path: string): string => {
  const [, , first = '', second = ''] = path.split('/');
  return first === 'admin' ? second : first;
};

const idsOf = (): Ids => ({
  own: (path) =>
    (path.startsWith('/v1/admin/') ? other : owner).ids[collectionOf(path)] ?? owner.ids.messages ?? '',
  foreign: [...Object.values(other.ids), `acc_${'0'.repeat(26)}`, 'msg_', '0', other.from],
});

/** What is wrong with the answer to one request; `undefined`: nothing. */
async function wrongWith(operation: Operation, ids: Ids, random: ReturnType<typeof openRandom>) {
  const { url, body, headers } = requestFor(operation, ids, random);
  const began = performance.now();
  const asked = `${operation.method} ${url}`;
  const answer = await askerOf(operation)(asked, body, headers).catch((error: Error) => error);
  if (answer instanceof Error) return `${asked}: no whole answer, ${answer.message}`;
  const took = performance.now() - began;
  const fault =
    answer.status >= 500 ? 'an internal error' : took > LONGEST ? `${took} ms` : check(operation, answer);
  return (
    fault && `${asked} ${JSON.stringify(body)?.slice(0, 200)}: ${fault} ${answer.raw.body.slice(0, 200)}`
  );
}

test(`valid, boundary and hostile requests get an answer of the description (seed ${SEED})`, async () => {
  const random = openRandom(SEED);
  const ids = idsOf();
  const operations = operationsIn(document);
  assert.ok(operations.length > 60);
  const wrong: string[] = [];
  for (const operation of operations)
    for (let round = 0; round < ROUNDS; round += 1) {
      const fault = await wrongWith(operation, ids, random);
      if (fault !== undefined) wrong.push(fault);
    }
  assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} answers are wrong`);
});

test('an answer outside the description is found', async () => {
  const answer = await owner.ask('GET /v1/account');
  const account = { method: 'GET', path: '/v1/account' };
  assert.equal(check(account, answer), undefined);
  assert.match(check(account, { ...answer, body: { ...answer.body, status: 'odd' } }) ?? '', /status/);
  assert.match(check(account, { ...answer, status: 418 }) ?? '', /418 is not described/);
});

test('no text of a request became a header field of a message', async () => {
  const { rows } = await api.test.database.pool.query(
    'SELECT message_id FROM message_content WHERE position($1::bytea IN bytes) > 0',
    [Buffer.from(`\n${INJECTED}:`)],
  );
  assert.deepEqual(rows, []);
});

const resolved = (schema: Json): Json =>
  schema?.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1)];

/** The names of fields that a body declares; `undefined`: any field, or several forms. */
function declaredFields({ described }: Operation): readonly string[] | undefined {
  const schema = resolved(described.requestBody?.content?.['application/json']?.schema);
  return schema?.properties && Object.keys(schema.properties);
}

/** Names of fields that the operation took although its body does not declare them. */
async function takenBy(operation: Operation): Promise<readonly string[]> {
  const declared = declaredFields(operation) ?? Object.keys(grantingFields);
  const { described, method, path } = operation;
  const url = path.replace('{id}', idsOf().own(path)).replace('{address}', 'ada%40example.com');
  const taken: string[] = [];
  for (const [field, value] of Object.entries(grantingFields).filter(([name]) => !declared.includes(name))) {
    const body = { ...described.requestBody.content['application/json'].example, [field]: value };
    const { status } = await askerOf(operation)(`${method} ${url}`, body);
    if (status < 400) taken.push(`${method} ${path} takes ${field}`);
  }
  return taken;
}

test('a field that a body does not declare is refused, not bound', async () => {
  const wrong: string[] = [];
  for (const operation of operationsIn(document)) wrong.push(...(await takenBy(operation)));
  assert.deepEqual(wrong, []);
});
