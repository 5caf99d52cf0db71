import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import type { DeadlineLimits } from '../../../apps/ingress/src/smtp/deadlines.ts';
import { type Dialogue, logIn, openDialogue } from '../../support/smtp-dialogue.ts';
import { type Ingress, secret, startIngress, withIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
});
after(() => ingress.close());

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const open = (port = ingress.ports.cleartext) => openDialogue({ port });

test('the greeting comes at once', async () => {
  await open().then((client) => client.close());
  const times: number[] = [];
  for (let count = 0; count < 10; count += 1) {
    const startedAt = performance.now();
    (await open()).close();
    times.push(performance.now() - startedAt);
  }
  // The fastest of ten, since a busy machine delays single ones.
  assert.ok(Math.min(...times) < 90, 'smtp-server by itself waits 100 ms each time');
});

/** One byte after the other, each of which would begin an idle time anew. */
function drip(client: Pick<Dialogue, 'send'>, byte: string): () => void {
  const timer = setInterval(() => client.send(byte), 40);
  return () => clearInterval(timer);
}

const drips: readonly (readonly [string, Partial<DeadlineLimits>, readonly string[], string])[] = [
  ['a command', { commandMs: 300 }, [], 'N'],
  ['a command after others', { commandMs: 300 }, ['EHLO a.example', 'NOOP'], 'N'],
  ['its answer to AUTH', { commandMs: 300 }, ['EHLO a.example', 'AUTH PLAIN'], 'A'],
  ['its password', { commandMs: 300 }, ['EHLO a.example', 'AUTH LOGIN', 'YWNtZQ=='], 'A'],
  ['a line too long to be any', { commandMs: 300 }, ['EHLO a.example'], 'x'.repeat(4_000)],
];
for (const [what, deadlines, lines, byte] of drips)
  test(`a client that sends ${what} byte by byte is disconnected at the deadline`, () =>
    withIngress({ deadlines }, async (impatient) => {
      const client = await openDialogue({ port: impatient.ports.cleartext });
      for (const line of lines) await client.say(line);
      const startedAt = performance.now();
      const stop = drip(client, byte);
      const reply = await client.reply().finally(stop);
      assert.match(`${reply.code} ${reply.text}`, /^421 4\.4\.2 /);
      assert.ok(performance.now() - startedAt < 10_000);
      await client.closed();
    }));

test('a client that sends a message byte by byte is disconnected at the deadline', () =>
  withIngress({ deadlines: { messageMs: 300 } }, async (impatient) => {
    const client = await openDialogue({ port: impatient.ports.cleartext });
    await logIn(client, 'acme', secret);
    for (const line of ['MAIL FROM:<ada@acme.test>', 'RCPT TO:<bob@example.com>', 'DATA'])
      await client.say(line);
    const stop = drip(client, 'x');
    const reply = await client.reply().finally(stop);
    assert.match(`${reply.code} ${reply.text}`, /^421 4\.4\.2 /);
    await client.closed();
    assert.equal(impatient.messages.accepted.length, 0);
  }));

/** The beginning of a ClientHello: a record of 512 bytes of which the rest comes one by one. RFC 8446 §5.1. */
const helloBegins = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);

for (const [name, port, lines] of [
  ['over implicit TLS', 'submissions', []],
  ['after STARTTLS', 'submission', ['EHLO a.example\r\n', 'STARTTLS\r\n']],
] as const)
  test(`a TLS handshake byte by byte ${name} is closed at the deadline, and its connection no longer counts`, () =>
    withIngress({ deadlines: { handshakeMs: 300 }, connectionsPerAddress: 1 }, async (impatient) => {
      const socket = connect(impatient.ports[port], '127.0.0.1').on('error', () => undefined);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      for (const line of lines) {
        await sleep(40);
        socket.write(line);
      }
      await sleep(40);
      socket.resume().write(helloBegins);
      const startedAt = performance.now();
      const stop = drip({ send: (byte) => void socket.write(byte) }, '\0');
      await closed.finally(stop);
      assert.ok(performance.now() - startedAt < 10_000);
      await sleep(20);
      const next = await openDialogue({
        port: impatient.ports[port],
        tls: port === 'submission' ? 'starttls' : 'implicit',
      });
      next.close();
    }));

