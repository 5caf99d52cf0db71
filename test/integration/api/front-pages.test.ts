/** Pages of the API that open without a key: where to go, and one message by its link. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parsePublicId } from '@waybill/relay/id';
import { messageUrl } from '@waybill/relay/links/message-link';
import { openTestApi, type TestApi } from './test-api.ts';

let development: TestApi;
let production: TestApi;

before(async () => {
  development = await openTestApi({ dependencies: { isDevelopment: true } });
  production = await openTestApi();
});
after(async () => {
  await development.close();
  await production.close();
});

async function linkOf(api: TestApi): Promise<string> {
  const account = (await api.operator('POST /v1/admin/accounts', { name: 'Linked' })).body;
  const acting = { 'waybill-account': account.id };
  await api.operator(`PATCH /v1/admin/accounts/${account.id}`, { sender_policy: 'lenient' });
  const sent = await api.operator(
    'POST /v1/messages',
    { from: 'a@linked.example', to: 'b@example.com', subject: '<b>Hi</b>', text: 'x' },
    acting,
  );
  assert.equal(sent.status, 202, JSON.stringify(sent.body));
  const ids = {
    accountId: parsePublicId('acc', account.id) ?? '',
    messageId: parsePublicId('msg', sent.body.id) ?? '',
  };
  return messageUrl('', api.dependencies.linkKey, { ...ids, now: new Date() });
}

test('a link opens its message from this machine, escaped, in a development installation', async () => {
  const url = await linkOf(development);
  const { statusCode, headers, body } = await development.app.inject(url);
  assert.equal(statusCode, 200);
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.match(String(headers['content-security-policy']), /default-src 'none'/);
  assert.ok(body.includes('&lt;b&gt;Hi&lt;/b&gt;') && !body.includes('<b>Hi</b>'));
  assert.ok(body.includes('What happened, and why'));
});

test('from another address of the network a link opens nothing', async () => {
  const url = await linkOf(development);
  for (const remoteAddress of ['192.0.2.7', '10.0.0.1', '::ffff:192.0.2.7', '2001:db8::1'])
    assert.equal((await development.app.inject({ url, remoteAddress })).statusCode, 404, remoteAddress);
  assert.equal((await development.app.inject({ url, remoteAddress: '::1' })).statusCode, 200);
});

test('in production a link to a message is no address at all', async () => {
  assert.equal((await production.app.inject(await linkOf(production))).statusCode, 404);
});

test('the first page is the dashboard', async () => {
  for (const api of [development, production]) {
    const { statusCode, headers } = await api.app.inject('/');
    assert.deepEqual([statusCode, headers.location], [302, '/app/']);
  }
});
