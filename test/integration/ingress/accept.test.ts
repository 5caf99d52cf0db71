import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { logIn, openDialogue, sendMessage } from '../../support/smtp-dialogue.ts';
import { aMessage, type Ingress, secret, startIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
});
after(() => ingress.close());

test('a message sent with AUTH PLAIN is stored before 250 and its ids are in the reply', async () => {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  assert.equal((await logIn(client, 'acme', secret)).code, 235);
  const reply = await sendMessage(client, {
    from: 'ada@acme.test',
    to: 'bob@example.com',
    bytes: aMessage(),
  });
  assert.equal(reply.code, 250);
  assert.match(reply.text, /^2\.0\.0 queued as msg_[0-9a-z]{26} \(dlv_[0-9a-z]{26}\)$/);
  const [kept] = ingress.messages.accepted;
  assert.equal(kept?.accountId, ingress.acme.id);
  assert.match(kept?.bytes.toString() ?? '', /^Received: from client\.example .*\r\n.* with ESMTPA /);
  client.close();
});

const scheduledMessage = (sendAt: string): string =>
  `X-Waybill-Send-At: ${sendAt}\r\nFrom: ada@acme.test\r\nTo: bob@example.com\r\nSubject: Later\r\n\r\nHi\r\n`;

async function sendLater(sendAt: string): Promise<string> {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  await logIn(client, 'acme', secret);
  const envelope = { from: 'ada@acme.test', to: 'bob@example.com' };
  const { code, text } = await sendMessage(client, { ...envelope, bytes: scheduledMessage(sendAt) });
  client.close();
  return `${code} ${text}`;
}

test('a time to send in a header is kept with the message', async () => {
  const sendAt = new Date(Date.now() + 3_600_000);
  assert.match(await sendLater(sendAt.toISOString()), /^250 2\.0\.0 queued as msg_/);
  assert.deepEqual(ingress.messages.accepted.at(-1)?.sendAt, sendAt);
});

for (const [what, sendAt] of [
  ['too far ahead', () => new Date(Date.now() + 31 * 86_400_000).toISOString()],
  ['in the past', () => new Date(Date.now() - 120_000).toISOString()],
  ['no date', () => '2027-02-30T10:00:00Z'],
] as const)
  test(`a time to send that is ${what} is refused at the end of data with the limit, and no message is stored`, async () => {
    const kept = ingress.messages.accepted.length;
    assert.match(await sendLater(sendAt()), /^550 5\.6\.0 send_time_refused: .*at most 30 days/);
    assert.equal(ingress.messages.accepted.length, kept);
  });