test('the deadline of the handshake does not end a session', () =>
  withIngress({ deadlines: { handshakeMs: 100 } }, async (impatient) => {
    for (const [port, tls] of [
      ['submission', 'starttls'],
      ['submissions', 'implicit'],
    ] as const) {
      const client = await openDialogue({ port: impatient.ports[port], tls });
      await sleep(200);
      assert.equal((await client.say('NOOP')).code, 250);
      client.close();
    }
  }));

test('a client that does not read its replies, or reads them slowly, is disconnected', () =>
  withIngress({ deadlines: { commandMs: 400 } }, async (impatient) => {
    const socket = connect(impatient.ports.cleartext, '127.0.0.1').on('error', () => undefined);
    socket.pause();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const block = 'HELP\r\n'.repeat(20_000);
    for (let count = 0; count < 50; count += 1) socket.write(block);
    // A few bytes now and then would begin an idle time anew.
    const reader = setInterval(() => socket.read(1), 50);
    const sent = await Promise.race([closed.then(() => 'closed'), sleep(4_000).then(() => 'still open')]);
    clearInterval(reader);
    socket.destroy();
    assert.equal(sent, 'closed');
  }));

test('a connection that is closed without a command, or within one, no longer counts', () =>
  withIngress({ connectionsPerAddress: 2 }, async (small) => {
    const { cleartext, submission, submissions } = small.ports;
    const leave: readonly ((port: number) => Promise<void>)[] = [
      // A reset at once, one behind a command, a half-closed socket, one in a handshake.
      async (port) =>
        void connect(port, '127.0.0.1', function (this: Socket) {
          this.resetAndDestroy();
        }),
      async (port) => {
        const client = await openDialogue({ port });
        client.send('EHLO a.example\r\nNOOP\r\n');
        client.socket().resetAndDestroy();
      },
      async (port) => {
        const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
        socket.resume().end('EHLO a.example\r\n');
        await new Promise((resolve) => socket.once('end', resolve));
        socket.destroy();
      },
      async () => {
        const client = await openDialogue({ port: submission });
        await client.say('EHLO a.example');
        client.send('STARTTLS\r\n');
        await client.reply();
        client.send(helloBegins);
        client.socket().resetAndDestroy();
      },
      async () => {
        const socket = connectTls({ port: submissions, host: '127.0.0.1', rejectUnauthorized: false });
        socket.on('error', () => undefined).once('secureConnect', () => socket.destroy());
        await new Promise((resolve) => socket.once('close', resolve));
      },
    ];
    for (let round = 0; round < 3; round += 1)
      for (const one of leave) {
        await one(cleartext);
        await sleep(20);
      }
    const held = await Promise.all([1, 2].map(() => openDialogue({ port: cleartext })));
    for (const client of held) client.close();
  }));

test('a session ends at its deadline, also while it sends commands', () =>
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

test('an unknown client with too many errors is disconnected', async () => {
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

test('an unknown client with too many commands is disconnected, a client that logged in is not', async () => {
  const client = await open();
  const codes: number[] = [];
  const pastime = ['EHLO a.example', 'NOOP', 'RSET', 'HELP', 'VRFY ada'];
  while (codes.length < 300 && codes.at(-1) !== 421)
    codes.push((await client.say(pastime[codes.length % pastime.length] ?? '')).code);
  assert.equal(codes.length, 200);
  await client.closed();
  const known = await open();
  assert.equal((await logIn(known, 'acme', secret)).code, 235);
  for (let count = 0; count < 300; count += 1) assert.equal((await known.say('NOOP')).code, 250);
  known.close();
});

test('one address has a limit of connections, other addresses are not affected', () =>
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

test('connections without a finished TLS handshake count for their address, other addresses are not affected', () =>
  withIngress({ connectionsPerAddress: 3 }, async (small) => {
    const { submissions: port } = small.ports;
    const enters = async (localAddress: string): Promise<boolean> =>
      openDialogue({ port, tls: 'implicit', localAddress }).then(
        (client) => {
          client.close();
          return true;
        },
        () => false,
      );
    const silent = [1, 2, 3].map(() => connect(port, '127.0.0.1').on('error', () => undefined));
    await sleep(50);
    assert.equal(await enters('127.0.0.1'), false);
    assert.equal(await enters('127.0.0.9'), true);
    silent[0]?.destroy();
    await sleep(50);
    for (let count = 0; count < 5; count += 1) {
      assert.equal(await enters('127.0.0.1'), true);
      await sleep(20);
    }
    for (const socket of silent) socket.destroy();
  }));

test('one account has a limit of logged-in sessions, other accounts are not affected', () =>
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
