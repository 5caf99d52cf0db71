/** Domains through the official client of Resend, unmodified, with the URL of this installation. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { dnsIn } from '@waybill/relay/domains/dns.test-support';
import { Resend } from 'resend';
import { openTestApi, type TestAccount, type TestApi } from './test-api.ts';

const zone = new Map<string, readonly string[]>();
const lookUp = dnsIn(zone, { kind: 'found', name: 'acme.example', servers: [] });

let api: TestApi;
let account: TestAccount;
let resend: Resend;

before(async () => {
  api = await openTestApi({
    dependencies: { lookUp },
    env: { WAYBILL_TRACKER_URL: 'https://t.relay.example', WAYBILL_HOSTNAME: 'mx.relay.example' },
  });
  account = await api.makeAccount();
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.app.server.address() as AddressInfo;
  resend = new Resend(account.key, { baseUrl: `http://127.0.0.1:${port}` });
});
after(() => api.close());

function good<T>({ data, error }: { data: T | null; error: unknown }): T {
  assert.equal(error, null);
  assert.ok(data);
  return data;
}

test('it adds a domain, shows the records to publish, verifies it, and removes it', async () => {
  const capabilities = { sending: 'enabled', receiving: 'disabled' } as const;
  const asked = {
    name: 'mail.acme.example',
    trackingSubdomain: 'go',
    capabilities,
    tls: 'opportunistic',
  } as const;
  const made = good(await resend.domains.create(asked));
  assert.deepEqual(
    [made.name, made.status, made.tracking_subdomain],
    ['mail.acme.example', 'not_started', 'go'],
  );
  assert.deepEqual(
    made.records.map(({ record, type, name }) => [record, type, name.replace(/^wb1-\w+/, 'wb1')]).slice(2),
    [
      ['SPF', 'MX', 'bounce.mail'],
      ['SPF', 'TXT', 'bounce.mail'],
      ['Tracking', 'CNAME', 'go.mail'],
    ],
  );
  const mx = made.records.find(({ type }) => type === 'MX');
  assert.ok(mx && 'priority' in mx);
  assert.deepEqual([mx.value, mx.priority], ['mx.relay.example', 10]);

  const { records } = (await account.ask(`GET /v1/domains/${made.id}`)).body;
  for (const { type, name, value } of records) if (type === 'TXT') zone.set(name, [value]);
  assert.equal(good(await resend.domains.verify(made.id)).id, made.id);
  const shown = good(await resend.domains.get(made.id));
  assert.equal(shown.status, 'verified');
  assert.deepEqual(
    shown.records.map(({ type, status }) => [type, status]),
    [
      ['TXT', 'verified'],
      ['TXT', 'verified'],
      ['MX', 'pending'],
      ['TXT', 'verified'],
      ['CNAME', 'pending'],
    ],
  );
  assert.equal(good(await resend.domains.update({ id: made.id, trackingSubdomain: 'links' })).id, made.id);
  assert.equal(good(await resend.domains.get(made.id)).tracking_subdomain, 'links');
  assert.deepEqual(good(await resend.domains.remove(made.id)), {
    object: 'domain',
    id: made.id,
    deleted: true,
  });
  assert.equal((await resend.domains.get(made.id)).error?.name, 'not_found');
});

test('it lists domains page by page', async () => {
  for (const name of ['one.example', 'two.example', 'three.example'])
    good(await resend.domains.create({ name }));
  const first = good(await resend.domains.list({ limit: 2 }));
  assert.deepEqual(
    [first.data.map(({ name }) => name), first.has_more],
    [['three.example', 'two.example'], true],
  );
  const rest = good(await resend.domains.list({ limit: 2, after: first.data[1]?.id ?? '' }));
  assert.deepEqual([rest.data.map(({ name }) => name), rest.has_more], [['one.example'], false]);
  const back = good(await resend.domains.list({ limit: 1, before: rest.data[0]?.id ?? '' }));
  assert.deepEqual([back.data.map(({ name }) => name), back.has_more], [['two.example'], true]);
});

test('a refusal has the shape of Resend', async () => {
  const { error } = await resend.domains.create({ name: 'no domain' });
  assert.deepEqual([error?.name, error?.statusCode], ['validation_error', 400]);
  const unknown = await resend.domains.create({ name: 'x.example', openTracking: true });
  assert.equal(unknown.error?.name, 'validation_error');
});
