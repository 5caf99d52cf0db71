import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fieldValue, parseHeaders } from '@waybill/mail/headers';
import { type Api, caughtBy, firstAccount, freshRecipient, type Json } from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';

let dev: TestDev;
let api: Api;
before(async () => {
  dev = await openDev();
  api = firstAccount(dev.file);
});
after(() => dev.stop());

/** What two copies of one message have in common: ids, times and signatures are new each time. */
function likeness(bytes: Buffer): string {
  const { fields, end } = parseHeaders(bytes);
  const header = fields.map((field) => {
    const value = fieldValue(field).replaceAll(/\s+/g, ' ');
    return `${field.key}: ${value
      .replace(/\bb=[A-Za-z0-9+/= ]*$/, 'b=')
      .replaceAll(/\b(?:t|bh)=[^;]+;/g, '')
      .replaceAll(/msg_[0-9a-z]{26}|[0-9a-f-]{36}|[A-Za-z0-9_-]{40,}/g, 'id')
      .replaceAll(/[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d{4} [\d:]{8} [+-]\d{4}/g, 'date')}`;
  });
  return [...header, '', bytes.subarray(end).toString()].join('\n');
}

test('the bytes of an explanation are those that leave, but for ids, times and signatures', async () => {
  const to = freshRecipient();
  const mail = {
    from: 'Acme <app@acme.test>',
    to,
    subject: 'Grüße',
    text: 'Hällo\n'.repeat(3),
    tracking: { opens: false, clicks: 'none' },
    tags: ['explained'],
  };
  const said = await api.post<Json>('/v1/explain', mail);
  assert.equal(said.would_accept, true);
  await api.post('/v1/messages', mail);
  const caught = await caughtBy(api, to);
  const shown = likeness(Buffer.from(said.deliveries[0].content, 'base64'));
  assert.equal(shown, likeness(caught.raw));
  assert.match(shown, /^dkim-signature: .*b=$/m);
});
