import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { logIn, openDialogue, sendMessage } from '../../support/smtp-dialogue.ts';
import { aMessage, type Ingress, secret, startIngress, withIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
});
after(() => ingress.close());

const megabyte = 1_048_576;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const open = (port = ingress.ports.cleartext) => openDialogue({ port });

/** How long a well-behaved client waits for its 250 meanwhile. */
async function goodClientMs(): Promise<number> {
  const startedAt = performance.now();
  const client = await open();
  await logIn(client, 'acme', secret);
  const mail = { from: 'ada@acme.test', to: 'bob@example.com', octets: aMessage() };
  assert.equal((await sendMessage(client, mail)).code, 250);
  client.close();
  return performance.now() - startedAt;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is really held: without collecting first, what was read and dropped would count. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The engine frees in the background: what is really held is still there after a while. */
async function assertGrewLessThan(limit: number, before: number): Promise<void> {
  let grown = heldBytes() - before;
  for (let count = 0; count < 40 && grown >= limit; count += 1) {
    await sleep(50);
    grown = heldBytes() - before;
  }
  assert.ok(grown < limit, `grew by ${Math.round(grown / megabyte)} MiB`);
}

test('the greeting comes at once', async () => {
  await open().then((client) => client.close());
  const startedAt = performance.now();
  for (let count = 0; count < 5; count += 1) (await open()).close();
  assert.ok((performance.now() - startedAt) / 5 < 50, 'smtp-server itself waits 100 ms each time');
});

test('a client that drips a command never gets more than its time', () =>
  withIngress({ deadlines: { commandMs: 300 } }, async (impatient) => {
    const client = await openDialogue({ port: impatient.ports.cleartext });
    const startedAt = performance.now();
    const drip = setInterval(() => client.send('N'), 40);
    const reply = await client.reply();
    clearInterval(drip);
    assert.match(`${reply.code} ${reply.text}`, /^421 4\.4\.2 /);
    assert.ok(performance.now() - startedAt < 2_000);
    await client.closed();
  }));

test('a client that drips a message never gets more than its time', () =>
  withIngress({ deadlines: { messageMs: 300 } }, async (impatient) => {
    const client = await openDialogue({ port: impatient.ports.cleartext });
    await logIn(client, 'acme', secret);
    for (const line of ['MAIL FROM:<ada@acme.test>', 'RCPT TO:<bob@example.com>', 'DATA'])
      await client.say(line);
    const drip = setInterval(() => client.send('x'), 40);
    const reply = await client.reply();
    clearInterval(drip);
    assert.match(`${reply.code} ${reply.text}`, /^421 4\.4\.2 /);
    await client.closed();
    assert.equal(impatient.messages.accepted.length, 0);
  }));

test('a session ends at its time, however busy it looks', () =>
  withIngress({ deadlines: { sessionMs: 300 } }, async (impatient) => {
    const client = await openDialogue({ port: impatient.ports.cleartext });
    const replies: number[] = [];
    while (replies.at(-1) !== 421) {
      replies.push((await client.say('NOOP')).code);
      await sleep(20);
    }
    assert.ok(replies.length > 3);
    await client.closed();
  }));

test('64 MiB without a line end cost neither memory nor anybody else’s time', async () => {
  const before = heldBytes();
  const socket = connect(ingress.ports.cleartext, '127.0.0.1');
  const answers: string[] = [];
  socket.on('data', (chunk: Buffer) => answers.push(chunk.toString())).on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  const block = Buffer.alloc(megabyte, 'A');
  for (let count = 0; count < 64 && !socket.destroyed; count += 1) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 50);
      socket.write(block, () => {
        clearTimeout(timer);
        resolve();
      });
    });
    if (count === 10) assert.ok((await goodClientMs()) < 1_000);
  }
  socket.end();
  await closed;
  assert.match(answers.join(''), /421 4\.7\.0 Line too long/);
  await assertGrewLessThan(20 * megabyte, before);
});

