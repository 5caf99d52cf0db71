import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { foldedAddress } from '@waybill/mail/address';
import type { Account, Stream, Suppression } from './account.ts';
import { domainsAtOrAbove, holderOf } from './domains/sender-standing.ts';
import { makeId } from './id.ts';
import type { AcceptedMessage, Discard } from './ports.ts';
import type { AcceptDependencies, AcceptPorts, Submission } from './submission/submission.ts';
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
  unknownPolicy: 'prefer_delivery',
  ...some,
});

export const aSuppression = (address: string, some: Partial<Suppression> = {}): Suppression => ({
  address,
  reason: 'hard_bounce',
  streamId: undefined,
  createdAt: new Date('2026-02-01T00:00:00Z'),
  ...some,
});

/** A submission without a key makes no look-up. */
const noKeys: SubmissionKeys = {
  find: async () => assert.fail('the submission has no key'),
  reserve: async () => assert.fail('the submission has no key'),
};

/** Two accounts: acme.test belongs to the first, beta.test to the second. */
export type InMemoryState = {
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
  enqueued: string[];
  keys: SubmissionKeys;
  failures: unknown[];
  onAccept: () => void;
  onEnqueue: () => void;
};

export const aState = (some: Partial<InMemoryState> = {}): InMemoryState => ({
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
  enqueued: [],
  keys: noKeys,
  failures: [],
  onAccept: () => undefined,
  onEnqueue: () => undefined,
  ...some,
});

const hourly = { scope: 'account', name: 'perHour', limit: 100 } as const;

export const portsOf = (state: InMemoryState): AcceptPorts => ({
  directory: {
    accountById: async (id) => state.accounts.find((account) => account.id === id),
    streamsOf: async (id) => state.streams.filter(({ accountId }) => accountId === id),
    credentialByUsername: async () => undefined,
    credentialById: async () => undefined,
    submittingKeyById: async () => undefined,
    credentialByCertificate: async () => undefined,
    networksContaining: async () => [],
    fromAddressClaims: async (address) => [
      ...(state.fromAddresses[address] ?? []).map((accountId) => ({ accountId, isProved: true })),
      ...(state.unprovedAddresses[address] ?? []).map((accountId) => ({ accountId, isProved: false })),
    ],
    domainHolder: async (domain) => {
      const found = domainsAtOrAbove(domain).find((one) => state.domains[one] !== undefined);
      const accountId = state.domains[found ?? ''];
      const verified = found && accountId ? { accountId, domain: found } : undefined;
      return holderOf(domain, verified, state.platformNames);
    },
    signingKeys: async () => [],
    returnPathOf: async () => undefined,
    trackingHostOf: async () => undefined,
    platformKeys: async () => [],
  },
  suppressions: {
    among: async (_account, _stream, addresses) =>
      new Map(
        addresses.flatMap((address) => {
          const found = state.suppressions.find((one) => one.address === foldedAddress(address));
          return found ? [[foldedAddress(address), found] as const] : [];
        }),
      ),
    add: async () => undefined,
  },
  usage: {
    quotaLeft: async () => ({
      recipients: state.recipientsLeft,
      binding: hourly,
      retryAt: new Date('2026-03-01T11:00:00Z'),
    }),
    take: async ({ recipients }) => {
      if (recipients.length > state.recipientsLeft) {
        const retryAt = new Date('2026-03-01T11:00:00Z');
        const left = { recipients: state.recipientsLeft, binding: hourly, retryAt };
        return { granted: false, fresh: 0, limits: [], left };
      }
      state.recipientsLeft -= recipients.length;
      return {
        granted: true,
        limits: [],
        giveBack: async () => {
          state.recipientsLeft += recipients.length;
        },
      };
    },
  },
  messages: {
    accept: async (message) => {
      state.onAccept();
      state.accepted.push(message);
    },
    load: async () => undefined,
    savePrepared: async () => [],
    saveDiscard: async (discard) => {
      state.discards.push(discard);
    },
    countRun: async () => undefined,
    saveHeld: async () => undefined,
  },
  keys: state.keys,
  jobs: {
    enqueue: async (_queue, ids) => {
      state.onEnqueue();
      state.enqueued.push(...ids);
    },
  },
});

export const headerKey = createSecretKey(Buffer.alloc(32, 7));

export const processOf = (state: InMemoryState): AcceptDependencies => ({
  now: () => at,
  random: (size) => Buffer.alloc(size, 9),
  headerKeys: [headerKey],
  hostName: 'mx.waybill.test',
  maxMessageBytes: 10_000,
  maxRecipients: 3,
  onEnqueueFailure: (error) => {
    state.failures.push(error);
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
