import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Api,
  firstAccount,
  freshRecipient,
  type Json,
  operator,
  traceAt,
} from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

let dev: TestDev;
let api: Api;
let admin: Api;
before(async () => {
  dev = await openDev();
  api = firstAccount(dev.file);
  admin = operator(dev.file);
});
after(() => dev.stop());

test('a rule of the operator reaches the running engine', async () => {
  const rule = { pattern: 'mailbox full * quota', category: 'mailbox_full', party: 'policy' };
  const { id } = await admin.post<Json>('/v1/admin/bounce-rules', rule);
  try {
    await eventually('the rule is used', async () => {
      const to = freshRecipient('full', 'sandbox.test');
      const sent = await api.post<Json>('/v1/messages', { from: 'app@acme.test', to, text: 'Hello' });
      await traceAt(api, sent.id, 'bounced');
      const { data } = await api.get<Json>(`/v1/messages/${sent.id}/events`);
      return data.some(({ type, party }: Json) => type === 'message.bounced' && party === 'policy');
    });
  } finally {
    await admin.remove(`/v1/admin/bounce-rules/${id}`);
  }
  assert.equal((await admin.get<Json>('/v1/admin/bounce-rules')).data[0].kind, 'built_in');
});
