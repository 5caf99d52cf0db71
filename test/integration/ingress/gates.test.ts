import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Dialogue, logIn, openDialogue, sendMessage } from '../../support/smtp-dialogue.ts';
import { aCredential, aMessage, anAccount, type Ingress, secret, startIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress({ maxRecipients: 5 });
});
after(() => ingress.close());

async function as(username: string): Promise<Dialogue> {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  assert.equal((await logIn(client, username, secret)).code, 235);
  return client;
}

function addAccount(username: string, overrides: Parameters<typeof anAccount>[0]) {
  const account = anAccount(overrides);
  ingress.settings.accounts.push(account);
  ingress.settings.credentials.push(aCredential(account.id, { username, secret }));
  return account;
}

const said = async (client: Dialogue, line: string): Promise<string> => {
  const reply = await client.say(line);
  return `${reply.code} ${reply.text}`;
};

test('a suspended account is refused at MAIL', async () => {
  addAccount('suspended', { status: 'suspended' });
  const client = await as('suspended');
  assert.match(
    await said(client, 'MAIL FROM:<>'),
    /^550 5\.7\.1 account_suspended: .* https:\/\/waybill\.test\/problems\/account_suspended req_[0-9a-z]{26}$/,
  );
  client.close();
});

test('a lenient account sends as domains that no account owns, and not as one of another account', async () => {
  addAccount('lenient', { senderPolicy: 'lenient' });
  const client = await as('lenient');
  assert.match(await said(client, 'MAIL FROM:<ada@beta.test>'), /^550 5\.7\.1 sender_not_allowed: /);
  assert.match(await said(client, 'MAIL FROM:<ada@elsewhere.example>'), /^250 /);
  client.close();
});

test('a registered From address is enough', async () => {
  const account = addAccount('listed', {});
  ingress.settings.fromAddresses.push({ accountId: account.id, address: 'ada@elsewhere.example' });
  const client = await as('listed');
  assert.match(await said(client, 'MAIL FROM:<ada@elsewhere.example>'), /^250 /);
  client.close();
});

test('the limit refuses MAIL, or the recipient beyond it, with the time to try again', async () => {
  const retryAt = new Date('2030-01-01T00:00:00Z');
  const hourly = { scope: 'account', name: 'perHour', limit: 100 } as const;
  ingress.usage.left = { recipients: 0, binding: hourly, retryAt };
  const client = await as('acme');
  assert.match(
    await said(client, 'MAIL FROM:<ada@acme.test>'),
    /^451 4\.7\.1 quota_exceeded: .*2030-01-01T00:00:00/,
  );
  ingress.usage.left = { recipients: 1, binding: hourly, retryAt };
  assert.match(await said(client, 'MAIL FROM:<ada@acme.test>'), /^250 /);
  assert.match(await said(client, 'RCPT TO:<one@example.com>'), /^250 /);
  assert.match(await said(client, 'RCPT TO:<two@example.com>'), /^451 4\.7\.1 quota_exceeded: /);
  ingress.usage.left = { recipients: Number.POSITIVE_INFINITY, binding: undefined, retryAt: undefined };
  client.close();
});

test('a recipient beyond the hourly limit itself is refused permanently, with the limit', async () => {
  addAccount('narrow', { limits: { perHour: 1 }, senderPolicy: 'lenient' });
  const client = await as('narrow');
  assert.match(await said(client, 'MAIL FROM:<ada@elsewhere.example>'), /^250 /);
  assert.match(await said(client, 'RCPT TO:<one@example.com>'), /^250 /);
  assert.match(
    await said(client, 'RCPT TO:<two@example.com>'),
    /^550 5\.5\.3 quota_too_small: .*the limit is 1 per hour/,
  );
  client.close();
});

test('suppressed recipients are refused or, if the account wants that, accepted and reported', async () => {
  const reporting = addAccount('reporting', { suppressedRecipients: 'report' });
  const gone = { address: 'gone@example.com', reason: 'complaint', streamId: undefined } as const;
  for (const account of [ingress.acme, reporting]) await ingress.suppressions.add(account.id, gone, {});
  for (const [username, code] of [
    ['acme', '550 5.7.1 recipient_suppressed:'],
    ['reporting', '250 2.1.5'],
  ] as const) {
    const client = await as(username);
    await client.say('MAIL FROM:<>');
    const reply = await said(client, 'RCPT TO:<gone@example.com>');
    assert.equal(reply.slice(0, code.length), code);
    client.close();
  }
});

