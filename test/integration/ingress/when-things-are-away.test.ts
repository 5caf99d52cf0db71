import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { logIn, openDialogue, plainToken, sendMessage } from '../../support/smtp-dialogue.ts';
import { aMessage, type Ingress, secret, startIngress } from './start-ingress.ts';

const internal = new Error('connect ECONNREFUSED 10.9.8.7:5432 user=waybill');
let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
});
after(() => ingress.close());
afterEach(() => {
  for (const failing of Object.values(ingress.failing)) failing.cause = undefined;
});

const open = () => openDialogue({ port: ingress.ports.cleartext });
const mail = { from: 'ada@acme.test', to: 'bob@example.com', bytes: aMessage() };

test('a store that rejects is 451 at the final dot, no message is stored and no internal text is sent', async () => {
  const client = await open();
  await logIn(client, 'acme', secret);
  ingress.failing.messages.cause = internal;
  const reply = await sendMessage(client, mail);
  assert.match(
    `${reply.code} ${reply.text}`,
    /^451 4\.3\.0 temporarily_unavailable: Temporarily unavailable, try again https/,
  );
  assert.doesNotMatch(reply.text, /10\.9\.8\.7|ECONN|user=/);
  assert.equal(ingress.messages.accepted.length, 0);
  const requestId = /req_\w+/.exec(reply.text)?.[0] ?? 'none';
  const line = ingress.logged.find((one) => one.includes(requestId));
  assert.match(line ?? '', /ECONNREFUSED/);
  client.close();
});

test('a database without room is 452 at the final dot, and the session goes on', async () => {
  const client = await open();
  await logIn(client, 'acme', secret);
  ingress.failing.messages.cause = Object.assign(new Error('could not extend file "base/16384/1"'), {
    code: '53100',
  });
  const before = ingress.messages.accepted.length;
  const reply = await sendMessage(client, mail);
  assert.match(`${reply.code} ${reply.text}`, /^452 4\.3\.1 storage_full: /);
  assert.doesNotMatch(reply.text, /base\/16384/);
  assert.equal(ingress.messages.accepted.length, before);
  ingress.failing.messages.cause = undefined;
  assert.equal((await sendMessage(client, mail)).code, 250);
  client.close();
});

test('the same session sends the same message once the store is back', async () => {
  const client = await open();
  await logIn(client, 'acme', secret);
  ingress.failing.messages.cause = internal;
  assert.equal((await sendMessage(client, mail)).code, 451);
  ingress.failing.messages.cause = undefined;
  assert.equal((await sendMessage(client, mail)).code, 250);
  client.close();
});

test('a job queue that fails does not cost the 250', async () => {
  const client = await open();
  await logIn(client, 'acme', secret);
  ingress.failing.jobs.cause = new Error('Redis is away');
  assert.equal((await sendMessage(client, mail)).code, 250);
  client.close();
});

test('a directory that is away is 454 at AUTH and 451 at MAIL, never a permanent no', async () => {
  ingress.failing.directory.cause = internal;
  const client = await open();
  const auth = await logIn(client, 'acme', secret);
  assert.match(`${auth.code} ${auth.text}`, /^454 4\.7\.0 Temporary authentication failure https/);
  const sender = await client.say('MAIL FROM:<ada@acme.test>');
  assert.match(`${sender.code} ${sender.text}`, /^451 4\.3\.0 /);
  ingress.failing.directory.cause = undefined;
  assert.equal((await client.say(`AUTH PLAIN ${plainToken('acme', secret)}`)).code, 235);
  client.close();
});

test('on the relay port an unknown client gets 451 while its network cannot be looked up', async () => {
  ingress.failing.directory.cause = internal;
  const client = await openDialogue({ port: ingress.ports.relay });
  await client.say('EHLO spam.example');
  assert.equal((await client.say('MAIL FROM:<a@example.com>')).code, 451);
  assert.equal((await client.say('RCPT TO:<b@example.com>')).code, 503);
  client.close();
});
