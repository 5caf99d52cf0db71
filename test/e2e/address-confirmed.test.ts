/** The confirmation mail goes the whole way: accepted, prepared, signed by the platform, delivered, and read only by its recipient. */
import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { devPorts } from '../../apps/cli/src/dev/dev-settings.ts';
import {
  type Caught,
  caughtBy,
  freshRecipient,
  type Json,
  newTenant,
  operator,
} from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

let dev: TestDev;
before(async () => {
  dev = await openDev();
});
after(() => dev.stop());

const linkIn = (caught: Caught): URL => {
  const found = /http:\/\/127\.0\.0\.1:\d+\/confirm\/wb_link_[0-9a-z]{32}/.exec(caught.raw.toString())?.[0];
  assert.ok(found, caught.raw.toString());
  return new URL(found);
};

const press = (link: URL, button: '' | '/refuse' = ''): Promise<Response> =>
  fetch(`${link}${button}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  });

test('an address is confirmed by the mailbox that got the link, and can then be sent from', async () => {
  const tenant = await newTenant(dev.file, 'confirming');
  const address = freshRecipient('desk', 'partner.example');
  const asked = await tenant.api.post('/v1/from-addresses', { address });
  assert.deepEqual([asked.status, asked.confirmation.mailed], ['unconfirmed', true]);
  const send = () =>
    tenant.api.post('/v1/messages', { from: address, to: freshRecipient(), subject: 'x', text: 'x' });
  await assert.rejects(send(), { status: 403 });

  const caught = await caughtBy(operator(dev.file), address);
  const link = linkIn(caught);
  assert.equal(link.origin, dev.file.api.url);
  const opened = await fetch(link);
  assert.equal(opened.status, 200);
  assert.ok((await opened.text()).includes(address));
  await assert.rejects(send(), { status: 403 });
  assert.equal((await press(link)).status, 200);
  assert.equal((await press(link)).status, 404);
  const { data } = await tenant.api.get('/v1/from-addresses');
  assert.deepEqual(
    data.map((one: Json) => [one.address, one.status, one.proof]),
    [[address, 'confirmed', 'mailbox']],
  );
  await eventually('the address counts', () => send().catch(() => undefined));
});

test('mail of the product is signed by the platform and untracked', async () => {
  const tenant = await newTenant(dev.file, 'signing');
  const address = freshRecipient('desk', 'partner.example');
  await tenant.api.post('/v1/from-addresses', { address });
  const { raw } = await caughtBy(operator(dev.file), address);
  const resolver = new Resolver();
  const offset = dev.file.smtp.port - devPorts(0).smtp;
  resolver.setServers([`127.0.0.1:${devPorts(offset).sandboxDns}`]);
  const { results } = await dkimVerify(raw, { resolver: (name: string) => resolver.resolveTxt(name) });
  assert.deepEqual([...new Set(results.map((one: Json) => one.signingDomain))], ['waybill.test']);
  for (const { status } of results) assert.equal(status.result, 'pass');
  const text = raw.toString();
  assert.ok(!text.includes(dev.file.tracker.url), 'no link of the tracker');
  assert.doesNotMatch(text, /^List-Unsubscribe/im);
  assert.doesNotMatch(text, /^X-Waybill-/im);
});

const typesOf = (events: readonly { readonly type: string }[]): readonly string[] =>
  events.map(({ type }) => type);

test('a confirmation link is read by its recipient alone: no tenant, event, audit entry or log file has it', async () => {
  const tenant = await newTenant(dev.file, 'hidden');
  const address = freshRecipient('desk', 'partner.example');
  await tenant.api.post('/v1/from-addresses', { address });
  const link = linkIn(await caughtBy(operator(dev.file), address));
  const token = link.pathname.split('/').at(-1) ?? '';
  await fetch(link);
  await press(link, '/refuse');
  const paths = [
    `/v1/sandbox/messages?to=${encodeURIComponent(address)}`,
    '/v1/messages?limit=100',
    '/v1/events?limit=100',
    `/v1/recipients/${encodeURIComponent(address)}`,
    '/v1/audit-log?limit=100',
  ];
  for (const path of paths) {
    const answer = JSON.stringify(await tenant.api.get(path));
    assert.ok(!answer.includes(token), path);
    const seen = JSON.parse(answer).data;
    if (path.includes('/events')) assert.deepEqual(typesOf(seen), ['domain.verified'], path);
    else if (!path.includes('audit-log')) assert.deepEqual(seen, [], path);
  }
  const folder = dev.folder;
  const logs = (await readdir(folder, { recursive: true })).filter((name) => /\.log(\.\d+)?$/.test(name));
  assert.ok(logs.length > 0, 'there are log files to look at');
  for (const name of logs)
    assert.ok(!(await readFile(join(folder, name), 'utf8')).includes(token), `${name} holds a link`);
});
