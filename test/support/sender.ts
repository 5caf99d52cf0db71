/** The sender for a test: all parts are real except the database and the job queue. */

import type { Rules } from '@waybill/delivery/classify';
import type { DeliveryDependencies } from '@waybill/delivery/dependencies';
import { openHeldLeases } from '@waybill/delivery/leases';
import { openPermittedSessions, type PermitPolicy } from '@waybill/delivery/permits';
import { openRefusedDeliveries, type RefusedOptions } from '@waybill/delivery/refused';
import type { RouteSettings } from '@waybill/delivery/routes/route';
import { claimAndDeliver } from '@waybill/delivery/sources';
import { openTlsMemory } from '@waybill/delivery/tls-memory';
import { openMemoryBudget } from '@waybill/io/concurrency/memory-budget';
import { openSharedPermits } from '@waybill/io/concurrency/permits/shared-permits';
import { openResolver } from '@waybill/io/dns/resolver';
import { encodePatch, makePatch, type Splice } from '@waybill/mail/patch';
import { openMessage } from '@waybill/relay/content/open-message';
import { outsideOf } from '@waybill/relay/domains/private-address';
import { facts } from '@waybill/relay/hygiene.test-support';
import { prepareAgain } from '@waybill/relay/pipeline/prepare-again';
import type {
  Account,
  AttemptResult,
  ClaimedDelivery,
  JobProducer,
  PrepareAgain,
  Stream,
} from '@waybill/relay/ports';
import type { SessionPoolSettings } from '@waybill/smtp-client/session-pool';
import type { Timeouts } from '@waybill/smtp-client/timeouts';
import { type InMemoryDeliveries, inMemoryDeliveries } from './in-memory-deliveries.ts';
import { inMemoryPermitStore } from './in-memory-permits.ts';

export const shortTimeouts: Timeouts = {
  connectMs: 500,
  bannerMs: 500,
  ehloMs: 500,
  tlsMs: 500,
  authMs: 500,
  mailMs: 500,
  rcptMs: 500,
  dataMs: 500,
  blockMs: 500,
  dotMs: 500,
  resetMs: 200,
};

/** The rules of the product, with a minute between attempts. */
export const minuteRules: Rules = { waits: [60_000], random: () => 0.5, busyMs: 1_000 };

export type TestSender = {
  readonly store: InMemoryDeliveries;
  readonly enqueued: { readonly ids: readonly string[]; readonly at: Date | undefined }[];
  readonly errors: unknown[];
  readonly suppressed: string[];
  /** Saves a delivery and enqueues it. */
  send(delivery?: Partial<ClaimedDelivery>): Promise<AttemptResult>;
  enqueue(id: string): Promise<void>;
  close(): Promise<void>;
};

export type TestSenderOptions = {
  readonly route?: Partial<RouteSettings>;
  readonly pool?: Partial<SessionPoolSettings>;
  readonly permits?: Partial<PermitPolicy>;
  readonly dependencies?: Partial<DeliveryDependencies>;
  readonly resolver?: string;
  readonly unknownPolicy?: Stream['unknownPolicy'];
  readonly rules?: Rules;
  readonly leaseMs?: number;
};

const accountId = '01900000-0000-7000-8000-00000000000a';
const streamId = '01900000-0000-7000-8000-00000000000b';

export const message = Buffer.from(
  'From: shop@acme.test\r\nTo: ada@dest.example\r\nSubject: hello\r\n\r\nHello Ada\r\n.hidden\r\n',
);

export const patchOf = (splices: readonly Splice[]): Buffer => encodePatch(makePatch(splices));

const silent = { warn: () => undefined, info: () => undefined };

let count = 0;

export const aDelivery = (overrides: Partial<ClaimedDelivery> = {}): ClaimedDelivery => {
  count += 1;
  return {
    id: `01900000-0000-7000-8000-${String(count).padStart(12, '0')}`,
    messageId: '01900000-0000-7000-8000-000000000001',
    accountId,
    streamId,
    recipient: 'ada@dest.example',
    returnPath: 'b-token@bounces.waybill.test',
    envelope: { mailFrom: 'shop@acme.test', rcptTo: ['ada@dest.example'], smtpUtf8: false, body: '7bit' },
    source: message,
    patch: patchOf([]),
    sandbox: false,
    requireTls: false,
    credentialId: undefined,
    headerFrom: 'shop@acme.test',
    bypassSuppression: false,
    status: 'queued',
    releasedAt: undefined,
    attempt: 1,
    acceptedAt: new Date('2026-01-01T00:00:00Z'),
    expiresAt: new Date('2126-01-01T00:00:00Z'),
    leaseId: '',
    ...overrides,
  };
};

