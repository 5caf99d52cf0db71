import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { type DialogueOptions, openDialogue, sendMessage } from '../../support/smtp-dialogue.ts';
import { base64 } from './auth-dialogues.ts';
import { aCredential, aMessage, type Ingress, secret, startIngress } from './start-ingress.ts';

/** AUTH EXTERNAL: the certificate of the client names its credential. RFC 4422 appendix A, RFC 4954. */
type Pair = { readonly cert: string; readonly key: string };
const day = 86_400_000;

async function makePair(notBeforeDate: Date, notAfterDate: Date): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: 'app.acme.test' }], {
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate,
  });
  return { cert: made.cert, key: made.private };
}

const inDays = (days: number): Date => new Date(Date.now() + days * day);
const fingerprintOf = ({ cert }: Pair): string =>
  new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();

const [registered, unknown, ofBeta, expired, early, ofRevoked] = await Promise.all([
  makePair(inDays(-1), inDays(1)),
  makePair(inDays(-1), inDays(1)),
  makePair(inDays(-1), inDays(1)),
  makePair(inDays(-3), inDays(-1)),
  makePair(inDays(1), inDays(3)),
  makePair(inDays(-1), inDays(1)),
]);

let ingress: Ingress;
before(async () => {
  ingress = await startIngress({ throttle: { firstDelayMs: 0, maxDelayMs: 0, perAddress: 1_000 } });
  const { settings, acme } = ingress;
  // A revoked credential is in no answer of the directory, its certificate is forgotten with it.
  const revoked = aCredential(acme.id, { username: 'gone', secret });
  const idOf = (username: string): string =>
    settings.credentials.find((one) => one.username === username)?.id ?? '';
  settings.certificates.push(
    ...[registered, expired, early].map((pair) => ({
      credentialId: idOf('acme'),
      fingerprint: fingerprintOf(pair),
    })),
    { credentialId: idOf('beta'), fingerprint: fingerprintOf(ofBeta) },
    { credentialId: revoked.id, fingerprint: fingerprintOf(ofRevoked) },
  );
});
after(() => ingress.close());

const failed = '535 5.7.8 Authentication credentials invalid';
const sender = 'MAIL FROM:<ada@acme.test>';

type Row = readonly [
  name: string,
  certificate: Pair | undefined,
  lines: readonly (readonly [string, string])[],
];

const rows: readonly Row[] = [
  [
    'a registered certificate',
    registered,
    [
      ['AUTH EXTERNAL =', '235 2.7.0'],
      [sender, '250 2.1.0'],
    ],
  ],
  [
    'without an initial response it is asked for one, which may be empty',
    registered,
    [
      ['AUTH EXTERNAL', '334 '],
      ['', '235 2.7.0'],
    ],
  ],
  [
    'for oneself, said in full',
    registered,
    [
      [`AUTH EXTERNAL ${base64('acme')}`, '235 2.7.0'],
      ['AUTH EXTERNAL =', '503 5.5.1'],
    ],
  ],
  [
    'no user acts for another user of the account',
    registered,
    [[`AUTH EXTERNAL ${base64('acme-cram')}`, failed]],
  ],
  ['no user acts for another account', registered, [[`AUTH EXTERNAL ${base64('beta')}`, failed]]],
  [
    'another account’s certificate is that account, and no more',
    ofBeta,
    [
      [`AUTH EXTERNAL ${base64('acme')}`, failed],
      ['AUTH EXTERNAL =', '235 2.7.0'],
      [sender, '550 5.7.1'],
      ['MAIL FROM:<bob@beta.test>', '250 2.1.0'],
    ],
  ],
  [
    'no certificate, and a password still helps',
    undefined,
    [
      ['AUTH EXTERNAL =', failed],
      [`AUTH EXTERNAL ${base64('acme')}`, failed],
      [sender, '530 5.7.0'],
      [`AUTH PLAIN ${base64(`\0acme\0${secret}`)}`, '235 2.7.0'],
    ],
  ],
  [
    'an unregistered certificate is refused, and a password is accepted after it',
    unknown,
    [
      ['AUTH EXTERNAL =', failed],
      [`AUTH PLAIN ${base64(`\0acme\0${secret}`)}`, '235 2.7.0'],
    ],
  ],
  [
    'an expired certificate',
    expired,
    [
      ['AUTH EXTERNAL =', failed],
      [sender, '530 5.7.0'],
    ],
  ],
  ['a certificate that is not valid yet', early, [['AUTH EXTERNAL =', failed]]],
  ['the certificate of a revoked credential', ofRevoked, [['AUTH EXTERNAL =', failed]]],
  ['no base64', registered, [['AUTH EXTERNAL acme!', '501 5.5.2']]],
  ['a NUL in the name', registered, [[`AUTH EXTERNAL ${base64('ac\0me')}`, '501 5.5.2']]],
  [
    'taken back',
    registered,
    [
      ['AUTH EXTERNAL', '334 '],
      ['*', '501 5.7.0'],
      [sender, '530 5.7.0'],
    ],
  ],
];

