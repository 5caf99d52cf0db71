import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openDialogue } from '../../support/smtp-dialogue.ts';
import { type Ingress, id, startIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
});
after(() => ingress.close());

/** The classic series: forms of a foreign recipient that a careless server accepts as local. */
const tricks = [
  '<victim@example.com>',
  '<"victim@example.com">',
  '<"victim@example.com"@mx.waybill.test>',
  '<victim%example.com@mx.waybill.test>',
  '<victim%example.com@[127.0.0.1]>',
  '<victim%example.com>',
  '<victim%example.com@>',
  '<"victim%example.com"@bounces.waybill.test>',
  '<@mx.waybill.test:victim@example.com>',
  '<@[127.0.0.1]:victim@example.com>',
  '<@mx.waybill.test,@bounces.waybill.test:victim@example.com>',
  '<example.com!victim>',
  '<example.com!victim@mx.waybill.test>',
  '<mx.waybill.test!example.com!victim>',
  '<example.com!victim@[127.0.0.1]>',
  '<victim@example.com@mx.waybill.test>',
  '<victim@mx.waybill.test@example.com>',
  '<victim@[192.0.2.1]>',
  '<victim@[IPv6:2001:db8::1]>',
  '<victim@[127.0.0.1]>',
  '<victim@localhost>',
  '<victim@acme.test>',
  '<victim@[example.com]>',
  '<victim>',
  '<>',
  'victim@example.com',
  '<victim@example.com',
  '< victim@example.com >',
  '<victim @example.com>',
  '<postmaster>',
  '<b-00000000000000000000000000000000000000@bounces.waybill.test>',
  '<"victim"@example.com>',
  '<victim@example.com.>',
  '<victim(comment)@example.com>',
  '<victim@example.com\u0000@mx.waybill.test>',
] as const;

const senders = [
  '<spam@example.com>',
  '<>',
  '<ada@acme.test>',
  '<spam@mx.waybill.test>',
  '<spam@[127.0.0.1]>',
];

async function relay(port: number, sender: string, recipient: string): Promise<readonly number[]> {
  const client = await openDialogue({ port });
  await client.say('EHLO spam.example');
  const codes = [];
  for (const line of [`MAIL FROM:${sender}`, `RCPT TO:${recipient}`, 'DATA'])
    codes.push((await client.say(line)).code);
  client.close();
  return codes;
}

const listeners = [
  { name: 'relay port', port: () => ingress.ports.relay },
  { name: 'return path', port: () => ingress.ports.returnPath },
  { name: 'submission in clear', port: () => ingress.ports.cleartext },
  { name: 'submission, before STARTTLS, where AUTH is hidden', port: () => ingress.ports.submission },
];

for (const listener of listeners) {
  describe(`A stranger at the ${listener.name}`, () => {
    for (const trick of tricks) {
      test(`relays nothing to ${JSON.stringify(trick)}`, async () => {
        const [, recipient = 0, data = 0] = await relay(listener.port(), '<>', trick);
        assert.ok(recipient >= 500, `RCPT was answered ${recipient}`);
        assert.equal(data, 503);
      });
    }
    for (const sender of senders) {
      test(`relays nothing as ${sender}`, async () => {
        const [, recipient = 0, data = 0] = await relay(listener.port(), sender, '<victim@example.com>');
        assert.ok(recipient >= 500);
        assert.equal(data, 503);
      });
    }
  });
}

test("the relay port answers in the original's own words, after RCPT TO", async () => {
  const client = await openDialogue({ port: ingress.ports.relay });
  await client.say('EHLO spam.example');
  assert.equal((await client.say('MAIL FROM:<spam@example.com>')).code, 250);
  const reply = await client.say('RCPT TO:<victim@example.com>');
  assert.match(
    `${reply.code} ${reply.text}`,
    /^550 5\.7\.1 we do not relay https:\/\/waybill\.test\/problems\/relay_denied req_/,
  );
  client.close();
});

test('after STARTTLS an unknown client must log in, and an attack on STARTTLS gives no access', async () => {
  const client = await openDialogue({ port: ingress.ports.submission });
  const greeting = await client.say('EHLO spam.example');
  assert.ok(!greeting.lines.some((line) => line.startsWith('AUTH')));
  assert.ok(greeting.lines.includes('STARTTLS'));
  const early = await client.say('MAIL FROM:<spam@example.com>');
  assert.match(`${early.code} ${early.text}`, /^530 5\.7\.0 Must issue a STARTTLS command first/);
  const auth = await client.say('AUTH PLAIN AGEAYg==');
  assert.match(`${auth.code} ${auth.text}`, /^538 5\.7\.11/);
  await client.say('STARTTLS');
  await client.upgrade();
  assert.equal((await client.say('MAIL FROM:<spam@example.com>')).code, 503, 'EHLO was forgotten');
  const secured = await client.say('EHLO spam.example');
  assert.ok(secured.lines.includes('AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256'));
  assert.ok(!secured.lines.includes('STARTTLS'));
  assert.equal((await client.say('MAIL FROM:<spam@example.com>')).code, 530);
  client.close();
});

test('what was said before STARTTLS is forgotten: the greeting and the open transaction', async () => {
  ingress.settings.networks.push({
    networkId: id(),
    cidr: '127.0.0.42/32',
    accountId: ingress.acme.id,
    shared: false,
  });
  const client = await openDialogue({ port: ingress.ports.relay, localAddress: '127.0.0.42' });
  for (const line of ['EHLO client.example', 'MAIL FROM:<ada@acme.test>', 'RCPT TO:<bob@example.com>'])
    assert.equal((await client.say(line)).code, 250, line);
  await client.say('STARTTLS');
  await client.upgrade();
  for (const line of ['DATA', 'RCPT TO:<eve@example.com>', 'MAIL FROM:<ada@acme.test>'])
    assert.equal((await client.say(line)).code, 503, line);
  await client.say('EHLO client.example');
  for (const line of ['DATA', 'RCPT TO:<eve@example.com>'])
    assert.equal((await client.say(line)).code, 503, line);
  client.close();
});

test('what is injected behind STARTTLS is not run', async () => {
  const client = await openDialogue({ port: ingress.ports.submission });
  await client.say('EHLO client.example');
  client.send('STARTTLS\r\nEHLO injected.example\r\nMAIL FROM:<>\r\n');
  assert.equal((await client.reply()).code, 220);
  await client.upgrade();
  assert.equal((await client.say('MAIL FROM:<>')).code, 503);
  client.close();
});
