import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { idBytes } from '@waybill/relay/id';
import { makeTrackingKey, sealToken, type Token } from '@waybill/relay/tracking/token';
import { buildTracker, type TrackerDependencies } from './app.ts';
import type { Hit } from './hit.ts';

const key = makeTrackingKey(7, Buffer.alloc(32, 1));
const deliveryId = '019a0000-0000-7000-8000-000000000001';
const token = {
  open: sealToken({ type: 'open', deliveryId: idBytes(deliveryId) }, key),
  unsubscribe: sealToken({ type: 'unsubscribe', deliveryId: idBytes(deliveryId) }, key),
};
const click = (url: string): string =>
  sealToken({ type: 'click', deliveryId: idBytes(deliveryId), linkIndex: 3, url } as Token, key);
const target = 'https://example.com/a?x=1&y=%20z#top';

function aTracker(more: Partial<TrackerDependencies> = {}) {
  const hits: Hit[] = [];
  const counts: string[] = [];
  const app = buildTracker({
    keys: [key],
    append: async (hit) => void hits.push(hit),
    now: () => new Date('2026-11-21T10:00:00Z'),
    count: (kind, outcome) => void counts.push(`${kind} ${outcome}`),
    onLost: () => undefined,
    ready: async () => true,
    trustProxy: [],
    host: 't.relay.example',
    ...more,
  });
  return { app, hits, counts };
}
const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };

test('an open returns a picture of one pixel that must not be cached, and is one hit', async () => {
  const { app, hits } = aTracker();
  const answer = await app.inject({ url: `/o/${token.open}.gif`, headers: browser });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'image/gif');
  assert.match(String(answer.headers['cache-control']), /no-store/);
  assert.equal(answer.rawPayload.subarray(0, 6).toString(), 'GIF89a');
  assert.deepEqual(hits, [
    { type: 'opened', deliveryId, at: '2026-11-21T10:00:00.000Z', agent: { kind: 'human', name: 'client' } },
  ]);
});

test('a click redirects to exactly the URL inside the token', async () => {
  const { app, hits } = aTracker();
  const answer = await app.inject({ url: `/c/${click(target)}`, headers: browser });
  assert.equal(answer.statusCode, 302);
  assert.equal(answer.headers.location, target);
  assert.equal(hits[0]?.url, target);
  assert.equal(hits[0]?.linkIndex, 3);
});

test('a URL beyond ASCII is percent-encoded for the header', async () => {
  const { app } = aTracker();
  const answer = await app.inject({ url: `/c/${click('https://bücher.example/ä?q=ö')}` });
  assert.equal(answer.headers.location, 'https://xn--bcher-kva.example/%C3%A4?q=%C3%B6');
});

for (const [what, request] of [
  ['HEAD', { method: 'HEAD' as const }],
  ['a prefetch', { headers: { ...browser, 'sec-purpose': 'prefetch' } }],
  ['a preview', { headers: { ...browser, purpose: 'preview' } }],
] as const)
  test(`${what} is redirected and counts no click`, async () => {
    const { app, hits, counts } = aTracker();
    const answer = await app.inject({ url: `/c/${click(target)}`, ...request });
    assert.equal(answer.statusCode, 302);
    assert.deepEqual(hits, []);
    assert.deepEqual(counts, ['click ignored']);
  });

test('a GET of the unsubscribe page changes nothing', async () => {
  const { app, hits } = aTracker();
  for (const method of ['GET', 'HEAD'] as const) {
    const answer = await app.inject({ method, url: `/u/${token.unsubscribe}` });
    assert.equal(answer.statusCode, 200);
    assert.match(String(answer.headers['content-type']), /text\/html/);
  }
  assert.deepEqual(hits, []);
});

for (const [type, payload] of [
  ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
  [
    'multipart/form-data; boundary=x',
    '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
  ],
  ['application/x-www-form-urlencoded', 'confirm=yes'],
  ['text/plain', ''],
] as const)
  test(`POST of ${payload.slice(0, 26) || 'nothing'} as ${type.split(';')[0]} unsubscribes`, async () => {
    const { app, hits } = aTracker();
    const answer = await app.inject({
      method: 'POST',
      url: `/u/${token.unsubscribe}`,
      headers: { 'content-type': type },
      payload,
    });
    assert.equal(answer.statusCode, 200);
    assert.equal(hits[0]?.type, 'unsubscribed');
    assert.equal(hits[0]?.deliveryId, deliveryId);
    assert.equal(hits[0]?.via, payload.includes('One-Click') ? 'one_click' : 'page');
  });

test('an unsubscribe that was not saved is not confirmed; a picture and a redirect are served', async () => {
  const { app, counts } = aTracker({ append: async () => Promise.reject(new Error('disk full')) });
  const post = await app.inject({ method: 'POST', url: `/u/${token.unsubscribe}` });
  assert.equal(post.statusCode, 503);
  assert.doesNotMatch(post.body, /disk/);
  assert.equal((await app.inject(`/o/${token.open}.gif`)).statusCode, 200);
  assert.equal((await app.inject(`/c/${click(target)}`)).statusCode, 302);
  assert.deepEqual(counts, ['open lost', 'click lost']);
});

