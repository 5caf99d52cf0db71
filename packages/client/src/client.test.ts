import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openClient } from './client.ts';
import { routes } from './generated/operations.ts';
import { pages } from './pages.ts';
import { Problem } from './problem.ts';

type Asked = {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
};

/** A client whose requests are kept, and answered with this. */
function clientThatGets(status: number, answer?: unknown, headers: Record<string, string> = {}) {
  const asked: Asked[] = [];
  const client = openClient({
    baseUrl: 'https://mail.example.com/',
    key: 'wb_live_x',
    account: 'acc_1',
    fetch: async (url, init) => {
      const { method = '', headers: sent, body } = init ?? {};
      asked.push({ url: String(url), method, headers: new Headers(sent), body });
      return new Response(answer === undefined ? null : JSON.stringify(answer), { status, headers });
    },
  });
  return { client, asked };
}

test('parameters fill the path and the query, and absent ones are left out', async () => {
  const { client, asked } = clientThatGets(200, { id: 'msg_1' });
  await client.getMessage({ id: 'msg_1/../x' });
  await client.listMessages({ limit: 10, q: 'a&b' });
  assert.equal(asked[0]?.url, 'https://mail.example.com/v1/messages/msg_1%2F..%2Fx');
  assert.equal(asked[1]?.url, 'https://mail.example.com/v1/messages?limit=10&q=a%26b');
  assert.equal(asked[0]?.headers.get('authorization'), 'Bearer wb_live_x');
  assert.equal(asked[0]?.headers.get('waybill-account'), 'acc_1');
  assert.equal(asked[0]?.headers.get('content-type'), null);
});

test('a body is sent as JSON, or as it is where the operation takes a message', async () => {
  const { client, asked } = clientThatGets(202, {});
  const body = { from: 'app@acme.example', to: 'ada@example.com', text: 'x' };
  await client.sendMessage({ body }, { idempotencyKey: 'once' });
  await client.sendRawMessage({ body: 'From: x\r\n\r\n' }, { headers: { 'x-envelope-to': 'a@b.example' } });
  assert.deepEqual(JSON.parse(String(asked[0]?.body)), body);
  assert.equal(asked[0]?.headers.get('idempotency-key'), 'once');
  assert.equal(asked[0]?.headers.get('content-type'), 'application/json');
  assert.equal(asked[1]?.body, 'From: x\r\n\r\n');
  assert.equal(asked[1]?.headers.get('content-type'), 'message/rfc822');
  assert.equal(asked[1]?.headers.get('x-envelope-to'), 'a@b.example');
});

test('a refusal is a Problem with its code, its fix and the time to come back', async () => {
  const document = {
    title: 'Sending limit reached',
    status: 429,
    code: 'quota_exceeded',
    fix: 'Come back later.',
  };
  const { client } = clientThatGets(429, document, { 'retry-after': '30' });
  const problem = await client.getAccount().catch((error: unknown) => error);
  assert.ok(problem instanceof Problem);
  assert.deepEqual(
    [problem.status, problem.code, problem.fix, problem.retryAfter, problem.message],
    [429, 'quota_exceeded', 'Come back later.', 30, 'Sending limit reached'],
  );
});

test('an answer that is no problem document is a Problem of its status', async () => {
  const client = openClient({
    baseUrl: 'https://x.example',
    fetch: async () => new Response('<html>', { status: 502 }),
  });
  await assert.rejects(client.getAccount(), { status: 502, code: 'unknown' });
});

test('an operation without an answer resolves with nothing, one that is no JSON with the response', async () => {
  assert.equal(await clientThatGets(204).client.revokeApiKey({ id: 'key_1' }), undefined);
  const { client } = clientThatGets(200, 'x');
  assert.ok((await client.getMessageContent({ id: 'msg_1', part: 'raw' })) instanceof Response);
});

test('pages follow the cursor to its end', async () => {
  const all = [
    { data: [1, 2], has_more: true, next_cursor: 'a' },
    { data: [3], has_more: false, next_cursor: null },
  ];
  const asked: (string | undefined)[] = [];
  const found: number[] = [];
  for await (const item of pages(async (after) => {
    asked.push(after);
    return all[asked.length - 1] ?? { data: [], has_more: false, next_cursor: null };
  }))
    found.push(item);
  assert.deepEqual(
    [found, asked],
    [
      [1, 2, 3],
      [undefined, 'a'],
    ],
  );
});

test('every operation has a route', () => {
  assert.ok(Object.keys(routes).length > 60);
  for (const { method, path } of Object.values(routes)) assert.match(`${method} ${path}`, /^[A-Z]+ \/[a-z]/);
});
