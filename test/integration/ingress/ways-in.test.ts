import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { NetworkMatch } from '@waybill/relay/resolve-account';
import { type Dialogue, logIn, openDialogue, plainToken, sendMessage } from '../../support/smtp-dialogue.ts';
import { answerScram } from './scram-client.ts';
import { aCredential, aMessage, type Ingress, id, secret, startIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
  const network = (
    cidr: string,
    accountId: string | undefined,
    shared: boolean,
  ): Omit<NetworkMatch, 'prefixLength'> => ({
    networkId: id(),
    cidr,
    accountId,
    shared,
  });
  ingress.settings.networks.push(
    network('127.0.0.42/32', ingress.acme.id, false),
    network('127.0.0.44/32', ingress.acme.id, true),
    network('127.0.0.44/32', ingress.beta.id, true),
    network('127.0.0.43/32', undefined, false),
  );
});
after(() => ingress.close());

const lastKept = () => {
  const kept = ingress.messages.accepted.at(-1);
  assert.ok(kept);
  return kept;
};

async function from(localAddress: string, port = ingress.ports.relay): Promise<Dialogue> {
  const client = await openDialogue({ port, localAddress });
  await client.say('EHLO app.example');
  return client;
}

const send = (client: Dialogue, sender: string) =>
  sendMessage(client, { from: sender, to: 'bob@example.com', bytes: aMessage(sender) }).finally(() =>
    client.close(),
  );

const withKeyword = (): string => / with (\S+) id /.exec(lastKept().bytes.toString())?.[1] ?? '';
const ways = [
  { name: 'in clear', port: () => ingress.ports.cleartext, tls: 'none', keyword: 'ESMTPA' },
  { name: 'after STARTTLS', port: () => ingress.ports.submission, tls: 'starttls', keyword: 'ESMTPSA' },
  { name: 'over implicit TLS', port: () => ingress.ports.submissions, tls: 'implicit', keyword: 'ESMTPSA' },
  {
    name: 'on the relay port after STARTTLS',
    port: () => ingress.ports.relay,
    tls: 'starttls',
    keyword: 'ESMTPSA',
  },
] as const;

for (const way of ways) {
  test(`the credential names the account, ${way.name}, and Received says how it came`, async () => {
    const client = await openDialogue({ port: way.port(), tls: way.tls });
    await logIn(client, 'acme', secret);
    assert.equal((await send(client, 'ada@acme.test')).code, 250);
    assert.equal(lastKept().accountId, ingress.acme.id);
    assert.equal(lastKept().resolution.by, 'auth');
    assert.equal(withKeyword(), way.keyword);
  });
}

test('CRAM-MD5 proves the secret without sending it', async () => {
  const client = await from('127.0.0.1', ingress.ports.cleartext);
  const challenge = Buffer.from((await client.say('AUTH CRAM-MD5')).text, 'base64');
  assert.match(challenge.toString(), /^<[^<>@]+@mx\.waybill\.test>$/);
  const digest = createHmac('md5', secret).update(challenge).digest('hex');
  const reply = await client.say(Buffer.from(`acme-cram ${digest}`).toString('base64'));
  assert.equal(`${reply.code} ${reply.text.slice(0, 5)}`, '235 2.7.0');
  assert.equal((await send(client, 'ada@acme.test')).code, 250);
  assert.equal(lastKept().session.mechanism, 'CRAM-MD5');
});

test('SCRAM-SHA-256 proves both sides to each other', async () => {
  const client = await from('127.0.0.1', ingress.ports.cleartext);
  const nonce = randomBytes(12).toString('hex');
  const bare = `n=acme-cram,r=${nonce}`;
  const first = await client.say(`AUTH SCRAM-SHA-256 ${Buffer.from(`n,,${bare}`).toString('base64')}`);
  const answer = answerScram({ bare }, Buffer.from(first.text, 'base64').toString(), secret);
  const final = await client.say(Buffer.from(answer.clientFinal).toString('base64'));
  assert.equal(Buffer.from(final.text, 'base64').toString(), `v=${answer.serverSignature}`);
  assert.equal((await client.say('')).code, 235);
  assert.equal((await send(client, 'ada@acme.test')).code, 250);
});

