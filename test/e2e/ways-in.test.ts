import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  apiOf,
  assertSigned,
  caughtBy,
  firstAccount,
  freshRecipient,
  type Json,
  messageIdIn,
  operator,
  secondAccount,
  submit,
  traceAt,
} from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

let dev: TestDev;
before(async () => {
  dev = await openDev();
});
after(() => dev.stop());

const aMessage = (from: string, to: string, extra = ''): string =>
  `From: ${from}\nTo: ${to}\nSubject: Way in\n${extra}Content-Type: text/plain\n\nHello\n`;

const ip = (cidr: string): string => cidr.replace(/\/32$/, '');

test('a credential names the account', async () => {
  const { smtp, credential } = dev.file;
  const to = freshRecipient();
  const reply = await submit({
    port: smtp.port,
    auth: credential,
    mailFrom: 'app@acme.test',
    to,
    raw: aMessage('app@acme.test', to),
  });
  assert.match(reply, /^250 2\.0\.0 queued as msg_[0-9a-z]{26} \(dlv_[0-9a-z]{26}\)/);
  const { raw } = await caughtBy(firstAccount(dev.file), to);
  await assertSigned(raw, dev.file, 'acme.test');
  assert.match(raw.toString('latin1'), /^Received: .*with ESMTPA/ms);
  const trace = await traceAt(firstAccount(dev.file), messageIdIn(reply), 'delivered');
  assert.equal(trace.resolution.by, 'header');
});

test('the address of an exclusive network names the account', async () => {
  const to = freshRecipient();
  const reply = await submit({
    port: dev.file.relay.port,
    localAddress: ip(dev.file.networks.own),
    mailFrom: 'app@acme.test',
    to,
    raw: aMessage('app@acme.test', to),
  });
  const trace = await traceAt(firstAccount(dev.file), messageIdIn(reply), 'delivered');
  assert.match(JSON.stringify(trace), /127\.0\.0\.42/);
});

test('on a shared network the From address decides between those who share it', async () => {
  const { relay, networks } = dev.file;
  for (const [domain, owner, stranger] of [
    ['acme.test', firstAccount(dev.file), secondAccount(dev.file)],
    ['beta.test', secondAccount(dev.file), firstAccount(dev.file)],
  ] as const) {
    const to = freshRecipient();
    const reply = await submit({
      port: relay.port,
      localAddress: ip(networks.shared),
      mailFrom: `app@${domain}`,
      to,
      raw: aMessage(`app@${domain}`, to),
    });
    const id = messageIdIn(reply);
    const trace = await traceAt(owner, id, 'delivered');
    assert.match(JSON.stringify(trace.resolution), /verified/);
    await assert.rejects(stranger.get(`/v1/messages/${id}`), { status: 404 });
    const { raw } = await caughtBy(owner, to);
    await assertSigned(raw, dev.file, domain);
  }
});

test('a trusted relay submits mail for the account that owns the From domain', async () => {
  const to = freshRecipient();
  const reply = await submit({
    port: dev.file.relay.port,
    localAddress: ip(dev.file.networks.trustedRelay),
    mailFrom: 'app@beta.test',
    to,
    raw: aMessage('app@beta.test', to),
  });
  await traceAt(secondAccount(dev.file), messageIdIn(reply), 'delivered');
});

test('a trusted relay submits mail for a From address that the operator vouched for', async () => {
  const to = freshRecipient();
  const account = firstAccount(dev.file);
  const address = `desk-${Date.now()}@partner.example`;
  const { id: registered } = await account.post('/v1/from-addresses', { address });
  const { url, operatorKey } = dev.file.api;
  const operator = apiOf({ url, key: operatorKey, accountId: dev.file.account.id });
  await operator.post(`/v1/from-addresses/${registered}/vouch`, undefined);
  const reply = await eventually('the address is known', async () =>
    submit({
      port: dev.file.relay.port,
      localAddress: ip(dev.file.networks.trustedRelay),
      mailFrom: 'app@acme.test',
      to,
      raw: aMessage(address, to),
    }).catch(() => undefined),
  );
  const trace = await traceAt(account, messageIdIn(reply), 'delivered');
  assert.match(JSON.stringify(trace.resolution), /From address/i);
});

test('an unknown client gets "we do not relay" after RCPT TO', async () => {
  const to = freshRecipient();
  const sending = submit({
    port: dev.file.relay.port,
    mailFrom: 'app@acme.test',
    to,
    raw: aMessage('app@acme.test', to),
  });
  await assert.rejects(sending, (error: Json) => {
    assert.equal(error.command, 'RCPT TO');
    assert.match(error.response, /^550 5\.7\.1 we do not relay/);
    return true;
  });
});

test('on a submission port a client without AUTH is refused at MAIL FROM', async () => {
  const to = freshRecipient();
  const sending = submit({
    port: dev.file.smtp.port,
    mailFrom: 'app@acme.test',
    to,
    raw: aMessage('app@acme.test', to),
  });
  await assert.rejects(sending, (error: Json) => {
    assert.equal(error.command, 'MAIL FROM');
    assert.match(error.response, /^530 5\.7\.0 Authentication required/);
    return true;
  });
});

test('mail of a trusted relay that no account owns is refused, and the operator sees the evidence', async () => {
  const to = freshRecipient();
  const stranger = `who-${Date.now()}@nowhere.example`;
  const sending = submit({
    port: dev.file.relay.port,
    localAddress: ip(dev.file.networks.trustedRelay),
    mailFrom: stranger,
    to,
    raw: aMessage(stranger, to),
  });
  await assert.rejects(sending, /550 5\.7\.1 account_undecided/);
  const found = await eventually('the discard', async () => {
    const list = await operator(dev.file).get<{ data: Json[] }>('/v1/admin/discards?limit=20');
    return list.data.find((discard) => JSON.stringify(discard.evidence).includes(stranger));
  });
  assert.equal(found.stage, 'session');
  assert.ok(found.resolution.reason.length > 0);
});

test('a forged account header is ignored, removed and noted in the trace', async () => {
  const to = freshRecipient();
  const { credential, second, smtp } = dev.file;
  const forged = `X-Waybill-Account: v1; account=${second.id}; credential=-; ip=127.0.0.1; message=msg_00000000000000000000000000; t=1; mac=00\n`;
  const reply = await submit({
    port: smtp.port,
    auth: credential,
    mailFrom: 'app@acme.test',
    to,
    raw: aMessage('app@acme.test', to, forged),
  });
  const id = messageIdIn(reply);
  const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
  assert.match(JSON.stringify(trace.notes), /forged/);
  await assert.rejects(secondAccount(dev.file).get(`/v1/messages/${id}`), { status: 404 });
  const { raw } = await caughtBy(firstAccount(dev.file), to);
  assert.doesNotMatch(raw.toString('latin1'), /X-Waybill/i);
});

test('the account header never leaves', async () => {
  const list = await firstAccount(dev.file).get<{ data: { id: string }[] }>('/v1/sandbox/messages?limit=50');
  assert.ok(list.data.length > 0);
  for (const { id } of list.data) {
    const raw = await firstAccount(dev.file).raw(`/v1/sandbox/messages/${id}/raw`);
    assert.doesNotMatch(raw.toString('latin1'), /X-Waybill-/i);
  }
});
