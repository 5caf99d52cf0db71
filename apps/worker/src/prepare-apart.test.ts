import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { after, test } from 'node:test';
import type { Facts } from '@waybill/relay/pipeline/stage';
import { makeTrackingKey } from '@waybill/relay/tracking/token';
import { type Preparation, runPreparation } from './preparation.ts';
import { apartSettings, isLarge, openPrepareApart, TooDear } from './prepare-apart.ts';

const { privateKey } = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const account = '01900000-0000-7000-8000-000000000001';

const facts = {
  now: new Date('2026-01-02T03:04:05Z'),
  acceptedAt: new Date('2026-01-02T03:04:04Z'),
  account: { id: account, trackOpens: true, trackClicks: 'all', senderPolicy: 'strict' },
  stream: { id: account, name: 'default', expiryMinutes: 60, trackOpens: true, trackClicks: 'all' },
  suppressed: new Map([
    [
      'grace@rcpt.example',
      { address: 'grace@rcpt.example', reason: 'manual', streamId: undefined, createdAt: new Date(0) },
    ],
  ]),
  signingKeys: [
    { domain: 'acme.test', selector: 's1', algorithm: 'ed25519', privateKey: createPrivateKey(privateKey) },
  ],
  platformKeys: [],
  platformSignature: false,
  tracking: { baseUrl: 'https://t.example', key: makeTrackingKey(1, Buffer.alloc(32, 1)) },
  returnPath: { domain: 'bounces.example', key: Buffer.alloc(32, 2) },
  platformDomain: 'relay.example',
} as unknown as Facts;

const head =
  'From: app@acme.test\r\nTo: ada@rcpt.example\r\nSubject: Hello\r\nContent-Type: text/html\r\n\r\n';
const links = (count: number): string => '<a href="https://shop.example/p">p</a>\r\n'.repeat(count);

const preparation = (body: string, rcptTo: readonly string[] = ['ada@rcpt.example']): Preparation => ({
  stored: {
    id: '01900000-0000-7000-8000-000000000002',
    source: Buffer.from(head + body),
    envelope: { mailFrom: 'app@acme.test', rcptTo: [...rcptTo], smtpUtf8: false, body: '7bit' },
    options: {},
  },
  notes: [{ step: 'resolve-account', what: 'seen before' }],
  facts,
  decided: {
    resolution: {
      accountId: account,
      credentialId: undefined,
      by: 'auth',
      because: 'it says so',
      rejected: [],
    },
    sandbox: false,
  },
});

const open: { close(): Promise<void> }[] = [];
after(() => Promise.all(open.map((one) => one.close())));

function openApart(settings: Partial<typeof apartSettings> = {}) {
  const apart = openPrepareApart({ ...apartSettings, ...settings });
  open.push(apart);
  return apart;
}

test('a thread prepares exactly what would have been prepared here', async () => {
  const given = preparation(links(20), ['ada@rcpt.example', 'grace@rcpt.example']);
  const apart = openApart();
  const [here, there] = [await runPreparation(given), await apart.prepare(given)];
  assert.deepEqual(there, here);
  assert.ok(Buffer.isBuffer(there.deliveries[0]?.patch));
  assert.deepEqual(
    there.deliveries.map(({ status }) => status),
    ['queued', 'suppressed'],
  );
});

test('what takes too long ends with its thread, and the next message gets another one', async () => {
  // The second one has two recipients and so the time that a fresh thread takes to start on a busy machine.
  const apart = openApart({ threads: 1, limitMs: 300, perRecipientMs: 10_000 });
  const [slow, next] = await Promise.allSettled([
    apart.prepare(preparation(links(90_000))),
    apart.prepare(preparation(links(1), ['ada@rcpt.example', 'grace@rcpt.example'])),
  ]);
  assert.ok(slow.status === 'rejected' && slow.reason instanceof TooDear);
  assert.equal(next.status, 'fulfilled');
});

test('what takes too much memory ends with its thread', async () => {
  const apart = openApart({ threads: 1, heapMebibytes: 24 });
  await assert.rejects(apart.prepare(preparation(links(100_000))), TooDear);
  assert.equal((await apart.prepare(preparation(links(1)))).deliveries.length, 1);
});

test('an error in the thread is told with its name', async () => {
  const given = preparation(links(1));
  const broken = {
    ...given,
    facts: { ...facts, signingKeys: [{ domain: 'acme.test' }] } as unknown as Facts,
  };
  await assert.rejects(openApart().prepare(broken), (error: Error) => !(error instanceof TooDear));
});

test('more messages than threads wait for their turn', async () => {
  const apart = openApart({ threads: 1 });
  const done = await Promise.all([1, 2, 3].map((count) => apart.prepare(preparation(links(count)))));
  assert.deepEqual(
    done.map(({ messageId }) => messageId),
    Array.from({ length: 3 }, () => '01900000-0000-7000-8000-000000000002'),
  );
});

test('size counts for each recipient', () => {
  assert.equal(isLarge(preparation('x'.repeat(100_000))), false);
  assert.equal(isLarge(preparation('x'.repeat(600_000))), true);
  const many = Array.from({ length: 10 }, (_, index) => `r${index}@rcpt.example`);
  assert.equal(isLarge(preparation('x'.repeat(100_000), many)), true);
});
