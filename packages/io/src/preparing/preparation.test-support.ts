/** One message of an account with a key, to be prepared. */
import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import type { Installation, MessageFacts } from '@waybill/relay/submission/load-facts';
import type { Preparation } from '@waybill/relay/submission/preparation';
import { makeTrackingKey } from '@waybill/relay/tracking/token';

const { privateKey } = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const account = '01900000-0000-7000-8000-000000000001';

export const installation: Installation = {
  platformSignature: false,
  tracking: { baseUrl: 'https://t.example', key: makeTrackingKey(1, Buffer.alloc(32, 1)) },
  returnPath: { domain: 'bounces.example', key: createSecretKey(Buffer.alloc(32, 2)) },
  platformDomain: 'relay.example',
};

export const facts = {
  now: new Date('2026-01-02T03:04:05Z'),
  acceptedAt: new Date('2026-01-02T03:04:04Z'),
  sendAt: undefined,
  ownReturnPath: undefined,
  account: { id: account, trackOpens: true, trackClicks: 'all', senderPolicy: 'strict' },
  stream: { id: account, name: 'default', expiryMinutes: 60, trackOpens: true, trackClicks: 'all' },
  suppressed: new Map([
    [
      'grace@rcpt.example',
      { address: 'grace@rcpt.example', reason: 'manual', streamId: undefined, createdAt: new Date(0) },
    ],
  ]),
  signingKeys: [{ domain: 'acme.test', selector: 's1', algorithm: 'ed25519', privateKeyPem: privateKey }],
  platformKeys: [],
} as unknown as MessageFacts;

const head =
  'From: app@acme.test\r\nTo: ada@rcpt.example\r\nSubject: Hello\r\nContent-Type: text/html\r\n\r\n';
export const links = (count: number): string => '<a href="https://shop.example/p">p</a>\r\n'.repeat(count);

export const preparation = (body: string, rcptTo: readonly string[] = ['ada@rcpt.example']): Preparation => ({
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
      reason: 'it says so',
      rejected: [],
    },
    sandbox: false,
  },
});
