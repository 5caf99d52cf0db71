/** The description of the API: whole, true, and clean under a linter that we did not write. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { refusals } from '@waybill/relay/refusal-table';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

const run = promisify(execFile);
const linter = new URL('../../../node_modules/.bin/redocly', import.meta.url).pathname;

let api: TestApi;
let document: Json;
/** `POST /v1/messages` and what is said of it. */
let operations: readonly (readonly [name: string, operation: Json])[];
before(async () => {
  api = await openTestApi({ env: { WAYBILL_PUBLIC_URL: 'https://mail.acme.test' } });
  document = (await api.as(undefined)('GET /openapi.json')).body;
  operations = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, one]) => [`${method.toUpperCase()} ${path}`, one] as const),
  );
});
after(() => api.close());

const of = (name: string): Json => operations.find(([one]) => one === name)?.[1];
const namesWhere = (isWrong: (operation: Json, name: string) => boolean): readonly string[] =>
  operations.filter(([name, operation]) => isWrong(operation, name)).map(([name]) => name);

test('every operation has an id of its own, a summary and a description', () => {
  assert.ok(operations.length > 60);
  const ids = operations.map(([, { operationId }]) => operationId);
  assert.deepEqual(
    namesWhere(({ operationId }) => !/^[a-z][A-Za-z]+$/.test(operationId ?? '')),
    [],
  );
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(
    namesWhere(({ summary, description }) => !summary || !/^[A-Z].{15,}\.$/s.test(description ?? '')),
    [],
  );
});

test('every list that can be a file takes a limit, also one that is always whole', () => {
  const takes = ({ parameters = [] }: Json, asked: string): boolean =>
    parameters.some(({ name }: Json) => name === asked);
  assert.ok(namesWhere((operation) => takes(operation, 'limit')).length > 20);
  assert.deepEqual(
    namesWhere(
      (operation, name) =>
        takes(operation, 'format') && !takes(operation, 'limit') && !name.endsWith('/export'),
    ),
    [],
  );
});

const hasExample = (content: Json): boolean =>
  Object.values<Json>(content ?? {}).every(
    ({ example, examples }) => example !== undefined || examples !== undefined,
  );

test('every body and every answer has an example', () => {
  assert.deepEqual(
    namesWhere(({ requestBody }) => !hasExample(requestBody?.content)),
    [],
  );
  assert.deepEqual(
    namesWhere(
      ({ responses }) => !Object.values<Json>(responses).every(({ content }) => hasExample(content)),
    ),
    [],
  );
  const withBody = operations.filter(([, { requestBody }]) => requestBody !== undefined);
  assert.ok(withBody.length >= 20);
});

const problemsOf = ({ responses }: Json): readonly (readonly [status: string, response: Json])[] =>
  Object.entries<Json>(responses).filter(([status]) => Number(status) >= 400);

test('every operation names the problems that a key can meet', () => {
  const always = ['401', '403', '404', '429', '503'];
  assert.deepEqual(
    namesWhere(
      ({ responses, security }) => security === undefined && !always.every((status) => status in responses),
    ),
    [],
  );
});

test('every problem is a problem document, with the codes of its status', () => {
  for (const [name, operation] of operations)
    for (const [status, { content, description }] of problemsOf(operation)) {
      assert.deepEqual(Object.keys(content), ['application/problem+json'], name);
      const codes = Object.keys(content['application/problem+json'].examples) as (keyof typeof refusals)[];
      const wrong = codes.filter(
        (code) => refusals[code].http !== Number(status) || !description.includes(code),
      );
      assert.deepEqual(wrong, [], `${name} ${status}`);
    }
});

test('sending names what the gates refuse, creating what is taken', () => {
  const codes = (name: string, status: string): readonly string[] =>
    Object.keys(of(name).responses[status].content['application/problem+json'].examples);
  assert.ok(codes('POST /v1/messages', '403').includes('sender_not_verified'));
  assert.ok(codes('POST /v1/messages', '422').includes('idempotency_conflict'));
  assert.ok(codes('POST /v1/messages', '422').includes('quota_too_small'));
  assert.ok(codes('POST /v1/streams', '409').includes('conflict'));
});

const headers = (name: string): readonly string[] =>
  (of(name).parameters ?? []).filter((one: Json) => one.in === 'header').map((one: Json) => one.name);

test('headers that an operation reads are described', () => {
  assert.deepEqual(headers('GET /v1/account'), ['Waybill-Account']);
  assert.deepEqual(headers('POST /v1/streams'), ['Waybill-Account', 'Idempotency-Key']);
  assert.deepEqual(headers('POST /v1/messages/raw'), [
    'Waybill-Account',
    'Idempotency-Key',
    'X-Envelope-From',
    'X-Envelope-To',
  ]);
});

test('bodies and answers that are no JSON are described by their media type', () => {
  assert.deepEqual(Object.keys(of('POST /v1/messages/raw').requestBody.content), ['message/rfc822']);
  const { content } = of('GET /v1/messages/{id}/content').responses['200'];
  assert.deepEqual(Object.keys(content), ['message/rfc822', 'text/plain', 'text/html']);
});

/** The recommended rules, each as an error; an example that does not fit its schema is one of them. */
const config = `
extends: [recommended]
rules:
  no-invalid-media-type-examples: error
  no-invalid-parameter-examples: error
  no-invalid-schema-examples: error
  # A fixed part of a path goes before a parameter (OpenAPI §4.8.2), and no id is called "deliveries".
  no-ambiguous-paths: off
`;

async function lint(of: Json): Promise<Json> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-openapi-'));
  try {
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(of));
    await writeFile(join(folder, 'redocly.yaml'), config);
    const options = {
      cwd: folder,
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', CI: 'true' },
      maxBuffer: 50_000_000,
    };
    const { stdout } = await run(
      process.execPath,
      [linter, 'lint', 'openapi.json', '--format=json'],
      options,
    ).catch((failed: Json) => failed);
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('the linter finds nothing, and examples fit their schemas', async () => {
  const { problems } = await lint(document);
  assert.deepEqual(
    problems.map(({ ruleId, message, location }: Json) => `${ruleId}: ${message} ${location[0]?.pointer}`),
    [],
  );
});

test('the linter finds a missing id and an example that does not fit', async () => {
  const spoiled = structuredClone(document);
  delete spoiled.paths['/v1/account'].get.operationId;
  spoiled.paths['/v1/account'].get.responses['200'].content['application/json'].example.id = 'acc_1';
  const rules = (await lint(spoiled)).problems.map(({ ruleId }: Json) => ruleId);
  assert.deepEqual(rules.toSorted(), ['no-invalid-media-type-examples', 'operation-operationId']);
});
