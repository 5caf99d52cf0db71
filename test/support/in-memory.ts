import { foldedAddress } from '@waybill/mail/address';
import { claimedFrom } from '@waybill/relay/delivery/prepared-claim';
import { byPrefix, containsIp, parseNetwork } from '@waybill/relay/domains/networks';
import { domainsAtOrAbove, holderOf } from '@waybill/relay/domains/sender-standing';
import { publicId } from '@waybill/relay/id';
import type {
  AcceptedMessage,
  Account,
  Credential,
  Directory,
  Discard,
  JobProducer,
  MessageStore,
  PreparedMessage,
  QueueName,
  QuotaLeft,
  StoredMessage,
  Stream,
  SubmittingKey,
  Suppression,
  SuppressionList,
  Usage,
} from '@waybill/relay/ports';
import type { NetworkMatch } from '@waybill/relay/resolve-account';
import type { KeyedSubmission, SubmissionKeys } from '@waybill/relay/submission/submission-key';

/** Twins of the ports that behave as the real ones do, for tests that need no PostgreSQL. Settings are plain lists, changed at will. */
export type Settings = {
  readonly accounts: Account[];
  readonly streams: Stream[];
  readonly credentials: Credential[];
  readonly networks: Omit<NetworkMatch, 'prefixLength'>[];
  /** Proved unless `isProved` is false. */
  readonly fromAddresses: {
    readonly accountId: string;
    readonly address: string;
    readonly isProved?: boolean;
  }[];
  readonly domains: { readonly accountId: string; readonly domain: string }[];
  readonly platformNames: string[];
  readonly keys: (SubmittingKey & { readonly id: string })[];
  readonly certificates: { readonly credentialId: string; readonly fingerprint: string }[];
};

export const noSettings = (): Settings => ({
  accounts: [],
  streams: [],
  credentials: [],
  networks: [],
  fromAddresses: [],
  domains: [],
  platformNames: [],
  keys: [],
  certificates: [],
});

/** `failure.cause`: what every look-up rejects with, as with PostgreSQL away. */
export type Failing = { cause: Error | undefined };

const unlessFailing = async <T>(failing: Failing, answer: () => T): Promise<T> => {
  if (failing.cause !== undefined) throw failing.cause;
  return answer();
};

export function inMemoryDirectory(settings: Settings, failing: Failing = { cause: undefined }): Directory {
  const ask = <T>(answer: () => T): Promise<T> => unlessFailing(failing, answer);
  return {
    accountById: (id) => ask(() => settings.accounts.find((account) => account.id === id)),
    streamsOf: (id) => ask(() => settings.streams.filter((stream) => stream.accountId === id)),
    credentialByUsername: (username) =>
      ask(() =>
        settings.credentials.find(
          (one) => one.username === username || publicId('cred', one.id) === username,
        ),
      ),
    credentialById: (id) => ask(() => settings.credentials.find((one) => one.id === id)),
    submittingKeyById: (id) => ask(() => settings.keys.find((one) => one.id === id)),
    credentialByCertificate: (fingerprint) =>
      ask(() => {
        const found = settings.certificates.find((one) => one.fingerprint === fingerprint);
        return settings.credentials.find((one) => one.id === found?.credentialId);
      }),
    networksContaining: (ip) =>
      ask(() =>
        byPrefix(
          settings.networks
            .filter(({ cidr }) => containsIp(cidr, ip))
            .map((network) => ({ ...network, prefixLength: parseNetwork(network.cidr)?.prefixLength ?? 0 })),
        ),
      ),
    fromAddressClaims: (address) =>
      ask(() =>
        settings.fromAddresses
          .filter((one) => one.address === address)
          .map(({ accountId, isProved = true }) => ({ accountId, isProved })),
      ),
    domainHolder: (domain) =>
      ask(() => {
        const above = domainsAtOrAbove(domain);
        const [verified] = settings.domains
          .filter((one) => above.includes(one.domain))
          .toSorted((a, b) => b.domain.length - a.domain.length);
        return holderOf(domain, verified, settings.platformNames);
      }),
    signingKeys: () => ask(() => []),
    returnPathOf: (accountId, domain) =>
      ask(() =>
        settings.domains.some((one) => one.accountId === accountId && one.domain === domain)
          ? { host: `bounce.${domain}`, status: 'pending' }
          : undefined,
      ),
    trackingHostOf: () => ask(() => undefined),
    platformKeys: () => ask(() => []),
  };
}

export function inMemorySuppressions(failing: Failing = { cause: undefined }): SuppressionList {
  const rows: (Suppression & { readonly accountId: string })[] = [];
  const found = (accountId: string, streamId: string | undefined, address: string) =>
    rows.find((row) => row.accountId === accountId && row.streamId === streamId && row.address === address);
  return {
    among: (accountId, streamId, addresses) =>
      unlessFailing(
        failing,
        () =>
          new Map(
            addresses.map(foldedAddress).flatMap((address) => {
              const row = found(accountId, undefined, address) ?? found(accountId, streamId, address);
              return row ? [[address, row] as const] : [];
            }),
          ),
      ),
    add: (accountId, { streamId, reason, ...given }) =>
      unlessFailing(failing, () => {
        const address = foldedAddress(given.address);
        if (!found(accountId, streamId, address))
          rows.push({ accountId, streamId, reason, address, createdAt: new Date() });
      }),
  };
}

