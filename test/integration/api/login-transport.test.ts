/** docs/reliability.md S07: where a login may cross a network, and what its cookies look like there. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makeUser, openBrowser, PASSWORD } from './people.ts';
import { openTestApi, type TestApi } from './test-api.ts';

const opened: TestApi[] = [];
async function apiAt(url: string): Promise<TestApi> {
  const api = await openTestApi({ env: { WAYBILL_PUBLIC_URL: url } });
  opened.push(api);
  return api;
}
after(async () => {
  for (const api of opened) await api.close();
});

test('behind TLS the cookies are bound to the host and to TLS', async () => {
  const api = await apiAt('https://mail.acme.test');
  const browser = openBrowser(api, 'https://mail.acme.test');
  const { status, raw } = await browser.logIn(await makeUser(api));
  assert.equal(status, 201, raw.body);
  for (const cookie of [raw.headers['set-cookie'] ?? []].flat())
    assert.match(
      cookie,
      /^__Host-waybill(?:-browser)?=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
    );
  assert.equal((await browser.ask('GET /v1/session')).status, 200);
  const unprefixed = `waybill=${browser.cookies.get('__Host-waybill')}`;
  assert.equal((await api.as(undefined)('GET /v1/session', undefined, { cookie: unprefixed })).status, 401);
});

test('login over plain HTTP is refused anywhere but on loopback', async () => {
  const api = await apiAt('http://mail.acme.test');
  const { status, body } = await openBrowser(api, 'http://mail.acme.test').logIn(await makeUser(api));
  assert.equal(status, 403);
  assert.equal(body.code, 'https_required');
});

test('a client of another machine does not log in over plain HTTP', async () => {
  const api = await apiAt('http://127.0.0.1:3000');
  const { email } = await makeUser(api);
  const answer = await api.app.inject({
    method: 'POST',
    url: '/v1/session',
    remoteAddress: '192.0.2.7',
    payload: { email, password: PASSWORD },
  });
  assert.equal(answer.statusCode, 403);
  assert.equal(answer.json().code, 'https_required');
});
