import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Dialogue, logIn, openDialogue } from '../../support/smtp-dialogue.ts';
import { type Variation, variations } from './end-of-data-variations.ts';
import { aCredential, anAccount, type Ingress, id, secret, startIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
  const { settings, acme } = ingress;
  const repairing = anAccount({ bareLineEndings: 'repair' });
  settings.accounts.push(repairing);
  settings.domains.push({ accountId: repairing.id, domain: 'repair.test' });
  settings.credentials.push(aCredential(repairing.id, { username: 'repairing', secret }));
  for (const accountId of [acme.id, repairing.id]) {
    settings.networks.push({ networkId: id(), cidr: '127.0.0.44/32', accountId, shared: true });
  }
  settings.networks.push({
    networkId: id(),
    cidr: '127.0.0.42/32',
    accountId: repairing.id,
    shared: false,
  });
});
after(() => ingress.close());

const header = 'From: ada@acme.test\r\n\r\n';

const bodyOf = (bytes: Buffer | undefined): string => {
  const text = bytes?.toString() ?? '';
  return text.slice(text.indexOf('\r\n\r\n') + 4);
};

const settings = {
  refuse: { user: 'acme', domain: 'acme.test' },
  repair: { user: 'repairing', domain: 'repair.test' },
} as const;
type Setting = keyof typeof settings;
type Write = (client: Dialogue, bytes: Buffer) => Promise<void>;

async function send(sent: string, write: Write, setting: Setting = 'refuse') {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  const { user, domain } = settings[setting];
  await logIn(client, user, secret);
  await client.say(`MAIL FROM:<ada@${domain}>`);
  await client.say('RCPT TO:<bob@example.com>');
  await client.say('DATA');
  const before = ingress.messages.accepted.length;
  await write(client, Buffer.from(`From: ada@${domain}\r\n\r\n${sent}`));
  const reply = await client.reply();
  const next = await client.say('NOOP');
  client.close();
  return { reply, next, kept: ingress.messages.accepted.slice(before) };
}

async function check([, sent, kept]: Variation, write: Write, setting: Setting = 'refuse') {
  const outcome = await send(sent, write, setting);
  // One reply for one message, whatever was in it.
  assert.equal(outcome.next.text, '2.0.0 OK');
  if (kept === undefined) {
    assert.equal(`${outcome.reply.code} ${outcome.reply.text.slice(0, 6)}`, '550 5.6.11');
    assert.equal(outcome.kept.length, 0);
    return;
  }
  assert.equal(outcome.reply.code, 250, outcome.reply.text);
  assert.deepEqual(
    outcome.kept.map((message) => bodyOf(message.bytes)),
    [kept],
  );
}

const atOnce = async (client: Dialogue, bytes: Buffer): Promise<void> => client.send(bytes);

async function byteByByte(client: Dialogue, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    client.send(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('the table has at least the required number of variations, each once', () => {
  assert.ok(variations.length >= 44);
  assert.equal(new Set(variations.map(([, sent]) => sent)).size, variations.length);
});

for (const variation of variations) {
  test(`${variation[0]}, in one piece`, () => check(variation, atOnce));
  test(`${variation[0]}, byte by byte`, () => check(variation, byteByByte));
}

/** Without line ends and dots: the repair changes the ones, and the stuffing the others. */
const words = (text: string): string => text.replace(/[\r\n.]/g, '');

/** What is refused elsewhere is one message here, with all the words in it, and nothing of it ever runs. */
async function checkRepaired(variation: Variation, write: Write): Promise<void> {
  const [, sent, kept] = variation;
  if (kept !== undefined || sent.includes('\0')) return check(variation, write, 'repair');
  const outcome = await send(sent, write, 'repair');
  assert.equal(outcome.next.text, '2.0.0 OK');
  assert.equal(outcome.reply.code, 250, outcome.reply.text);
  const [message, ...others] = outcome.kept;
  assert.deepEqual([message?.envelope.rcptTo, others], [['bob@example.com'], []]);
  const body = bodyOf(message?.bytes);
  assert.doesNotMatch(body, /\r(?!\n)|(?<!\r)\n/);
  assert.equal(words(body), words(sent));
  assert.ok(message?.notes.some(({ what }) => what === 'bare line endings repaired'));
}

for (const variation of variations) {
  test(`${variation[0]}, repaired, in one piece`, () => checkRepaired(variation, atOnce));
  test(`${variation[0]}, repaired, byte by byte`, () => checkRepaired(variation, byteByByte));
}

const bare = 'From: ada@repair.test\r\n\r\na\nb\r\n.\r\n';

async function fromNetwork(localAddress: string, sender: string) {
  const client = await openDialogue({ port: ingress.ports.relay, localAddress });
  for (const line of ['EHLO a.example', `MAIL FROM:<${sender}>`, 'RCPT TO:<bob@example.com>', 'DATA'])
    await client.say(line);
  client.send(bare);
  const reply = await client.reply();
  client.close();
  return `${reply.code} ${reply.text.slice(0, 6)}`;
}

test('an own network of an account that repairs is repaired', async () => {
  assert.equal(await fromNetwork('127.0.0.42', 'ada@repair.test'), '250 2.0.0 ');
});

test('on a shared network a bare line ending is refused, because the account is known after the message only', async () => {
  assert.equal(await fromNetwork('127.0.0.44', 'ada@repair.test'), '550 5.6.11');
});

test('a message in one packet with later commands is one message, and the commands run', async () => {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  await logIn(client, 'acme', secret);
  const before = ingress.messages.accepted.length;
  const one = 'MAIL FROM:<ada@acme.test>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n';
  client.send(one);
  for (const code of [250, 250, 354]) assert.equal((await client.reply()).code, code);
  client.send(`${header}a\r\n.\r\n${one}`);
  for (const code of [250, 250, 250, 354]) assert.equal((await client.reply()).code, code);
  client.send(`${header}b\r\n.\r\nQUIT\r\n`);
  for (const code of [250, 221]) assert.equal((await client.reply()).code, code);
  const bodies = ingress.messages.accepted.slice(before).map((message) => bodyOf(message.bytes));
  assert.deepEqual(bodies, ['a\r\n', 'b\r\n']);
});

test('a message that is too large gets 552 at its end and is not stored', async () => {
  const before = ingress.messages.accepted.length;
  const outcome = await send(`${'x'.repeat(76)}\r\n`.repeat(20_000).concat('.\r\n'), atOnce);
  assert.equal(outcome.reply.code, 552);
  assert.match(outcome.reply.text, /^5\.3\.4 message_too_large: /);
  assert.equal(ingress.messages.accepted.length, before);
});

test('a message whose client disconnects before its end is not stored', async () => {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  await logIn(client, 'acme', secret);
  const before = ingress.messages.accepted.length;
  for (const line of ['MAIL FROM:<ada@acme.test>', 'RCPT TO:<bob@example.com>', 'DATA'])
    await client.say(line);
  client.send(`${header}half a mess`);
  client.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(ingress.messages.accepted.length, before);
});