const listeners = [
  { name: 'after STARTTLS', port: () => ingress.ports.submission, tls: 'starttls' },
  { name: 'over implicit TLS', port: () => ingress.ports.submissions, tls: 'implicit' },
  { name: 'on the relay port after STARTTLS', port: () => ingress.ports.relay, tls: 'starttls' },
] as const;

async function open(options: DialogueOptions, certificate: Pair | undefined) {
  const client = await openDialogue({ ...options, ...(certificate && { certificate }) });
  const { lines } = await client.say('EHLO client.example');
  const offered = lines.find((line) => line.startsWith('AUTH ')) ?? '';
  return { client, offersExternal: / EXTERNAL( |$)/.test(offered) };
}

for (const { name, port, tls } of listeners) {
  describe(`AUTH EXTERNAL ${name}`, () => {
    for (const [what, certificate, lines] of rows)
      test(what, async () => {
        const { client, offersExternal } = await open({ port: port(), tls }, certificate);
        assert.equal(offersExternal, certificate !== undefined, 'offered to who showed a certificate');
        for (const [line, expected] of lines) {
          // The relay port hears strangers out until RCPT.
          if (line === sender && expected.startsWith('530') && name.includes('relay')) continue;
          const reply = await client.say(line);
          const said = `${reply.code} ${reply.text}`;
          assert.equal(said.slice(0, expected.length), expected, `${line} → ${said}`);
        }
        client.close();
      });
  });
}

test('without TLS EXTERNAL is neither offered nor accepted, also on loopback', async () => {
  const { client, offersExternal } = await open({ port: ingress.ports.cleartext }, registered);
  assert.equal(offersExternal, false);
  const reply = await client.say('AUTH EXTERNAL =');
  assert.match(`${reply.code} ${reply.text}`, /^538 5\.7\.11 /);
  client.close();
});

test('the session of a message records the client certificate', async () => {
  const { client } = await open({ port: ingress.ports.submissions, tls: 'implicit' }, registered);
  await client.say('AUTH EXTERNAL =');
  const mail = { from: 'ada@acme.test', to: 'bob@example.com', bytes: aMessage() };
  assert.equal((await sendMessage(client, mail)).code, 250);
  const message = ingress.messages.accepted.at(-1);
  assert.equal(message?.accountId, ingress.acme.id);
  assert.equal(message?.session.mechanism, 'EXTERNAL');
  assert.equal(message?.session.protocol, 'ESMTPSA');
  client.close();
});

test('a resumed TLS session keeps the client certificate', async () => {
  const options = { port: ingress.ports.submissions, tls: 'implicit' } as const;
  const { client } = await open(options, registered);
  // TLS 1.3 sends its tickets behind the handshake; they came before the answer to EHLO.
  const session = (client.socket() as TLSSocket).getSession() ?? Buffer.alloc(0);
  client.close();
  const again = await open({ ...options, session }, registered);
  assert.equal((again.client.socket() as TLSSocket).isSessionReused(), true);
  assert.equal((await again.client.say('AUTH EXTERNAL =')).code, 235);
  again.client.close();
});

test('a listener without logins asks for no certificate', async () => {
  const { client } = await open({ port: ingress.ports.returnPath, tls: 'starttls' }, registered);
  assert.ok([500, 502, 503, 538].includes((await client.say('AUTH EXTERNAL =')).code));
  client.close();
});
