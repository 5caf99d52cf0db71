/** Lenient accounts, and credentials that may do less than their account. */
import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { after, before, test } from 'node:test';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { devPorts } from '../../apps/cli/src/dev/dev-settings.ts';
import {
  caughtBy,
  freshRecipient,
  type Json,
  messageIdIn,
  newTenant,
  reasonsIn,
  submit,
  type Tenant,
  traceAt,
} from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';

let dev: TestDev;
before(async () => {
  dev = await openDev();
});
after(() => dev.stop());

type Login = Tenant['login'];
const send = (auth: Login, from: string, to = freshRecipient()): Promise<string> =>
  submit({
    port: dev.file.smtp.port,
    auth,
    mailFrom: from,
    to,
    raw: `From: ${from}\nTo: ${to}\nSubject: May I\n\nHello\n`,
  });

/** The installation's own name server, which publishes what `.test` domains need. */
function localResolver(): Resolver {
  const resolver = new Resolver();
  const offset = dev.file.smtp.port - devPorts(0).smtp;
  resolver.setServers([`127.0.0.1:${devPorts(offset).sandboxDns}`]);
  return resolver;
}

test('a lenient account relays for a From that no account verified, under the signature of the platform, and the trace says so', async () => {
  const tenant = await newTenant(dev.file, 'lenient', { sender_policy: 'lenient' });
  const to = freshRecipient('lenient');
  const id = messageIdIn(await send(tenant.login, 'someone@partner.example', to));
  const trace = await traceAt(tenant.api, id, 'delivered');
  assert.match(reasonsIn(trace), /sign-dkim: signed waybill\.test\/\S+.*\. .*lenient/i);
  const { raw } = await caughtBy(tenant.api, to);
  const resolver = localResolver();
  const { results } = await dkimVerify(raw, { resolver: (name: string) => resolver.resolveTxt(name) });
  assert.deepEqual([...new Set(results.map((one: Json) => one.signingDomain))], ['waybill.test']);
  for (const { status } of results) assert.equal(status.result, 'pass');
});

test('a lenient account may not write as a domain or subdomain that another account verified, nor as the platform', async () => {
  const tenant = await newTenant(dev.file, 'lenient', { sender_policy: 'lenient' });
  for (const from of [
    'app@acme.test',
    'app@sub.acme.test',
    'postmaster@waybill.test',
    'x@a.bounces.waybill.test',
  ])
    await assert.rejects(send(tenant.login, from), /550 5\.7\.1 sender_not_allowed/, from);
});

test('a credential for some networks is refused from elsewhere at AUTH, and let in from there', async () => {
  const tenant = await newTenant(dev.file, 'networks');
  const make = (networks: readonly string[]): Promise<Json> =>
    tenant.api.post('/v1/smtp-credentials', { name: networks.join(), networks });
  const far = await make(['192.0.2.0/24']);
  await assert.rejects(
    send({ username: far.username, password: far.secret }, `app@${tenant.domain}`),
    (error: Json) => {
      assert.match(error.response, /^535 5\.7\.8 network_not_allowed/);
      return true;
    },
  );
  const near = await make(['192.0.2.0/24', '127.0.0.0/8']);
  const id = messageIdIn(
    await send({ username: near.username, password: near.secret }, `app@${tenant.domain}`),
  );
  const trace = await traceAt(tenant.api, id, 'delivered');
  assert.match(reasonsIn(trace), /handed it over from 127\.0\.0\.1/);
});

test('a credential for some domains of its account may not send as the others', async () => {
  const tenant = await newTenant(dev.file, 'domains');
  const other = await tenant.api.post('/v1/domains', { domain: `other-${tenant.domain}` });
  await tenant.api.post(`/v1/domains/${other.id}/verify`);
  const { username, secret } = await tenant.api.post('/v1/smtp-credentials', {
    name: 'one domain',
    sender_domains: [tenant.domain],
  });
  const login = { username, password: secret };
  await assert.rejects(
    send(login, `app@other-${tenant.domain}`),
    /sender_not_verified: this credential may not send as other-/,
  );
  const trace = await traceAt(
    tenant.api,
    messageIdIn(await send(login, `app@${tenant.domain}`)),
    'delivered',
  );
  assert.match(reasonsIn(trace), new RegExp(`signed ${tenant.domain}/`));
});
