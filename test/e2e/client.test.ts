/** The typed client against the running product. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Client, openClient } from '@waybill/client/client';
import { pages } from '@waybill/client/pages';
import { Problem } from '@waybill/client/problem';
import { freshRecipient } from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

let dev: TestDev;
let client: Client;
before(async () => {
  dev = await openDev();
  client = openClient({ baseUrl: dev.file.api.url, key: dev.file.api.key });
});
after(() => dev.stop());

test('a message is sent, followed to its recipient, and read back', async () => {
  const to = freshRecipient('client');
  const { id } = await client.sendMessage({
    body: { from: 'app@acme.test', to, subject: 'By client', text: 'Hello' },
  });
  await eventually('it is delivered', async () => {
    const { deliveries } = await client.getMessage({ id });
    return deliveries[0]?.status === 'delivered';
  });
  const caught = await client.listSandboxMessages({ to });
  assert.equal(caught.data[0]?.rcpt_to, to);
  const raw = await client.getMessageContent({ id, part: 'raw' });
  assert.match(await raw.text(), /Subject: By client/);
});

test('the same idempotency key sends once', async () => {
  const body = { from: 'app@acme.test', to: freshRecipient('once'), text: 'x' };
  const options = { idempotencyKey: `client-${Date.now()}` };
  const first = await client.sendMessage({ body }, options);
  assert.equal((await client.sendMessage({ body }, options)).id, first.id);
});

test('a list is read page after page', async () => {
  for (let turn = 0; turn < 3; turn += 1)
    await client.createSuppressions({ body: { address: freshRecipient(`page${turn}`) } });
  const found = [];
  for await (const one of pages((after) => client.listSuppressions({ limit: 1, ...(after && { after }) }))) {
    found.push(one.address);
    if (found.length === 3) break;
  }
  assert.equal(new Set(found).size, 3);
});

test('a refusal says its code and which field is wrong', async () => {
  const problem = await client
    .sendMessage({ body: { from: 'app@acme.test', to: 'no-address', text: 'x' } })
    .catch((error: unknown) => error);
  assert.ok(problem instanceof Problem);
  assert.deepEqual([problem.status, problem.code], [400, 'request_malformed']);
  assert.equal(problem.errors[0]?.pointer, '/to');
  assert.ok(problem.requestId?.startsWith('req_'));
  const foreign = client.getMessage({ id: `msg_${'0'.repeat(26)}` });
  await assert.rejects(foreign, { status: 404, code: 'not_found' });
});
