/** The first page of the API, and where the link of `waybill dev` leads. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeUser, openBrowser } from './people.ts';
import { openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi({ dependencies: { isDevelopment: true } });
});
after(() => api.close());

test('the first page is the dashboard', async () => {
  const { statusCode, headers } = await api.app.inject('/');
  assert.deepEqual([statusCode, headers.location], [302, '/app/']);
});

async function signInLink(): Promise<string> {
  const user = await makeUser(api);
  const { text, secretHash: tokenHash } = api.dependencies.makeLinkToken();
  const createdAt = new Date();
  const expiresAt = new Date(createdAt.getTime() + 60_000);
  const link = { tokenHash, userId: user.innerId, purpose: 'sign_in', createdAt, expiresAt } as const;
  await api.dependencies.stores.userLinks.create(link);
  return `/sign-in/${text}`;
}

test('a sign-in link leads to the page of the dashboard that it names, also when it is used again', async () => {
  const browser = openBrowser(api);
  const url = `${await signInLink()}?next=${encodeURIComponent('/app/messages/msg_1?tab=raw')}`;
  for (const _ of ['first', 'again']) {
    const { raw } = await browser.ask(`GET ${url}`);
    assert.deepEqual([raw.statusCode, raw.headers.location], [303, '/app/messages/msg_1?tab=raw']);
  }
  assert.equal((await openBrowser(api).ask(`GET ${url}`)).status, 404);
});

test('a sign-in link leads nowhere outside of the dashboard', async () => {
  for (const next of [
    'https://evil.example/',
    '//evil.example/app/',
    '/\\evil.example',
    '/v1/session',
    '/app/\\x',
  ])
    for (const { raw } of [
      await openBrowser(api).ask(`GET ${await signInLink()}?next=${encodeURIComponent(next)}`),
    ])
      assert.equal(raw.headers.location, '/app/', next);
});
