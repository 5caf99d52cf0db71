import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { formatReturnPath } from '@waybill/mail/verp';
import { idBytes } from '@waybill/relay/id';
import { freePort } from '../../support/database.ts';
import { type Dialogue, openDialogue } from '../../support/smtp-dialogue.ts';
import { aMessage, type Ingress, id, returnPathKey, startIngress } from './start-ingress.ts';

/** A registered client of acme, and an unknown client. */
const client = '127.0.0.42';
const stranger = '127.0.0.9';
const bounces = 'bounces.waybill.test';

let port: number;
let ingress: Ingress;
before(async () => {
  port = await freePort();
  ingress = await startIngress({ mxPort: port });
  ingress.settings.networks.push({
    networkId: id(),
    cidr: `${client}/32`,
    accountId: ingress.acme.id,
    shared: false,
  });
});
after(() => ingress.close());
afterEach(() => {
  ingress.reports.length = 0;
  ingress.messages.accepted.length = 0;
  ingress.settings.accounts[0] = ingress.acme;
});

async function from(localAddress: string): Promise<Dialogue> {
  const dialogue = await openDialogue({ port, localAddress });
  await dialogue.say('EHLO peer.example');
  return dialogue;
}

const say = async (dialogue: Dialogue, line: string): Promise<string> => {
  const { code, text } = await dialogue.say(line);
  return `${code} ${text}`;
};

async function data(dialogue: Dialogue, bytes: string): Promise<string> {
  await dialogue.say('DATA');
  return say(dialogue, `${bytes}\r\n.`);
}

const returnPath = (deliveryId = id()): string =>
  formatReturnPath(idBytes(deliveryId), returnPathKey, bounces);

test('on one port 25 a bounce from an unknown host is stored as a report of its delivery', async () => {
  const deliveryId = id();
  const mx = await from(stranger);
  assert.match(await say(mx, 'MAIL FROM:<>'), /^250 /);
  assert.match(await say(mx, `RCPT TO:<${returnPath(deliveryId)}>`), /^250 /);
  assert.match(await data(mx, 'From: mailer-daemon@peer.example\r\n\r\nIt bounced.'), /^250 2\.0\.0 report/);
  assert.deepEqual(
    ingress.reports.map((one) => one.deliveryId),
    [deliveryId],
  );
  mx.close();
});

test('on one port 25 a bounce to the own return path of an account is stored, and an invented one is not', async () => {
  const deliveryId = id();
  const address = formatReturnPath(idBytes(deliveryId), returnPathKey, 'bounce.acme.test');
  ingress.returnPaths.set(deliveryId, address);
  const mx = await from(stranger);
  assert.match(await say(mx, 'MAIL FROM:<>'), /^250 /);
  const forged = formatReturnPath(
    idBytes(deliveryId),
    createSecretKey(Buffer.alloc(32, 9)),
    'bounce.acme.test',
  );
  assert.match(await say(mx, `RCPT TO:<${forged}>`), /^550 5\.7\.1 we do not relay/);
  assert.match(await say(mx, `RCPT TO:<${address}>`), /^250 /);
  assert.match(await data(mx, 'From: mailer-daemon@peer.example\r\n\r\nIt bounced.'), /^250 2\.0\.0 report/);
  assert.deepEqual(
    ingress.reports.map((one) => one.deliveryId),
    [deliveryId],
  );
  mx.close();
});

test('on one port 25 an unknown client cannot relay, and an invented return path is unknown', async () => {
  const mx = await from(stranger);
  await say(mx, 'MAIL FROM:<ada@peer.example>');
  assert.match(await say(mx, 'RCPT TO:<bob@example.com>'), /^550 5\.7\.1 we do not relay/);
  assert.match(await say(mx, `RCPT TO:<b-aaaa@${bounces}>`), /^550 5\.1\.1 recipient_unknown/);
  assert.match(await say(mx, 'DATA'), /^503 /);
  mx.close();
});

test('on one port 25 a registered client relays, one message after another', async () => {
  const app = await from(client);
  for (let count = 0; count < 2; count += 1) {
    assert.match(await say(app, 'MAIL FROM:<ada@acme.test>'), /^250 /);
    assert.match(await say(app, 'RCPT TO:<bob@example.com>'), /^250 /);
    assert.match(await data(app, aMessage()), /^250 2\.0\.0 queued as msg_/);
  }
  assert.equal(ingress.messages.accepted.length, 2);
  app.close();
});

test('on one port 25 a return path and other recipients need separate transactions', async () => {
  const app = await from(client);
  await say(app, 'MAIL FROM:<ada@acme.test>');
  assert.match(await say(app, 'RCPT TO:<bob@example.com>'), /^250 /);
  assert.match(await say(app, `RCPT TO:<${returnPath()}>`), /^452 4\.5\.3 too_many_recipients/);
  assert.match(await data(app, aMessage()), /^250 2\.0\.0 queued/);
  await say(app, 'MAIL FROM:<>');
  assert.match(await say(app, `RCPT TO:<${returnPath()}>`), /^250 /);
  assert.match(await say(app, 'RCPT TO:<bob@example.com>'), /^452 4\.5\.3 too_many_recipients/);
  assert.match(await data(app, 'From: mailer-daemon@peer.example\r\n\r\nIt bounced.'), /^250 2\.0\.0 report/);
  assert.equal(ingress.messages.accepted.length, 1);
  assert.equal(ingress.reports.length, 1);
  app.close();
});

test('on one port 25 the host of a suspended client can still send bounces', async () => {
  ingress.settings.accounts[0] = { ...ingress.acme, status: 'suspended' };
  const app = await from(client);
  assert.match(await say(app, 'MAIL FROM:<ada@acme.test>'), /account_suspended/);
  assert.match(await say(app, 'MAIL FROM:<>'), /^250 /);
  assert.match(await say(app, 'RCPT TO:<bob@example.com>'), /account_suspended/);
  assert.match(await say(app, `RCPT TO:<${returnPath()}>`), /^250 /);
  assert.match(await data(app, 'From: mailer-daemon@peer.example\r\n\r\nIt bounced.'), /^250 2\.0\.0 report/);
  app.close();
});

test('on one port 25 a second MAIL inside a transaction is out of order', async () => {
  const app = await from(client);
  await say(app, 'MAIL FROM:<>');
  assert.match(await say(app, 'MAIL FROM:<>'), /^503 /);
  assert.match(await say(app, 'RSET'), /^250 /);
  assert.match(await say(app, 'MAIL FROM:<>'), /^250 /);
  app.close();
});