test('a token with any character changed is refused', async () => {
  const { app, hits } = aTracker();
  const real = click('https://example.com/');
  for (let at = 0; at < real.length; at++) {
    const forged = `${real.slice(0, at)}${real[at] === 'A' ? 'B' : 'A'}${real.slice(at + 1)}`;
    assert.equal((await app.inject(`/c/${forged}`)).statusCode, 404, `character ${at}`);
  }
  assert.deepEqual(hits, []);
});

test('ten thousand random tokens are refused', async () => {
  const { app } = aTracker();
  for (let round = 0; round < 10_000; round += 100) {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => app.inject(`/c/${randomBytes(60).toString('base64url')}`)),
    );
    assert.ok(answers.every(({ statusCode }) => statusCode === 404));
  }
});

const foreign = makeTrackingKey(8, Buffer.alloc(32, 2));
for (const [what, url] of [
  [
    'a token of another installation',
    `/c/${sealToken({ type: 'open', deliveryId: idBytes(deliveryId) }, foreign)}`,
  ],
  ['an open token as a click', `/c/${token.open}`],
  ['an unsubscribe token as an open', `/o/${token.unsubscribe}.gif`],
  ['an open token as an unsubscribe', `/u/${token.open}`],
  ['javascript:', `/c/${click('javascript:alert(1)')}`],
  ['data:', `/c/${click('data:text/html,x')}`],
  ['a URL without a scheme', `/c/${click('//evil.example/')}`],
  ['a line end', `/c/${click('https://example.com/\r\nSet-Cookie: a=b')}`],
  ['a target beside the token', `/c/x?url=https://evil.example/`],
  ['no token', '/c/'],
  ['a token of 10 kB', `/c/${'A'.repeat(10_240)}`],
  ['a path of ours that is not there', '/admin'],
] as const)
  test(`${what} is a plain 404`, async () => {
    const { app, hits } = aTracker();
    for (const method of ['GET', 'POST'] as const) {
      const answer = await app.inject({ method, url });
      assert.equal(answer.statusCode, 404, method);
      assert.equal(answer.headers.location, undefined);
      assert.match(String(answer.headers['content-type']), /text\/html/);
    }
    assert.deepEqual(hits, []);
  });

const bound = (host: string): string =>
  sealToken(
    { type: 'click', deliveryId: idBytes(deliveryId), linkIndex: 0, url: target } as Token,
    key,
    host,
  );
const onHost = async (text: string, host: string): Promise<number> => {
  const { app } = aTracker();
  return (await app.inject({ url: `/c/${text}`, headers: { ...browser, host } })).statusCode;
};

test('a link of an account works on its own tracking host and on no other', async () => {
  const link = bound('go.acme.example');
  assert.equal(await onHost(link, 'go.acme.example'), 302);
  assert.equal(await onHost(link, 'GO.acme.example:443'), 302);
  for (const host of ['go.beta.example', 't.relay.example', '127.0.0.1', 'localhost'])
    assert.equal(await onHost(link, host), 404, host);
});

test('a link of the installation works on its own host, by address and behind an upstream name, and not on a host of an account', async () => {
  const link = click(target);
  for (const host of ['t.relay.example', '127.0.0.1:3001', '[::1]:3001', 'localhost', 'waybill_tracker'])
    assert.equal(await onHost(link, host), 302, host);
  assert.equal(await onHost(link, 'go.acme.example'), 404);
});

test('no response sets a cookie, sends a referrer, is indexed or may be framed', async () => {
  const { app } = aTracker();
  for (const url of [`/o/${token.open}.gif`, `/c/${click(target)}`, `/u/${token.unsubscribe}`, '/nothing']) {
    const { headers } = await app.inject(url);
    assert.equal(headers['set-cookie'], undefined, url);
    assert.equal(headers['referrer-policy'], 'no-referrer', url);
    assert.match(String(headers['x-robots-tag']), /noindex/, url);
  }
  const page = await app.inject(`/u/${token.unsubscribe}`);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/);
});

test('a body larger than a form needs is refused', async () => {
  const { app, hits } = aTracker();
  const answer = await app.inject({
    method: 'POST',
    url: `/u/${token.unsubscribe}`,
    headers: { 'content-type': 'text/plain' },
    payload: 'x'.repeat(20_000),
  });
  assert.equal(answer.statusCode, 413);
  assert.deepEqual(hits, []);
});

test('the tracker is ready while the spool can be written', async () => {
  assert.equal((await aTracker().app.inject('/readyz')).statusCode, 200);
  assert.equal((await aTracker({ ready: async () => false }).app.inject('/readyz')).statusCode, 503);
});
