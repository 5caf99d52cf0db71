/** Sessions that are open when an account is suspended or a key revoked lose their rights at the next command. docs/reliability.md S32, S08. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Dialogue, logIn, openDialogue } from '../../support/smtp-dialogue.ts';
import { aCredential, anAccount, type Ingress, secret, startIngress } from './start-ingress.ts';

let ingress: Ingress;
before(async () => {
  ingress = await startIngress();
});
after(() => ingress.close());

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

type Opened = {
  readonly client: Dialogue;
  readonly accountId: string;
  readonly username: string;
  readonly sender: string;
};

async function session(): Promise<Opened> {
  const username = `user-${randomBytes(4).toString('hex')}`;
  const domain = `${username}.test`;
  const account = anAccount();
  ingress.settings.accounts.push(account);
  ingress.settings.domains.push({ accountId: account.id, domain });
  ingress.settings.credentials.push(aCredential(account.id, { username, secret }));
  const client = await openDialogue({ port: ingress.ports.cleartext });
  assert.equal((await logIn(client, username, secret)).code, 235);
  return { client, accountId: account.id, username, sender: `app@${domain}` };
}

/** Where a session stands, and the command that comes next. */
const places: Readonly<Record<string, { readonly before: readonly string[]; readonly next: string }>> = {
  'MAIL FROM': { before: [], next: 'MAIL FROM:<SENDER>' },
  'RCPT TO': { before: ['MAIL FROM:<SENDER>'], next: 'RCPT TO:<ada@rcpt.example>' },
  DATA: { before: ['MAIL FROM:<SENDER>', 'RCPT TO:<ada@rcpt.example>'], next: 'DATA' },
  'the final dot': {
    before: ['MAIL FROM:<SENDER>', 'RCPT TO:<ada@rcpt.example>', 'DATA'],
    next: 'From: SENDER\r\nSubject: s\r\n\r\nt\r\n.',
  },
};

const change = <T extends object>(list: T[], isIt: (one: T) => boolean, work: (one: T) => T | undefined) => {
  const at = list.findIndex(isIt);
  const changed = work(list[at] as T);
  list.splice(at, 1, ...(changed ? [changed] : []));
};

const switches: readonly (readonly [string, number, RegExp, (opened: Opened) => void])[] = [
  [
    'an account that was suspended',
    550,
    /^5\.7\.1 account_suspended/,
    ({ accountId }) =>
      change(
        ingress.settings.accounts,
        ({ id }) => id === accountId,
        (one) => ({ ...one, status: 'suspended' as const }),
      ),
  ],
  [
    'an account that is being deleted',
    550,
    /^5\.7\.1 account_deleting/,
    ({ accountId }) =>
      change(
        ingress.settings.accounts,
        ({ id }) => id === accountId,
        (one) => ({ ...one, status: 'deleting' as const }),
      ),
  ],
  [
    'an account that was deleted',
    535,
    /^5\.7\.8 credential_revoked/,
    ({ accountId }) =>
      change(
        ingress.settings.accounts,
        ({ id }) => id === accountId,
        () => undefined,
      ),
  ],
  [
    'a credential that was revoked',
    535,
    /^5\.7\.8 credential_revoked/,
    ({ username }) =>
      change(
        ingress.settings.credentials,
        (one) => one.username === username,
        () => undefined,
      ),
  ],
  [
    'a secret that was replaced and is no longer valid',
    535,
    /^5\.7\.8 credential_revoked/,
    ({ username }) =>
      change(
        ingress.settings.credentials,
        (one) => one.username === username,
        (one) => ({ ...one, secretHashes: [hashOf('another')] }),
      ),
  ],
];

for (const [what, code, text, work] of switches)
  for (const [place, { before: first, next }] of Object.entries(places))
    test(`${what} is refused at ${place}, and the session ends`, async () => {
      const opened = await session();
      const { client, sender } = opened;
      const accepted = ingress.messages.accepted.length;
      for (const line of first)
        assert.match(`${(await client.say(line.replace('SENDER', sender))).code}`, /^[23]/);
      work(opened);
      const reply = await client.say(next.replace('SENDER', sender));
      assert.equal(reply.code, code, reply.text);
      assert.match(reply.text, text);
      assert.equal((await client.reply()).code, 421);
      await client.closed();
      assert.equal(ingress.messages.accepted.length, accepted);
    });

test('an open session continues with a replaced secret while that is valid', async () => {
  const { client, username, sender } = await session();
  change(
    ingress.settings.credentials,
    (one) => one.username === username,
    (one) => ({ ...one, secretHashes: [hashOf('another'), ...one.secretHashes] }),
  );
  assert.equal((await client.say(`MAIL FROM:<${sender}>`)).code, 250);
  client.close();
});

test('an API key that was revoked, has expired or has another secret now loses its open session', async () => {
  for (const gone of [
    { revokedAt: new Date() },
    { expiresAt: new Date(Date.now() - 1) },
    { secretHashes: [hashOf('another')] },
  ]) {
    const client = await openDialogue({ port: ingress.ports.cleartext });
    assert.equal((await logIn(client, 'apikey', ingress.apiKey)).code, 235);
    assert.equal((await client.say('MAIL FROM:<ada@acme.test>')).code, 250);
    const [key] = ingress.settings.keys;
    assert.ok(key);
    ingress.settings.keys[0] = { ...key, ...gone };
    const reply = await client.say('RCPT TO:<ada@rcpt.example>');
    assert.match(`${reply.code} ${reply.text}`, /^535 5\.7\.8 credential_revoked/);
    assert.equal((await client.reply()).code, 421);
    await client.closed();
    ingress.settings.keys[0] = key;
  }
});

test('an open session continues with a rotated API key during its grace', async () => {
  const client = await openDialogue({ port: ingress.ports.cleartext });
  assert.equal((await logIn(client, 'apikey', ingress.apiKey)).code, 235);
  const [key] = ingress.settings.keys;
  assert.ok(key);
  ingress.settings.keys[0] = { ...key, secretHashes: [hashOf('another'), ...(key.secretHashes ?? [])] };
  assert.equal((await client.say('MAIL FROM:<ada@acme.test>')).code, 250);
  client.close();
  ingress.settings.keys[0] = key;
});