export const testAccount: Account = {
  id: accountId,
  name: 'Acme',
  status: 'active',
  senderPolicy: 'strict',
  suppressedRecipients: 'refuse',
  bareLineEndings: 'refuse',
  trackOpens: false,
  trackClicks: 'none',
  hideClientIp: false,
  deliveryMode: undefined,
  smarthostUrl: undefined,
  maxMessageBytes: undefined,
  maxRecipients: undefined,
  limits: {},
};

/** `acme.test` belongs to the account. */
export const testDirectory = (
  unknownPolicy: Stream['unknownPolicy'] = 'prefer_no_duplicate',
): DeliveryDependencies['directory'] => ({
  accountById: async () => testAccount,
  submittingKeyById: async () => undefined,
  fromAddressClaims: async () => [],
  domainHolder: async (domain) =>
    domain === 'acme.test' ? { kind: 'account', accountId, domain } : undefined,
  streamsOf: async () => [
    {
      id: streamId,
      accountId,
      name: 'transactional',
      isDefault: true,
      trackOpens: false,
      trackClicks: 'none',
      listUnsubscribe: false,
      expiryMinutes: 60,
      unknownPolicy,
    },
  ],
});

const toMx: RouteSettings = {
  mode: 'mx',
  smarthostUrl: undefined,
  sandbox: undefined,
  mxPort: 25,
  ehloName: 'relay.example',
  allowPrivateDestinations: true,
};

const prepareHere: PrepareAgain = async ({ id, messageId, recipient, source, envelope }) => {
  const opened = openMessage({ id: messageId, source, envelope, options: {} });
  return prepareAgain(opened, { deliveryId: id, recipient }, facts());
};

const now = (): Date => new Date();
const ownRules = async () => [];

/** Sessions under permits, and the deliveries that found none free. */
function openTestSessions(
  options: TestSenderOptions,
  { deliver, onTrouble }: Pick<RefusedOptions, 'deliver' | 'onTrouble'>,
) {
  const permits = openSharedPermits({ store: inMemoryPermitStore(), log: silent });
  const policy = { permits, perAccount: 30, perDestination: 20, waitMs: 1_000, ...options.permits };
  const pool = openPermittedSessions(policy, {
    timeouts: shortTimeouts,
    secureContext: undefined,
    maxIdleMs: 5_000,
    maxMessages: 100,
    onIdle: (destination) => refused.beginNext(destination),
    ...options.pool,
  });
  const refused = openRefusedDeliveries({
    ...{ deliver, now, onTrouble, hasIdle: pool.hasIdle },
    most: 100,
  });
  return {
    ...{ policy, pool, refused },
    async close() {
      await pool.close();
      await permits.close();
    },
  };
}

export function testSender(options: TestSenderOptions = {}): TestSender {
  const store = inMemoryDeliveries();
  const enqueued: TestSender['enqueued'][number][] = [];
  const errors: unknown[] = [];
  const suppressed: string[] = [];
  const resolver = openResolver({ resolver: options.resolver ?? '127.0.0.1:9', timeoutMs: 200 });
  const jobs: JobProducer = { enqueue: async (_, ids, at) => void enqueued.push({ ids, at }) };
  const { policy, pool, refused, close } = openTestSessions(options, {
    deliver: (id, dueBy) => claimAndDeliver(dependencies, id, dueBy),
    onTrouble: (error) => void errors.push(error),
  });
  const leases = openHeldLeases({
    store,
    leaseMs: options.leaseMs ?? 60_000,
    now,
    onTrouble: (error) => void errors.push(error),
  });
  const dependencies: DeliveryDependencies = {
    store,
    directory: testDirectory(options.unknownPolicy ?? 'prefer_no_duplicate'),
    jobs,
    pool,
    resolver,
    random: () => 0.5,
    ...{ rules: options.rules ?? minuteRules, ownRules },
    permits: policy,
    isOutside: outsideOf(new Set()),
    memory: openMemoryBudget(),
    tlsMemory: openTlsMemory(60_000, () => Date.now()),
    settings: { ...toMx, ...options.route },
    prepareAgain: prepareHere,
    leases,
    refused,
    now,
    suppressions: {
      among: async () => new Map(),
      add: async (_, { address, reason }) => void suppressed.push(`${address} ${reason}`),
    },
    onStop: () => undefined,
    onAttempt: ({ error }) => void (error === undefined || errors.push(error)),
    onTrouble: (error) => void errors.push(error),
    ...options.dependencies,
  };
  return {
    store,
    enqueued,
    errors,
    suppressed,
    async send(overrides) {
      const delivery = aDelivery(overrides);
      store.add(delivery);
      await claimAndDeliver(dependencies, delivery.id);
      const result = store.results.findLast(({ deliveryId }) => deliveryId === delivery.id);
      if (!result) throw new Error('nothing was saved');
      return result;
    },
    enqueue: async (id) => void (await claimAndDeliver(dependencies, id)),
    async close() {
      await refused.close();
      leases.close();
      await close();
      resolver.close();
    },
  };
}