test('SCRAM-SHA-256 with a wrong secret, or of an unknown user, fails at its end', async () => {
  for (const [username, password] of [
    ['acme-cram', 'wrong'],
    ['unknown', secret],
    ['acme', secret],
  ] as const) {
    const client = await from('127.0.0.1', ingress.ports.cleartext);
    const bare = `n=${username},r=${randomBytes(12).toString('hex')}`;
    const first = await client.say(`AUTH SCRAM-SHA-256 ${Buffer.from(`n,,${bare}`).toString('base64')}`);
    assert.equal(first.code, 334);
    const answer = answerScram({ bare }, Buffer.from(first.text, 'base64').toString(), password);
    assert.equal((await client.say(Buffer.from(answer.clientFinal).toString('base64'))).code, 535);
    client.close();
  }
});

test('SCRAM-SHA-256 accepts the own name as authzid, and no other', async () => {
  for (const [authzid, code] of [
    ['acme-cram', 235],
    ['acme', 535],
    ['beta', 535],
  ] as const) {
    const client = await from('127.0.0.1', ingress.ports.cleartext);
    const gs2 = `n,a=${authzid},`;
    const bare = `n=acme-cram,r=${randomBytes(12).toString('hex')}`;
    const first = await client.say(`AUTH SCRAM-SHA-256 ${Buffer.from(gs2 + bare).toString('base64')}`);
    const answer = answerScram({ bare, gs2 }, Buffer.from(first.text, 'base64').toString(), secret);
    const final = await client.say(Buffer.from(answer.clientFinal).toString('base64'));
    const said = final.code === 334 ? await client.say('') : final;
    assert.equal(said.code, code, authzid);
    client.close();
  }
});

test('a credential for certain networks works from nowhere else', async () => {
  ingress.settings.credentials.push(
    aCredential(ingress.acme.id, { username: 'office', secret }, { networks: ['127.0.0.50/32'] }),
  );
  const away = await openDialogue({ port: ingress.ports.cleartext });
  assert.equal((await logIn(away, 'office', secret)).code, 535);
  assert.equal((await away.say('MAIL FROM:<ada@acme.test>')).code, 530);
  away.close();
  const office = await openDialogue({ port: ingress.ports.cleartext, localAddress: '127.0.0.50' });
  assert.equal((await logIn(office, 'office', secret)).code, 235);
  office.close();
});

test('a credential for one domain sends as no other', async () => {
  ingress.settings.domains.push({ accountId: ingress.acme.id, domain: 'news.acme.test' });
  ingress.settings.credentials.push(
    aCredential(ingress.acme.id, { username: 'news', secret }, { senderDomains: ['news.acme.test'] }),
  );
  const client = await openDialogue({ port: ingress.ports.cleartext });
  await logIn(client, 'news', secret);
  assert.match((await client.say('MAIL FROM:<ada@acme.test>')).text, /^5\.7\.1 sender_not_verified: /);
  assert.equal((await client.say('MAIL FROM:<ada@news.acme.test>')).code, 250);
  client.close();
});

test('an own network names the account, on the relay port', async () => {
  assert.equal((await send(await from('127.0.0.42'), 'ada@acme.test')).code, 250);
  assert.equal(lastKept().accountId, ingress.acme.id);
  assert.equal(lastKept().resolution.by, 'ip');
  assert.equal(lastKept().session.protocol, 'ESMTP');
});

