import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { formatReturnPath } from '@waybill/mail/verp';
import { idBytes } from '@waybill/relay/id';
import { type Dialogue, openDialogue } from '../../support/smtp-dialogue.ts';
import { type Ingress, id, returnPathKey, startIngress } from './start-ingress.ts';

const domain = 'bounces.waybill.test';
let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
});
after(() => ingress.close());
afterEach(() => {
  for (const failing of Object.values(ingress.failing)) failing.cause = undefined;
  ingress.reports.length = 0;
});

const returnPathOf = (deliveryId: string, key = returnPathKey): string =>
  formatReturnPath(idBytes(deliveryId), key, domain);

async function open(): Promise<Dialogue> {
  const client = await openDialogue({ port: ingress.ports.returnPath });
  await client.say('EHLO mx.example');
  await client.say('MAIL FROM:<>');
  return client;
}

async function report(client: Dialogue): Promise<string> {
  await client.say('DATA');
  const reply = await client.say('From: mailer-daemon@mx.example\r\n\r\nIt bounced.\r\n.');
  return `${reply.code} ${reply.text}`;
}

test('a report to one of our return paths is kept, knows its delivery and is enqueued', async () => {
  const deliveryId = id();
  const client = await open();
  assert.equal((await client.say(`RCPT TO:<${returnPathOf(deliveryId)}>`)).code, 250);
  assert.match(await report(client), /^250 2\.0\.0 /);
  const [kept] = ingress.reports;
  assert.equal(kept?.deliveryId, deliveryId);
  assert.match(kept?.bytes.toString() ?? '', /It bounced\.\r\n$/);
  assert.ok(
    ingress.jobs.enqueued.some(({ queue, id: enqueued }) => queue === 'report' && enqueued === kept?.id),
  );
  client.close();
});

test('a host that has many reports is not taken for one that passes the time', async () => {
  const client = await open();
  for (let count = 0; count < 80; count += 1) {
    if (count > 0) await client.say('MAIL FROM:<>');
    assert.equal((await client.say(`RCPT TO:<${returnPathOf(id())}>`)).code, 250);
    assert.match(await report(client), /^250 2\.0\.0 /);
  }
  client.close();
});

test('some hosts change the case of local parts on the way back', async () => {
  const client = await open();
  assert.equal((await client.say(`RCPT TO:<${returnPathOf(id()).toUpperCase()}>`)).code, 250);
  client.close();
});

test('a return path that was altered, guessed, or made elsewhere does not exist here', async () => {
  const real = returnPathOf(id());
  const local = real.slice(0, real.indexOf('@'));
  const altered = [...local].map((letter, index) =>
    index < 2 ? local : `${local.slice(0, index)}${letter === '0' ? '1' : '0'}${local.slice(index + 1)}`,
  );
  const wrong = [
    ...altered.slice(2).map((one) => `${one}@${domain}`),
    returnPathOf(id(), createSecretKey(Buffer.alloc(32, 9))),
    `${local}@elsewhere.example`,
    `${local}x@${domain}`,
    `postmaster@${domain}`,
  ];
  for (const address of wrong) {
    const client = await open();
    const reply = await client.say(`RCPT TO:<${address}>`);
    assert.match(`${reply.code} ${reply.text}`, /^550 5\.1\.1 recipient_unknown: /, address);
    client.close();
  }
});

/** A delivery that was sent under the host of an account's own domain. */
function sentUnder(host: string): string {
  const deliveryId = id();
  const address = formatReturnPath(idBytes(deliveryId), returnPathKey, host);
  ingress.returnPaths.set(deliveryId, address);
  return address;
}

test('a report to the own return path of an account is kept and knows its delivery, in any case of letters', async () => {
  const address = sentUnder('bounce.acme.test');
  for (const written of [address, address.toUpperCase()]) {
    const client = await open();
    assert.equal((await client.say(`RCPT TO:<${written}>`)).code, 250);
    assert.match(await report(client), /^250 2\.0\.0 /);
    client.close();
  }
  const [deliveryId] = [...ingress.returnPaths].find(([, sent]) => sent === address) ?? [];
  assert.deepEqual(
    ingress.reports.map((kept) => kept.deliveryId),
    [deliveryId, deliveryId],
  );
});

test('a token at a host under which its delivery was not sent does not exist here', async () => {
  const address = sentUnder('bounce.acme.test');
  const token = address.slice(0, address.indexOf('@'));
  const forged = formatReturnPath(idBytes(id()), createSecretKey(Buffer.alloc(32, 9)), 'bounce.acme.test');
  const unknown = formatReturnPath(idBytes(id()), returnPathKey, 'bounce.acme.test');
  for (const wrong of [`${token}@bounce.beta.test`, `${token}@acme.test`, forged, unknown]) {
    const client = await open();
    const reply = await client.say(`RCPT TO:<${wrong}>`);
    assert.match(`${reply.code} ${reply.text}`, /^550 5\.1\.1 recipient_unknown: /, wrong);
    client.close();
  }
});

test('while deliveries cannot be looked up, a report to an own return path is asked for again, and a forged one is refused', async () => {
  const address = sentUnder('bounce.acme.test');
  ingress.failing.reports.cause = new Error('PostgreSQL is away');
  const client = await open();
  assert.equal((await client.say(`RCPT TO:<${address}>`)).code, 451);
  const forged = formatReturnPath(idBytes(id()), createSecretKey(Buffer.alloc(32, 9)), 'bounce.acme.test');
  assert.equal((await client.say(`RCPT TO:<${forged}>`)).code, 550);
  client.close();
});

test('it knows the extensions that it offers, and no others', async () => {
  const client = await openDialogue({ port: ingress.ports.returnPath });
  await client.say('EHLO mx.example');
  for (const [line, code] of [
    ['MAIL FROM:<> RET=HDRS', 555],
    ['MAIL FROM:<> SIZE=99999999', 552],
    ['MAIL FROM:<broken', 501],
    ['MAIL FROM:<> SIZE=1000 BODY=8BITMIME SMTPUTF8', 250],
    [`RCPT TO:<${returnPathOf(id())}> NOTIFY=NEVER`, 555],
    [`RCPT TO:<${returnPathOf(id())}>`, 250],
  ] as const) {
    assert.equal((await client.say(line)).code, code, line);
  }
  client.close();
});

test('it takes no logins, and offers none', async () => {
  const client = await openDialogue({ port: ingress.ports.returnPath, tls: 'starttls' });
  const greeting = await client.say('EHLO mx.example');
  assert.ok(!greeting.lines.some((line) => line.startsWith('AUTH')));
  assert.equal((await client.say('AUTH PLAIN AGEAYg==')).code, 503);
  client.close();
});

test('a report store that is away is 451, and the sender keeps its report', async () => {
  ingress.failing.reports.cause = new Error('PostgreSQL is away');
  const client = await open();
  await client.say(`RCPT TO:<${returnPathOf(id())}>`);
  assert.match(await report(client), /^451 4\.3\.0 /);
  client.close();
});

test('a job queue that fails does not cost the 250', async () => {
  ingress.failing.jobs.cause = new Error('Redis is away');
  const client = await open();
  await client.say(`RCPT TO:<${returnPathOf(id())}>`);
  assert.match(await report(client), /^250 /);
  client.close();
});