export type InMemoryUsage = Usage & { left: QuotaLeft };

export const inMemoryUsage = (): InMemoryUsage => ({
  left: { recipients: Number.POSITIVE_INFINITY, binding: undefined, retryAt: undefined },
  async quotaLeft() {
    return this.left;
  },
  async take({ recipients: { length: recipients } }) {
    if (recipients > this.left.recipients) return { granted: false, fresh: 0, limits: [], left: this.left };
    const { left } = this;
    this.left = { ...left, recipients: left.recipients - recipients };
    return {
      granted: true,
      limits: [],
      giveBack: async () => {
        this.left = { ...this.left, recipients: this.left.recipients + recipients };
      },
    };
  },
});

export type InMemoryMessages = MessageStore & {
  readonly accepted: AcceptedMessage[];
  readonly prepared: PreparedMessage[];
  readonly discards: Discard[];
  readonly held: Map<string, string>;
};

export function inMemoryMessages(failing: Failing = { cause: undefined }): InMemoryMessages {
  const accepted: AcceptedMessage[] = [];
  const prepared: PreparedMessage[] = [];
  const discards: Discard[] = [];
  const held = new Map<string, string>();
  const runs = new Map<string, number>();
  const stateOf = (id: string): StoredMessage['state'] => {
    if (discards.some((discard) => discard.messageId === id)) return 'discarded';
    if (prepared.some((one) => one.messageId === id)) return 'processed';
    return held.has(id) ? 'held' : 'accepted';
  };
  const isOpen = (id: string): boolean => ['accepted', 'held'].includes(stateOf(id));
  const beginRun = ({ id, acceptedAt }: AcceptedMessage) => {
    const state = stateOf(id);
    if (state !== 'accepted') return { state, processAttempts: runs.get(id) ?? 0, isRunCounted: false };
    const isRunCounted = Date.now() - acceptedAt.getTime() > 30_000;
    if (isRunCounted) countRun(id);
    return { state, processAttempts: (runs.get(id) ?? 0) + (isRunCounted ? 0 : 1), isRunCounted };
  };
  const countRun = (id: string): void => void runs.set(id, (runs.get(id) ?? 0) + 1);
  return {
    accepted,
    prepared,
    discards,
    held,
    accept: (message) =>
      unlessFailing(failing, () => {
        if (!accepted.some(({ id }) => id === message.id)) accepted.push(message);
      }),
    load: (id) =>
      unlessFailing(failing, () => {
        const message = accepted.find((one) => one.id === id);
        if (!message) return undefined;
        return { ...message, ...beginRun(message) };
      }),
    countRun: (id) => unlessFailing(failing, () => countRun(id)),
    savePrepared: (one, claim) =>
      unlessFailing(failing, () => {
        if (!isOpen(one.messageId)) return [];
        prepared.push(one);
        return claim ? claimedFrom(one, claim, new Set(one.deliveries.map(({ id }) => id))) : [];
      }),
    saveDiscard: (discard) =>
      unlessFailing(failing, () => {
        if (discard.messageId === undefined || isOpen(discard.messageId)) discards.push(discard);
      }),
    saveHeld: (id, reason) =>
      unlessFailing(failing, () => void (stateOf(id) === 'accepted' && held.set(id, reason))),
  };
}

export type InMemoryJobs = JobProducer & {
  readonly enqueued: { readonly queue: QueueName; readonly id: string }[];
};

export function inMemoryJobs(failing: Failing = { cause: undefined }): InMemoryJobs {
  const enqueued: { queue: QueueName; id: string }[] = [];
  return {
    enqueued,
    enqueue: (queue, ids) =>
      unlessFailing(failing, () => void enqueued.push(...ids.map((id) => ({ queue, id })))),
  };
}

/** `isKept`: whether the message of an id was stored. A key that was reserved and not used is free for other content after a minute. */
export function inMemorySubmissionKeys(isKept: (messageId: string) => boolean): SubmissionKeys {
  const rows = new Map<string, KeyedSubmission & { readonly messageId: string; readonly expiresAt: Date }>();
  const nameOf = ({ accountId, key }: KeyedSubmission): string => `${accountId} ${key}`;
  const liveOf = (asked: KeyedSubmission) => {
    const row = rows.get(nameOf(asked));
    return row && row.expiresAt > asked.now ? row : undefined;
  };
  const isAbandoned = (row: KeyedSubmission, now: Date): boolean =>
    row.now.getTime() <= now.getTime() - 60_000;
  return {
    async find(asked) {
      const row = liveOf(asked);
      if (!row) return { state: 'unused' };
      const isSame = row.contentHash.equals(asked.contentHash);
      if (isKept(row.messageId))
        return isSame ? { state: 'kept', messageId: row.messageId } : { state: 'conflict' };
      return { state: isSame || isAbandoned(row, asked.now) ? 'unused' : 'running' };
    },
    async reserve(asked) {
      const row = liveOf(asked);
      if (row?.contentHash.equals(asked.contentHash)) return { state: 'reserved', messageId: row.messageId };
      if (row && isKept(row.messageId)) return { state: 'conflict' };
      if (row && !isAbandoned(row, asked.now)) return { state: 'running' };
      rows.set(nameOf(asked), asked);
      return { state: 'reserved', messageId: asked.messageId };
    },
  };
}
