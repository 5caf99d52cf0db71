import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { logIn, openDialogue, sendMessage } from '../../support/smtp-dialogue.ts';
import { aMessage, type Ingress, secret, startIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
});
after(() => ingress.close());

const withKey = (key: string, more = ''): string =>
  `X-Waybill-Idempotency-Key: ${key}\r\n${more}${aMessage()}`;

async function send(bytes: string, to = 'bob@example.com') {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  await logIn(client, 'acme', secret);
  const reply = await sendMessage(client, { from: 'ada@acme.test', to, bytes });
  client.close();
  return reply;
}

const count = (): number => ingress.messages.accepted.length;

test('the same message with the same key gets the same reply, and there is one message', async () => {
  const before = count();
  const first = await send(withKey('order-1'));
  assert.equal(first.code, 250);
  const second = await send(withKey('order-1'));
  assert.deepEqual([second.code, second.text], [250, first.text]);
  assert.equal(count(), before + 1);
});

test('two concurrent sessions with the same message get the same reply', async () => {
  const before = count();
  const replies = await Promise.all([1, 2, 3].map(() => send(withKey('order-2'))));
  assert.deepEqual(new Set(replies.map(({ code }) => code)), new Set([250]));
  assert.equal(new Set(replies.map(({ text }) => text)).size, 1);
  assert.equal(count(), before + 1);
});

test('another message with a used key is refused permanently, with the reason', async () => {
  await send(withKey('order-3'));
  const before = count();
  for (const again of [
    send(withKey('order-3', 'X-Other: 1\r\n')),
    send(withKey('order-3'), 'eve@example.com'),
  ]) {
    const reply = await again;
    assert.equal(reply.code, 550);
    assert.match(reply.text, /idempotency_conflict/);
  }
  assert.equal(count(), before);
});

test('without a key the same message twice is two messages', async () => {
  const before = count();
  const [first, second] = [await send(aMessage()), await send(aMessage())];
  assert.notEqual(first.text, second.text);
  assert.equal(count(), before + 2);
});
