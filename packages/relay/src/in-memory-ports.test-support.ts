import assert from 'node:assert/strict';
import { foldedAddress } from '@waybill/mail/address';
import type { AcceptPorts, AcceptWorld, Submission } from './accept.ts';
import type { Account, Stream, Suppression } from './account.ts';
import { domainsAtOrAbove, holderOf } from './domains/sender-standing.ts';
import { makeId } from './id.ts';
import type { AcceptedMessage, Discard } from './ports.ts';
import type { SubmissionKeys } from './submission/submission-key.ts';

export const at = new Date('2026-03-01T10:00:00Z');
export const idOf = (byte: number): string => makeId(at, Buffer.alloc(10, byte));

export const acme = idOf(1);
export const beta = idOf(2);

export const anAccount = (some: Partial<Account> = {}): Account => ({
  id: acme,
  name: 'Acme',
  status: 'active',
  senderPolicy: 'strict',
  suppressedRecipients: 'refuse',
  bareLineEndings: 'refuse',
  trackOpens: true,
  trackClicks: 'all',
  hideClientIp: false,
  deliveryMode: undefined,
  smarthostUrl: undefined,
  maxMessageBytes: undefined,
  maxRecipients: undefined,
  limits: {},
  ...some,
});

export const aStream = (some: Partial<Stream> = {}): Stream => ({
  id: idOf(20),
  accountId: acme,
  name: 'default',
  isDefault: true,
  trackOpens: true,
  trackClicks: 'html',
  listUnsubscribe: true,
  expiryMinutes: 2880,
  unknownPolicy: 'prefer_no_duplicate',
  ...some,
});

export const aSuppression = (address: string, some: Partial<Suppression> = {}): Suppression => ({
  address,
  reason: 'hard_bounce',
  streamId: undefined,
  createdAt: new Date('2026-02-01T00:00:00Z'),
  ...some,
});

/** Whoever gave no key is not asked about one. */
const noKeys: SubmissionKeys = {
  find: async () => assert.fail('nobody gave a key'),
  reserve: async () => assert.fail('nobody gave a key'),
};

/** A small world with two accounts: acme.test belongs to the first, beta.test to the second. */
export type World = {
  accounts: Account[];
  streams: Stream[];
  domains: Record<string, string>;
  /** Proved registrations. */
  fromAddresses: Record<string, string[]>;
  unprovedAddresses: Record<string, string[]>;
  platformNames: string[];
  suppressions: Suppression[];
  recipientsLeft: number;
  accepted: AcceptedMessage[];
  discards: Discard[];
  rung: string[];
  keys: SubmissionKeys;
  failures: unknown[];
  onAccept: () => void;
  onRing: () => void;
};

export const aWorld = (some: Partial<World> = {}): World => ({
  accounts: [anAccount(), anAccount({ id: beta, name: 'Beta' })],
  streams: [aStream(), aStream({ id: idOf(21), name: 'receipts', isDefault: false })],
  domains: { 'acme.test': acme, 'beta.test': beta },
  fromAddresses: {},
  unprovedAddresses: {},
  platformNames: ['waybill.test', 'bounces.waybill.test'],
  suppressions: [],
  recipientsLeft: 1000,
  accepted: [],
  discards: [],
  rung: [],
  keys: noKeys,
  failures: [],
  onAccept: () => undefined,
  onRing: () => undefined,
  ...some,
});

export const portsOf = (world: World): AcceptPorts => ({
  directory: {
    accountById: async (id) => world.accounts.find((account) => account.id === id),
    streamsOf: async (id) => world.streams.filter(({ accountId }) => accountId === id),
    credentialByUsername: async () => undefined,
    credentialById: async () => undefined,
    submittingKeyById: async () => undefined,
    credentialByCertificate: async () => undefined,
    networksContaining: async () => [],
    fromAddressClaims: async (address) => [
      ...(world.fromAddresses[address] ?? []).map((accountId) => ({ accountId, isProved: true })),
      ...(world.unprovedAddresses[address] ?? []).map((accountId) => ({ accountId, isProved: false })),
    ],
    domainHolder: async (domain) => {
      const found = domainsAtOrAbove(domain).find((one) => world.domains[one] !== undefined);
      const accountId = world.domains[found ?? ''];
      const verified = found && accountId ? { accountId, domain: found } : undefined;
      return holderOf(domain, verified, world.platformNames);
    },
    signingKeys: async () => [],
    returnPathOf: async () => undefined,
    platformKeys: async () => [],
  },
  suppressions: {
    among: async (_account, _stream, addresses) =>
      new Map(
        addresses.flatMap((address) => {
          const found = world.suppressions.find((one) => one.address === foldedAddress(address));
          return found ? [[foldedAddress(address), found] as const] : [];
        }),
      ),
    add: async () => undefined,
  },
  usage: {
    quotaLeft: async () => ({
      recipients: world.recipientsLeft,
      binding: 'hour',
      retryAt: new Date('2026-03-01T11:00:00Z'),
    }),
    take: async (_account, recipients) => {
      if (recipients > world.recipientsLeft) {
        const retryAt = new Date('2026-03-01T11:00:00Z');
        return { granted: false, left: { recipients: world.recipientsLeft, binding: 'hour', retryAt } };
      }
      world.recipientsLeft -= recipients;
      return {
        granted: true,
        giveBack: async () => {
          world.recipientsLeft += recipients;
        },
      };
    },
  },
  messages: {
    accept: async (message) => {
      world.onAccept();
      world.accepted.push(message);
    },
    load: async () => undefined,
    savePrepared: async () => [],
    saveDiscard: async (discard) => {
      world.discards.push(discard);
    },
    countRun: async () => undefined,
    saveHeld: async () => undefined,
  },
  keys: world.keys,
  doorbell: {
    ring: async (_queue, ids) => {
      world.onRing();
      world.rung.push(...ids);
    },
  },
});

export const headerKey = Buffer.alloc(32, 7);

export const processOf = (world: World): AcceptWorld => ({
  now: () => at,
  random: (size) => Buffer.alloc(size, 9),
  headerKeys: [headerKey],
  hostName: 'mx.waybill.test',
  maxMessageBytes: 10_000,
  maxRecipients: 3,
  onDoorbellFailure: (error) => {
    world.failures.push(error);
  },
});

export const lines = (...all: readonly string[]): Buffer => Buffer.from(`${all.join('\r\n')}\r\n`);

export const aSubmission = (some: Partial<Submission> = {}): Submission => ({
  envelope: { mailFrom: 'ada@acme.test', rcptTo: ['bob@there.example'], smtpUtf8: false, body: '7bit' },
  bytes: lines('From: Ada <ada@acme.test>', 'To: bob@there.example', 'Subject: Hello', '', 'Hi'),
  session: {
    via: 'smtp',
    clientIp: '192.0.2.1',
    heloName: 'client.example',
    protocol: 'ESMTPSA',
    tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384',
    listener: 'submission',
    mechanism: 'PLAIN',
  },
  authenticated: { accountId: acme, credentialId: idOf(30) },
  networks: [],
  ...some,
});