test('one recipient too many is temporary; the accepted ones get their mail', async () => {
  const client = await as('acme');
  await client.say('MAIL FROM:<ada@acme.test>');
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    assert.match(await said(client, `RCPT TO:<${name}@example.com>`), /^250 /);
  assert.match(await said(client, 'RCPT TO:<f@example.com>'), /^452 4\.5\.3 too_many_recipients: /);
  // A repeated recipient is none too many.
  assert.match(await said(client, 'RCPT TO:<a@example.com>'), /^250 /);
  await client.say('DATA');
  const reply = await said(client, `${aMessage()}\r\n.`);
  assert.equal(reply.match(/dlv_/g)?.length, 5);
  client.close();
});

test('local parts that differ in case are two recipients, and keep their case', async () => {
  const client = await as('acme');
  await client.say('MAIL FROM:<ada@acme.test>');
  for (const path of [
    '<Vic@Example.COM>',
    '<vic@example.com>',
    '<"q r"@example.com>',
    '<b@xn--bcher-kva.example>',
  ]) {
    assert.match(await said(client, `RCPT TO:${path}`), /^250 /);
  }
  await client.say('DATA');
  assert.match(await said(client, `${aMessage()}\r\n.`), /^250 /);
  const kept = ingress.messages.accepted.at(-1)?.envelope.rcptTo;
  assert.deepEqual(kept, [
    'Vic@example.com',
    'vic@example.com',
    '"q r"@example.com',
    'b@xn--bcher-kva.example',
  ]);
  client.close();
});

test('AUTH= is stored as information and does not change the account', async () => {
  const client = await as('acme');
  await client.say('MAIL FROM:<ada@acme.test> AUTH=bea@beta.test');
  await client.say('RCPT TO:<bob@example.com>');
  await client.say('DATA');
  assert.match(await said(client, `${aMessage()}\r\n.`), /^250 /);
  const kept = ingress.messages.accepted.at(-1);
  assert.equal(kept?.envelope.authParam, 'bea@beta.test');
  assert.equal(kept?.accountId, ingress.acme.id);
  client.close();
});

test('a message without one From is refused at its end', async () => {
  const client = await as('acme');
  const none = await sendMessage(client, {
    from: 'ada@acme.test',
    to: 'bob@example.com',
    bytes: 'Subject: x\r\n\r\ny',
  });
  assert.match(`${none.code} ${none.text}`, /^550 5\.6\.0 from_header_malformed: /);
  const two = `From: bea@beta.test\r\n${aMessage()}`;
  const reply = await sendMessage(client, { from: 'ada@acme.test', to: 'bob@example.com', bytes: two });
  assert.match(`${reply.code} ${reply.text}`, /^550 5\.6\.0 from_header_malformed: /);
  client.close();
});

test('two different fields where one is allowed are refused at the end of data', async () => {
  const client = await as('acme');
  const send = async (second: string) => {
    const bytes = `Subject: one\r\n${second}\r\nFrom: ada@acme.test\r\n\r\nHi\r\n`;
    const reply = await sendMessage(client, { from: 'ada@acme.test', to: 'bob@example.com', bytes });
    return `${reply.code} ${reply.text}`;
  };
  assert.match(
    await send('Subject: two'),
    /^554 5\.6\.0 header_field_repeated: .* more than one Subject field/,
  );
  assert.match(await send('Subject: one'), /^250 /);
  client.close();
});

test('a From of another account is refused at the end of data, with any envelope', async () => {
  const client = await as('acme');
  const bytes = aMessage('bea@beta.test');
  const reply = await sendMessage(client, { from: 'ada@acme.test', to: 'bob@example.com', bytes });
  assert.match(`${reply.code} ${reply.text}`, /^550 5\.7\.1 sender_not_allowed: /);
  client.close();
});

test('a message that loops is refused', async () => {
  const client = await as('acme');
  const bytes = 'Received: from a by b; Mon, 1 Jan 2029 00:00:00 +0000\r\n'.repeat(120) + aMessage();
  const reply = await sendMessage(client, { from: 'ada@acme.test', to: 'bob@example.com', bytes });
  assert.equal(`${reply.code}`[0], '5');
  assert.match(reply.text, /loop_detected: /);
  client.close();
});

test('an account may have a smaller size limit than the installation', async () => {
  addAccount('small', { maxMessageBytes: 2_000, senderPolicy: 'lenient' });
  const client = await as('small');
  assert.match(await said(client, 'MAIL FROM:<> SIZE=3000'), /^552 5\.3\.4 message_too_large: /);
  const bytes = aMessage('ada@elsewhere.example', 'x'.repeat(70).concat('\r\n').repeat(50));
  const reply = await sendMessage(client, { from: '', to: 'bob@example.com', bytes });
  assert.match(`${reply.code} ${reply.text}`, /^552 5\.3\.4 message_too_large: /);
  client.close();
});
