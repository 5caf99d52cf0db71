/** The dashboard as the API serves it: static files below `/app/`, with a policy that runs no foreign script. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

const get = (url: string, headers: Record<string, string> = {}) => api.app.inject({ url, headers });

const assetOf = (body: string): string => /src="(\/app\/assets\/[^"]+\.js)"/.exec(body)?.[1] ?? '';

test('every path of a page answers the same document, which is asked for again at each visit', async () => {
  const [first, deep] = await Promise.all([get('/app/'), get('/app/messages/msg_1?tab=raw')]);
  assert.equal(first.statusCode, 200);
  assert.match(String(first.headers['content-type']), /^text\/html/);
  assert.equal(first.headers['cache-control'], 'no-cache');
  assert.equal(deep.body, first.body);
  assert.equal((await get('/app')).headers.location, '/app/');
});

test('a browser that has the document gets 304', async () => {
  const { headers } = await get('/app/');
  const again = await get('/app/', { 'if-none-match': String(headers.etag) });
  assert.deepEqual([again.statusCode, again.body], [304, '']);
});

test('a script is named after its content, cached for good and sent compressed', async () => {
  const url = assetOf((await get('/app/')).body);
  const script = await get(url, { 'accept-encoding': 'br' });
  assert.equal(script.statusCode, 200);
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(script.headers['content-encoding'], 'br');
  const head = await api.app.inject({ method: 'HEAD', url });
  assert.deepEqual([head.statusCode, head.body], [200, '']);
});

test('the policy allows scripts of this origin only, and no page of another origin around it', async () => {
  const policy = String((await get('/app/domains')).headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /connect-src 'self'(;|$)/);
  assert.match(policy, /frame-ancestors 'none'/);
});

test('what is no file of the dashboard is not found: old scripts, notes of the build, other methods', async () => {
  assert.equal((await get('/app/assets/index-old.js')).statusCode, 404);
  assert.equal((await api.app.inject({ method: 'POST', url: '/app/messages' })).statusCode, 404);
  for (const url of [
    '/app/.sources',
    '/app/.vite/manifest.json',
    '/app/../package.json',
    '/app/%2e%2e/package.json',
  ])
    assert.doesNotMatch((await get(url)).body, /"version"|"src\/main|^[0-9a-f]{64}$/, url);
});