test('an oversized message costs no more than its limit', async () => {
  const client = await open();
  await logIn(client, 'acme', secret);
  for (const line of ['MAIL FROM:<ada@acme.test>', 'RCPT TO:<bob@example.com>', 'DATA'])
    await client.say(line);
  const before = heldBytes();
  const block = Buffer.from(`${'x'.repeat(62)}\r\n`.repeat(megabyte / 64));
  for (let count = 0; count < 48; count += 1) {
    await new Promise((resolve) => client.socket().write(block, resolve));
  }
  await assertGrewLessThan(16 * megabyte, before);
  assert.equal((await client.say('.')).code, 552);
  client.close();
});

test('10,000 recipients are 100, and the connection goes on', async () => {
  const client = await open();
  await logIn(client, 'acme', secret);
  await client.say('MAIL FROM:<ada@acme.test>');
  const lines = Array.from({ length: 10_000 }, (_, index) => `RCPT TO:<r${index}@example.com>\r\n`);
  client.send(lines.join(''));
  const codes = new Map<number, number>();
  for (let count = 0; count < lines.length; count += 1) {
    const { code } = await client.reply();
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  assert.deepEqual(
    [...codes],
    [
      [250, 100],
      [452, 9_900],
    ],
  );
  assert.equal((await client.say('RSET')).code, 250);
  client.close();
});

test('a stranger who is only ever wrong is sent away', async () => {
  const client = await open(ingress.ports.relay);
  await client.say('EHLO spam.example');
  await client.say('MAIL FROM:<a@example.com>');
  const codes = [];
  for (let count = 0; count < 40 && codes.at(-1) !== 421; count += 1) {
    client.send(`RCPT TO:<guess${count}@example.com>\r\n`);
    codes.push((await client.reply()).code);
  }
  assert.deepEqual(codes, [...Array(20).fill(550), 421]);
  await client.closed();
});

test('one address holds so many connections and no more, others are unharmed', () =>
  withIngress({ connectionsPerAddress: 3 }, async (small) => {
    const held = await Promise.all([1, 2, 3].map(() => openDialogue({ port: small.ports.cleartext })));
    const socket = connect(small.ports.relay, '127.0.0.1');
    const greeting = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    assert.match(greeting.toString(), /^421 4\.7\.0 too_many_connections: /);
    const other = await openDialogue({ port: small.ports.cleartext, localAddress: '127.0.0.9' });
    other.close();
    held[0]?.close();
    await held[0]?.closed();
    await sleep(50);
    (await openDialogue({ port: small.ports.cleartext })).close();
    for (const client of held) client.close();
    socket.destroy();
  }));

test('one account holds so many logged-in sessions and no more, others are unharmed', () =>
  withIngress({ sessionsPerAccount: 2 }, async (small) => {
    const enter = async (username: string) => {
      const client = await openDialogue({ port: small.ports.cleartext });
      return { client, reply: await logIn(client, username, secret) };
    };
    const held = [await enter('acme'), await enter('acme')];
    const refused = await enter('acme');
    assert.match(`${refused.reply.code} ${refused.reply.text}`, /^421 4\.7\.0 too_many_connections: /);
    const other = await enter('beta');
    assert.equal(other.reply.code, 235);
    held[0]?.client.close();
    await sleep(50);
    const next = await enter('acme');
    assert.equal(next.reply.code, 235);
    for (const { client } of [...held, other, next]) client.close();
  }));

test('200 idle connections leave a good client alone', async () => {
  const idle = await Promise.all(
    Array.from({ length: 190 }, (_, index) =>
      openDialogue({ port: ingress.ports.cleartext, localAddress: `127.0.1.${index}` }),
    ),
  );
  assert.ok((await goodClientMs()) < 500);
  for (const client of idle) client.close();
});

test('pipelined commands whose replies nobody reads do not pile up', async () => {
  const before = heldBytes();
  const socket = connect(ingress.ports.cleartext, '127.0.0.1');
  socket.pause().on('error', () => undefined);
  const block = 'NOOP\r\n'.repeat(20_000);
  for (let count = 0; count < 50; count += 1) socket.write(block);
  await sleep(1_000);
  assert.ok((await goodClientMs()) < 1_000);
  await assertGrewLessThan(16 * megabyte, before);
  socket.destroy();
});