test('and on the submission ports, after STARTTLS where that is required', async () => {
  assert.equal((await send(await from('127.0.0.42', ingress.ports.cleartext), 'ada@acme.test')).code, 250);
  const early = await from('127.0.0.42', ingress.ports.submission);
  assert.match((await early.say('MAIL FROM:<ada@acme.test>')).text, /^5\.7\.0 Must issue a STARTTLS/);
  early.close();
  const secured = await openDialogue({
    port: ingress.ports.submission,
    tls: 'starttls',
    localAddress: '127.0.0.42',
  });
  await secured.say('EHLO app.example');
  assert.equal((await send(secured, 'ada@acme.test')).code, 250);
});

test('a client of an own network cannot send as another account', async () => {
  const client = await from('127.0.0.42');
  assert.match((await client.say('MAIL FROM:<ada@beta.test>')).text, /^5\.7\.1 sender_not_allowed: /);
  client.close();
});

test('a shared network is decided by From', async () => {
  for (const [sender, account] of [
    ['ada@acme.test', ingress.acme],
    ['bea@beta.test', ingress.beta],
  ] as const) {
    assert.equal((await send(await from('127.0.0.44'), sender)).code, 250);
    assert.equal(lastKept().accountId, account.id);
  }
});

test('a From of neither account is refused before 250', async () => {
  const reply = await send(await from('127.0.0.44'), 'ada@elsewhere.example');
  assert.match(`${reply.code} ${reply.text}`, /^550 5\.7\.1 account_undecided: /);
});

test('a trusted relay submits mail for every account, decided by From', async () => {
  assert.equal((await send(await from('127.0.0.43'), 'bea@beta.test')).code, 250);
  assert.equal(lastKept().accountId, ingress.beta.id);
  const unknown = await send(await from('127.0.0.43'), 'ada@elsewhere.example');
  assert.match(`${unknown.code} ${unknown.text}`, /^550 5\.7\.1 account_undecided: /);
});

test('an address that another account registered takes no mail from the account that verified the domain', async () => {
  for (const isProved of [true, false])
    ingress.settings.fromAddresses.push({ accountId: ingress.beta.id, address: 'ceo@acme.test', isProved });
  for (const ip of ['127.0.0.44', '127.0.0.43']) {
    assert.equal((await send(await from(ip), 'ceo@acme.test')).code, 250);
    assert.equal(lastKept().accountId, ingress.acme.id);
  }
  const unproved = { accountId: ingress.beta.id, address: 'desk@partner.example', isProved: false };
  ingress.settings.fromAddresses.push(unproved);
  const open = await send(await from('127.0.0.43'), 'desk@partner.example');
  assert.match(`${open.code} ${open.text}`, /^550 5\.7\.1 account_undecided: /);
});

test('AUTH wins over the address', async () => {
  const client = await from('127.0.0.42', ingress.ports.cleartext);
  assert.equal((await client.say(`AUTH PLAIN ${plainToken('beta', secret)}`)).code, 235);
  assert.equal((await send(client, 'bea@beta.test')).code, 250);
  assert.equal(lastKept().accountId, ingress.beta.id);
});

test('AUTH has no place in a transaction that the address began', async () => {
  const client = await from('127.0.0.42', ingress.ports.cleartext);
  await client.say('MAIL FROM:<ada@acme.test>');
  assert.equal((await client.say(`AUTH PLAIN ${plainToken('beta', secret)}`)).code, 503);
  client.close();
});

test('a header of the client is not believed and does not stay', async () => {
  const client = await from('127.0.0.42');
  const forged = `X-Waybill-Account: v1; account=${ingress.beta.id}; mac=AAAA\r\n`;
  const reply = await sendMessage(client, {
    from: 'ada@acme.test',
    to: 'bob@example.com',
    bytes: forged + aMessage(),
  });
  assert.equal(reply.code, 250);
  assert.equal(lastKept().accountId, ingress.acme.id);
  assert.equal(
    lastKept()
      .bytes.toString()
      .match(/^X-Waybill-Account:/gm)?.length,
    1,
  );
  client.close();
});
