import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Dialogue, type DialogueOptions, logIn, openDialogue } from '../../support/smtp-dialogue.ts';
import { type Ingress, id, secret, startIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
  ingress.settings.networks.push({
    networkId: id(),
    cidr: '127.0.0.42/32',
    accountId: ingress.acme.id,
    shared: false,
  });
});
after(() => ingress.close());

const said = async (client: Dialogue, line: string | Buffer): Promise<string> => {
  const { code, text } = await client.say(line);
  return `${code} ${text.slice(0, 5)}`;
};

const bare = ['MAIL FROM: ada@acme.test', 'RCPT TO: bob@example.com', 'RCPT TO:"eve x"@example.com', 'DATA'];

async function hand(client: Dialogue): Promise<void> {
  assert.deepEqual(await Promise.all(bare.slice(0, 3).map((line) => said(client, line))), [
    '250 2.1.0',
    '250 2.1.5',
    '250 2.1.5',
  ]);
  assert.equal((await client.say('DATA')).code, 354);
  client.send('From: ada@acme.test\r\n\r\nHi\r\n.\r\n');
  assert.equal((await client.reply()).code, 250);
  const { envelope } = ingress.messages.accepted.at(-1) ?? {};
  assert.deepEqual(envelope?.rcptTo, ['bob@example.com', '"eve x"@example.com']);
  assert.equal(envelope?.mailFrom, 'ada@acme.test');
}

test('a client that has logged in may leave out the angle brackets', async () => {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  await logIn(client, 'acme', secret);
  await hand(client);
  client.close();
});

test('a client of a registered network may leave out the angle brackets', async () => {
  const client = await openDialogue({ port: ingress.ports.relay, localAddress: '127.0.0.42' });
  await client.say('EHLO printer.example');
  await hand(client);
  client.close();
});

test('an unknown client may not leave out the angle brackets, on any port', async () => {
  for (const port of [ingress.ports.cleartext, ingress.ports.relay, ingress.ports.returnPath]) {
    const client = await openDialogue({ port });
    await client.say('EHLO stranger.example');
    assert.equal(await said(client, 'MAIL FROM:ada@acme.test'), '501 5.1.7');
    client.close();
  }
});

const lineFaults = [
  'NOOP\nNOOP',
  'MAIL FROM:<ada@acme.test>\nRCPT TO:<bob@example.com>\nDATA',
  '\nNOOP',
  'NOOP\n',
  'RSET\n\n\nQUIT',
];
for (const line of lineFaults) {
  test(`${JSON.stringify(line)} gets one reply and runs nothing`, async () => {
    const client = await openDialogue({ port: ingress.ports.cleartext });
    await logIn(client, 'acme', secret);
    assert.equal(await said(client, line), '500 5.5.2');
    // Out of step, the reply to the next command would be another one.
    assert.equal(await said(client, 'NOOP'), '250 2.0.0');
    assert.equal(await said(client, 'RCPT TO:<bob@example.com>'), '503 5.5.1');
    assert.equal(await said(client, 'QUIT'), '221 2.0.0');
    await client.closed();
  });
}

test('each line that ends in a bare LF gets an error reply', async () => {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  for (const line of ['EHLO printer.example\n', 'MAIL FROM:<ada@acme.test>\n']) {
    client.send(line);
    assert.equal((await client.reply()).code, 500);
  }
  assert.equal(await said(client, 'NOOP'), '250 2.0.0');
  client.close();
});

type Listener = DialogueOptions & { readonly name: string };
const listeners = (): readonly Listener[] => [
  { name: 'in clear', port: ingress.ports.cleartext ?? 0 },
  { name: 'over STARTTLS', port: ingress.ports.submission ?? 0, tls: 'starttls' },
  { name: 'over implicit TLS', port: ingress.ports.submissions ?? 0, tls: 'implicit' },
];

for (const index of [0, 1, 2]) {
  test(`a client that closes its side after the last byte gets every reply, listener ${index}`, async () => {
    const { name, ...options } = listeners()[index] ?? assert.fail();
    const client = await openDialogue(options);
    await logIn(client, 'acme', secret);
    const accepted = ingress.messages.accepted.length;
    client.send('MAIL FROM:<ada@acme.test>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n');
    for (const code of [250, 250, 354]) assert.equal((await client.reply()).code, code, name);
    client.send('From: ada@acme.test\r\n\r\nHi\r\n.\r\nNOOP\r\nQUIT\r\n');
    client.socket().end();
    for (const code of [250, 250, 221]) assert.equal((await client.reply()).code, code, name);
    await client.closed();
    assert.equal(ingress.messages.accepted.length, accepted + 1);
  });

  test(`a client that closes its side after the final dot gets the 250, listener ${index}`, async () => {
    const { name, ...options } = listeners()[index] ?? assert.fail();
    const client = await openDialogue(options);
    await logIn(client, 'acme', secret);
    client.send('MAIL FROM:<ada@acme.test>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n');
    for (const code of [250, 250, 354]) assert.equal((await client.reply()).code, code, name);
    client.send('From: ada@acme.test\r\n\r\nHi\r\n.\r\n');
    client.socket().end();
    assert.equal((await client.reply()).code, 250, name);
    await client.closed();
  });
}

test('a message whose client closes its side before the final dot is not accepted, and the connection ends', async () => {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  await logIn(client, 'acme', secret);
  const accepted = ingress.messages.accepted.length;
  for (const line of ['MAIL FROM:<ada@acme.test>', 'RCPT TO:<bob@example.com>', 'DATA'])
    await client.say(line);
  client.send('From: ada@acme.test\r\n\r\nHi\r\n');
  client.socket().end();
  await client.closed();
  assert.equal(ingress.messages.accepted.length, accepted);
});

test('the connection of an idle client that closes its side ends at once', async () => {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  client.socket().end();
  await client.closed();
});
