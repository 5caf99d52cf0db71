import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
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

const run = promisify(execFile);
const bin = resolve(import.meta.dirname, '../../apps/cli/bin/waybill.mjs');

/** `waybill message explain` on the host, as it is typed. */
async function explained(...args: readonly string[]): Promise<string> {
  const of = ['--account', dev.file.account.id, '--data', dev.folder];
  const env = { PATH: process.env.PATH ?? '' };
  const { stdout } = await run(process.execPath, [bin, 'message', 'explain', ...of, ...args], { env });
  return stdout;
}

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

/** Ids, times and tokens are new in each explanation. */
const withoutIds = (said: Json): Json =>
  JSON.parse(
    JSON.stringify({ ...said, deliveries: said.deliveries.map((one: Json) => ({ ...one, content: null })) })
      .replaceAll(/[0-9a-z]{26}|[0-9a-f-]{36}|[A-Za-z0-9_-]{40,}/g, 'id')
      .replaceAll(/\+[^@"]+@/g, '+token@'),
  );

test('the command explains a file as the API does, in JSON and for people', async () => {
  const to = freshRecipient();
  const raw = `From: Acme <app@acme.test>\r\nTo: ${to}\r\nSubject: Gr\u00fc\u00dfe\r\n\r\nHello\r\n`;
  const file = join(dev.folder, 'explained.eml');
  await writeFile(file, raw);
  const said = await api.post<Json>('/v1/explain', { raw: Buffer.from(raw).toString('base64'), to });
  const typed = JSON.parse(await explained('--to', to, '--file', file, '--json'));
  assert.equal(typed.would_accept, true);
  assert.deepEqual(withoutIds(typed), withoutIds(said));
  const bytes = Buffer.from(typed.deliveries[0].content, 'base64');
  assert.match(likeness(bytes), /^dkim-signature: .*b=$/m);

  const text = await explained('--to', to, '--file', file);
  assert.match(text, /^would_accept +true$/m);
  assert.match(text, /^NAME +PASSES +CODE +DETAIL$/m);
  assert.match(text, new RegExp(`^${to.replace('+', '\\+')} +queued +\\S+:\\d+ +acme\\.test/`, 'm'));
  await rm(file);
});

test('without a file the command says whether mail to a recipient would be accepted', async () => {
  const suppressed = freshRecipient();
  await api.post('/v1/suppressions', { address: suppressed });
  // Other scenarios register domains in the same account.
  const { data: domains } = await api.get('/v1/domains');
  const usable = domains.find(({ status }: Json) => status !== 'pending').domain;
  const two = JSON.parse(await explained('--to', freshRecipient(), suppressed, '--json'));
  assert.deepEqual(
    [two.from, ...two.deliveries.map(({ status }: Json) => status)],
    [`postmaster@${usable}`, 'queued', 'suppressed'],
  );
  assert.equal(two.deliveries[0].content, null, 'no copy was made');
  const foreign = await explained('--to', suppressed, '--from', 'app@foreign.example');
  assert.match(foreign, /^would_accept +false$/m);
  assert.match(foreign, /^refusal\.code +sender_not_verified$/m);
});
