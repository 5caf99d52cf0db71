import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Dialogue as Client, openDialogue } from '../../support/smtp-dialogue.ts';
import { authDialogues, type Dialogue } from './auth-dialogues.ts';
import { mailDialogues } from './mail-dialogues.ts';
import { type Ingress, startIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress({
    throttle: {
      perAddress: 10_000,
      perUser: 10_000,
      perUserAndAddress: 10_000,
      firstDelayMs: 0,
      maxDelayMs: 0,
    },
  });
  await ingress.suppressions.add(
    ingress.acme.id,
    { address: 'gone@example.com', reason: 'hard_bounce', streamId: undefined },
    {},
  );
});
after(() => ingress.close());

const listeners = [
  { name: 'in clear on loopback', port: () => ingress.ports.cleartext, tls: 'none' },
  { name: 'after STARTTLS', port: () => ingress.ports.submission, tls: 'starttls' },
  { name: 'over implicit TLS', port: () => ingress.ports.submissions, tls: 'implicit' },
] as const;

async function hold(client: Client, { lines, isRaw }: Dialogue): Promise<void> {
  if (!isRaw) await client.say('EHLO client.example');
  for (const [line, expected] of lines) {
    const reply = await client.say(line);
    const said = `${reply.code} ${reply.text}`;
    assert.equal(said.slice(0, expected.length), expected, `${line.toString().slice(0, 80)} → ${said}`);
  }
}

for (const listener of listeners) {
  describe(`Submission ${listener.name}`, () => {
    for (const dialogue of [...authDialogues, ...mailDialogues]) {
      test(`${dialogue.name} (RFC ${dialogue.rfc})`, async () => {
        const client = await openDialogue({ port: listener.port(), tls: listener.tls });
        await hold(client, dialogue).finally(() => client.close());
      });
    }
  });
}

test('the table has at least the required number of dialogues', () => {
  assert.ok(authDialogues.length + mailDialogues.length >= 90);
});
