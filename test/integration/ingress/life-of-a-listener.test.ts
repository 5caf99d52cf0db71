import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { type Dialogue, logIn, openDialogue } from '../../support/smtp-dialogue.ts';
import { aMessage, id, secret, startIngress, withIngress } from './start-ingress.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const untilData = async (client: Dialogue): Promise<void> => {
  await logIn(client, 'acme', secret);
  for (const line of ['MAIL FROM:<ada@acme.test>', 'RCPT TO:<bob@example.com>', 'DATA'])
    await client.say(line);
};

test('a stopping process receives the message in transfer and disconnects every other client', () =>
  withIngress({}, async (ingress) => {
    const [idle, inTransaction, sending] = await Promise.all(
      [1, 2, 3].map(() => openDialogue({ port: ingress.ports.cleartext })),
    );
    assert.ok(idle && inTransaction && sending);
    await logIn(inTransaction, 'acme', secret);
    await inTransaction.say('MAIL FROM:<ada@acme.test>');
    await untilData(sending);
    sending.send('From: ada@acme.test\r\n');
    await sleep(20);
    const drained = ingress.drain();
    for (const client of [idle, inTransaction]) {
      const reply = await client.reply();
      assert.match(`${reply.code} ${reply.text}`, /^421 4\.3\.2 shutting_down: /);
      await client.closed();
    }
    await assert.rejects(openDialogue({ port: ingress.ports.cleartext }));
    sending.send('\r\nthe rest\r\n.\r\n');
    assert.equal((await sending.reply()).code, 250);
    assert.equal((await sending.reply()).code, 421);
    await drained;
    assert.equal(ingress.messages.accepted.length, 1);
  }));

test('a renewed certificate is shown to the next client, without a restart', () =>
  withIngress({}, async (ingress) => {
    const shown = async (): Promise<string> => {
      const client = await openDialogue({ port: ingress.ports.submissions, tls: 'implicit' });
      const { fingerprint256 } = (client.socket() as TLSSocket).getPeerCertificate();
      client.close();
      return fingerprint256;
    };
    const before = await shown();
    assert.equal(await shown(), before);
    await ingress.certificate.renew();
    for (let count = 0; count < 40 && (await shown()) === before; count += 1) await sleep(50);
    assert.notEqual(await shown(), before);
    const upgraded = await openDialogue({ port: ingress.ports.submission, tls: 'starttls' });
    assert.equal((upgraded.socket() as TLSSocket).getPeerCertificate().fingerprint256, await shown());
    upgraded.close();
  }));

test('without a certificate no port offers STARTTLS or AUTH, and the relay port still serves known addresses', () =>
  withIngress({ hasTls: false }, async (ingress) => {
    const client = await openDialogue({ port: ingress.ports.relay });
    const { lines } = await client.say('EHLO client.example');
    assert.ok(!lines.some((line) => /^(AUTH|STARTTLS)/.test(line)));
    assert.equal((await client.say('STARTTLS')).code, 500);
    assert.equal((await client.say('AUTH PLAIN AGEAYg==')).code, 538);
    client.close();
  }));

test('PROXY of a listed proxy names the client; from every other host it is no command', () =>
  withIngress({ proxies: '127.0.0.200/32' }, async (ingress) => {
    ingress.settings.networks.push({
      networkId: id(),
      cidr: '192.0.2.7/32',
      accountId: ingress.acme.id,
      shared: false,
    });
    const say = async (localAddress: string, lines: readonly string[]): Promise<string> => {
      const socket = connect({ port: ingress.ports.relay, host: '127.0.0.1', localAddress });
      const heard: string[] = [];
      socket.on('data', (chunk: Buffer) => heard.push(chunk.toString())).on('error', () => undefined);
      for (const line of lines) {
        socket.write(`${line}\r\n`);
        await sleep(40);
      }
      socket.destroy();
      return heard.join('');
    };
    const header = 'PROXY TCP4 192.0.2.7 192.0.2.1 4711 25';
    const talk = ['EHLO client.example', 'MAIL FROM:<ada@acme.test>', 'RCPT TO:<bob@example.com>'];
    assert.match(await say('127.0.0.200', [header, ...talk]), /250 2\.1\.0[\s\S]*250 2\.1\.5/);
    assert.match(await say('127.0.0.201', [header, ...talk]), /^421 4\.7\.0 You talk too soon\r\n$/);
    const late = await openDialogue({ port: ingress.ports.relay, localAddress: '127.0.0.201' });
    assert.equal((await late.say(header)).code, 500);
    for (const line of talk) await late.say(line);
    assert.equal((await late.say('RCPT TO:<bob@example.com>')).code, 550);
    late.close();
    assert.match(await say('127.0.0.200', ['PROXY TCP4 nonsense', ...talk]), /BAD/);
  }));

test('settings that cannot work or are unsafe stop the start', async () => {
  await assert.rejects(startIngress({ bind: '0.0.0.0' }), /SMTP_BIND must be loopback/);
  await assert.rejects(startIngress({ proxies: '10.0.0.0/8, proxy.example' }), /no network/);
  await assert.rejects(startIngress({ hasTls: false, wantsTlsPorts: true }), /needs TLS: set TLS_CERT_FILE/);
});

test('EHLO offers only extensions that Waybill carries to the next hop', () =>
  withIngress({ maxMessageBytes: 5_000_000 }, async (ingress) => {
    const client = await openDialogue({ port: ingress.ports.cleartext });
    const { lines } = await client.say('EHLO client.example');
    assert.deepEqual(lines.slice(1), [
      'PIPELINING',
      '8BITMIME',
      'SMTPUTF8',
      'ENHANCEDSTATUSCODES',
      'AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256',
      'SIZE 5000000',
    ]);
    await logIn(client, 'acme', secret);
    assert.ok(!(await client.say('EHLO client.example')).lines.some((line) => line.startsWith('AUTH')));
    client.close();
  }));

test('CRAM-MD5 is listed only while a credential has it, because some clients try only the strongest mechanism', () =>
  withIngress({}, async (ingress) => {
    const offered = async (): Promise<string | undefined> => {
      const client = await openDialogue({ port: ingress.ports.cleartext });
      const { lines } = await client.say('EHLO client.example');
      client.close();
      return lines.find((line) => line.startsWith('AUTH'));
    };
    assert.equal(await offered(), 'AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256');
    const without = ingress.settings.credentials.filter((one) => one.cramSecret === undefined);
    ingress.settings.credentials.splice(0, Number.POSITIVE_INFINITY, ...without);
    assert.equal(await offered(), 'AUTH PLAIN LOGIN SCRAM-SHA-256');
    const client = await openDialogue({ port: ingress.ports.cleartext });
    await client.say('EHLO client.example');
    assert.equal((await client.say('AUTH CRAM-MD5')).code, 334, 'asked for by name it is tried');
    client.close();
  }));

test('a client that says HELO sends its message without extensions', () =>
  withIngress({}, async (ingress) => {
    ingress.settings.networks.push({
      networkId: id(),
      cidr: '127.0.0.42/32',
      accountId: ingress.acme.id,
      shared: false,
    });
    const client = await openDialogue({ port: ingress.ports.relay, localAddress: '127.0.0.42' });
    assert.equal((await client.say('HELO old.example')).lines.length, 1);
    for (const line of ['MAIL FROM:<ada@acme.test>', 'RCPT TO:<bob@example.com>', 'DATA'])
      await client.say(line);
    assert.equal((await client.say(`${aMessage()}\r\n.`)).code, 250);
    assert.equal(ingress.messages.accepted[0]?.session.protocol, 'SMTP');
    client.close();
  }));
