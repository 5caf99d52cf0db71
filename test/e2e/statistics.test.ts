import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Api,
  firstAccount,
  freshRecipient,
  type Json,
  messageIdIn,
  submit,
  traceAt,
} from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

let dev: TestDev;
let api: Api;
before(async () => {
  dev = await openDev();
  api = firstAccount(dev.file);
});
after(() => dev.stop());

async function send(name: string): Promise<string> {
  const to = freshRecipient(name, 'sandbox.test');
  const { smtp, credential } = dev.file;
  const raw = `From: app@acme.test\nTo: ${to}\nSubject: Counted\n\nHello\n`;
  return messageIdIn(await submit({ port: smtp.port, auth: credential, mailFrom: 'app@acme.test', to, raw }));
}

type Total = { readonly accepted: number; readonly delivered: number; readonly bounced: number };
const total = async (): Promise<Total> =>
  (await api.get<{ total: { counts: Total } }>('/v1/stats?interval=total')).total.counts;

test('mail is counted within seconds where it went, and accepted is the sum of all ends', async () => {
  const before = await total();
  await traceAt(api, await send('delivered'), 'delivered');
  await traceAt(api, await send('bounce'), 'bounced');
  await eventually('it is counted', async () => {
    const now = await total();
    return now.delivered > before.delivered && now.bounced > before.bounced;
  });
  const { data } = await api.get<{ data: Json[] }>('/v1/stats/balance');
  assert.ok(data.length > 0);
  for (const { difference } of data) assert.equal(difference, 0);
  const bounces = await api.get<{ data: Json[] }>('/v1/stats/bounces');
  assert.ok(bounces.data.some(({ code }) => code === '5.1.1'));
  const providers = await api.get<{ data: Json[] }>('/v1/stats/providers');
  assert.ok(providers.data.some(({ top_refusal }) => top_refusal?.bounced > 0));
});
