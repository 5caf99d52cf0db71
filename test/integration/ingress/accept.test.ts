import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { logIn, openDialogue, sendMessage } from '../../support/smtp-dialogue.ts';
import { aMessage, type Ingress, secret, startIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
});
after(() => ingress.close());

test('a message sent with AUTH PLAIN is kept before 250 and its ids are in the reply', async () => {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  assert.equal((await logIn(client, 'acme', secret)).code, 235);
  const reply = await sendMessage(client, {
    from: 'ada@acme.test',
    to: 'bob@example.com',
    octets: aMessage(),
  });
  assert.equal(reply.code, 250);
  assert.match(reply.text, /^2\.0\.0 queued as msg_[0-9a-z]{26} \(dlv_[0-9a-z]{26}\)$/);
  const [kept] = ingress.messages.accepted;
  assert.equal(kept?.accountId, ingress.acme.id);
  assert.match(kept?.bytes.toString() ?? '', /^Received: from client\.example .*\r\n.* with ESMTPA /);
  client.close();
});
