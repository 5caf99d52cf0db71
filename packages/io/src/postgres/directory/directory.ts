import { isIP } from 'node:net';
import { type OwnReturnPath, returnPathHost } from '@waybill/relay/domains/domain-records';
import { domainsAtOrAbove, holderOf } from '@waybill/relay/domains/sender-standing';
import { parsePublicId } from '@waybill/relay/id';
import type { Directory, Stream, SubmittingKey } from '@waybill/relay/ports';
import type { NetworkMatch } from '@waybill/relay/resolve-account';
import { type LoadingCache, openLoadingCache } from '../../cache/loading-cache.ts';
import type { SecretBox } from '../../secrets/secret-box.ts';
import type { Database } from '../connection/database.ts';
import type { Listener } from '../connection/listener.ts';
import { fromRow } from '../connection/rows.ts';
import {
  accountOf,
  addressClaimOf,
  credentialColumns,
  credentialOf,
  signingKeyOf,
} from './directory-rows.ts';

export type DirectoryOptions = {
  readonly database: Database;
  readonly box: SecretBox;
  /** Notifies of changes. Without it, and while its connection is down, an answer is at most `ttlMs` old. */
  readonly listener?: Listener;
  readonly ttlMs?: number;
  /** The host names of the platform. No account holds one of them or a name below it. */
  readonly platformNames?: readonly string[];
};

const TTL_MS = 5_000;
/** Set by the triggers of the first migration. */
const CHANNEL = 'waybill_settings_changed';

// A deleted account and all its rows are absent from every answer.
const sql = {
  account: 'SELECT * FROM account WHERE id = $1 AND deleted_at IS NULL',
  streams: `SELECT stream.* FROM stream JOIN account ON account.id = account_id
    WHERE account_id = $1 AND deleted_at IS NULL AND archived_at IS NULL ORDER BY stream.id`,
  credential: (column: 'id' | 'username') => `
    SELECT ${credentialColumns}
    FROM smtp_credential c JOIN account ON account.id = c.account_id
    WHERE c.${column} = $1 AND revoked_at IS NULL AND deleted_at IS NULL`,
  credentialOfCertificate: `SELECT c.id FROM smtp_credential c JOIN account ON account.id = c.account_id
    WHERE certificate_fingerprints @> ARRAY[$1] AND revoked_at IS NULL AND deleted_at IS NULL`,
  // Revoked ones too, because mail that was submitted with them may not be sent yet.
  submittingKey: `
    SELECT 'smtp_credential' AS kind, revoked_at, pending_mail AS pending, NULL::timestamptz AS expires_at, limits, NULL::bytea[] AS secret_hashes
    FROM smtp_credential WHERE id = $1
    UNION ALL
    SELECT 'api_key', revoked_at, pending_mail, expires_at, limits,
      array_remove(ARRAY[secret_hash, CASE WHEN previous_expires_at > now() THEN previous_secret_hash END], NULL)
    FROM api_key WHERE id = $1`,
  networks: `SELECT n.id AS network_id, network::cidr::text AS cidr, masklen(network) AS prefix_length, n.account_id, shared
    FROM ip_network n LEFT JOIN account ON account.id = n.account_id
    WHERE network >>= $1::inet AND deleted_at IS NULL ORDER BY masklen(network) DESC, n.id`,
  fromAddress: `SELECT account_id, f.status FROM from_address f JOIN account ON account.id = account_id
    WHERE address = $1 AND deleted_at IS NULL ORDER BY account_id`,
  // The most specific of a domain and its parents. A degraded domain counts, because a fault in DNS must not stop its mail.
  domain: `SELECT account_id, domain FROM sender_domain d JOIN account ON account.id = account_id
    WHERE domain = ANY($1) AND d.status IN ('verified', 'degraded') AND deleted_at IS NULL
    ORDER BY length(domain) DESC LIMIT 1`,
  keys: `SELECT k.id, domain, selector, algorithm, private_key_box
    FROM dkim_key k JOIN sender_domain d ON d.id = sender_domain_id JOIN account ON account.id = account_id
    WHERE account_id = $1 AND domain = $2 AND d.status IN ('verified', 'degraded') AND state = 'active' AND deleted_at IS NULL
    ORDER BY k.id`,
  hosts: `SELECT return_path_status, CASE WHEN tracking_status = 'verified' THEN tracking_host END AS tracking_host
    FROM sender_domain d JOIN account ON account.id = account_id
    WHERE account_id = $1 AND domain = $2 AND d.status IN ('verified', 'degraded') AND deleted_at IS NULL`,
  platformKeys: `SELECT k.id, domain, selector, algorithm, private_key_box
    FROM dkim_key k JOIN sender_domain d ON d.id = sender_domain_id
    WHERE account_id IS NULL AND state = 'active' ORDER BY k.id`,
};

/** Converts an IPv4-mapped IPv6 address to IPv4, because networks are registered as IPv4. RFC 4291 §2.5.5.2. */
const plainIp = (ip: string): string =>
  ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');

const sha256Hex = /^[0-9a-f]{64}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

// The answer for impossible keys. A promise, as in the caches, because an async function would cost three microtasks more.
const nothing = Promise.resolve(undefined);
const none = Promise.resolve([]);

/** A key of two parts, as neither an id nor a domain holds a space. */
const keyOf = (accountId: string, domain: string): string => `${accountId} ${domain}`;

/** The caches that a change of each table makes stale. The deletion of an account concerns all its rows. */
const staleBy: Readonly<Record<string, readonly string[]>> = {
  stream: ['streams'],
  smtp_credential: ['credentials', 'usernames', 'certificates', 'submittingKeys'],
  api_key: ['submittingKeys'],
  ip_network: ['networks'],
  from_address: ['fromAddresses'],
  sender_domain: ['domains', 'keys', 'hosts'],
  dkim_key: ['keys'],
};

/** The hosts of a verified domain. */
type OwnHosts = {
  readonly returnPathStatus: OwnReturnPath['status'];
  /** Only a verified one. */
  readonly trackingHost: string | undefined;
};

type Holder = { readonly accountId: string; readonly domain: string };

type Rows = (text: string, values: readonly unknown[]) => Promise<readonly object[]>;
type OpenCache = <Value>(load: (key: string) => Promise<Value>) => LoadingCache<Value>;

/** The caches of sender domains. */
const domainCaches = ({ box, platformNames }: DirectoryOptions, rows: Rows, cache: OpenCache) => ({
  domains: cache(async (domain) => {
    const [holder] = (await rows(sql.domain, [domainsAtOrAbove(domain)])).map(fromRow<Holder>);
    return holderOf(domain, holder, platformNames ?? []);
  }),
  keys: cache(async (key) => {
    const found = key === '' ? await rows(sql.platformKeys, []) : await rows(sql.keys, key.split(' '));
    return found.map((row) => signingKeyOf(row, box));
  }),
  hosts: cache(async (key) => (await rows(sql.hosts, key.split(' '))).map(fromRow<OwnHosts>)[0]),
});

export function openDirectory(options: DirectoryOptions): Directory & { close(): Promise<void> } {
  const { box } = options;
  const rows: Rows = async (text, values) =>
    (await options.database.pool.query<object>(text, values as unknown[])).rows;
  const ttlMs = options.ttlMs ?? TTL_MS;
  const cache: OpenCache = (load) => openLoadingCache({ load, ttlMs });
  const firstCredential = async (column: 'id' | 'username', key: string) =>
    (await rows(sql.credential(column), [key])).map((row) => credentialOf(row, box))[0];

  const caches = {
    accounts: cache(async (id) => (await rows(sql.account, [id])).map((row) => accountOf(row, box))[0]),
    streams: cache(async (id) => (await rows(sql.streams, [id])).map(fromRow<Stream>)),
    credentials: cache((id) => firstCredential('id', id)),
    submittingKeys: cache(async (id) =>
      (await rows(sql.submittingKey, [id])).map(fromRow<SubmittingKey>).at(0),
    ),
    usernames: cache((name) => firstCredential('username', name)),
    certificates: cache(
      async (fingerprint) =>
        (await rows(sql.credentialOfCertificate, [fingerprint])).map(fromRow<{ id: string }>)[0]?.id,
    ),
    networks: cache(async (ip) => (await rows(sql.networks, [ip])).map(fromRow<NetworkMatch>)),
    fromAddresses: cache(async (address) => (await rows(sql.fromAddress, [address])).map(addressClaimOf)),
    ...domainCaches(options, rows, cache),
  };

  const stop = options.listener?.on(CHANNEL, (table) => {
    const stale: readonly string[] = staleBy[table ?? ''] ?? Object.keys(caches);
    for (const [name, one] of Object.entries(caches)) if (stale.includes(name)) one.forget();
  });

  const hostsOf = (accountId: string, domain: string): Promise<OwnHosts | undefined> =>
    uuid.test(accountId) && !/[\0 ]/.test(domain) ? caches.hosts.get(keyOf(accountId, domain)) : nothing;

  return {
    accountById: (id) => (uuid.test(id) ? caches.accounts.get(id) : nothing),
    streamsOf: (id) => (uuid.test(id) ? caches.streams.get(id) : none),
    credentialById: (id) => (uuid.test(id) ? caches.credentials.get(id) : nothing),
    submittingKeyById: (id) => (uuid.test(id) ? caches.submittingKeys.get(id) : nothing),
    async credentialByUsername(username) {
      const id = parsePublicId('cred', username);
      // PostgreSQL cannot store a NUL, so no credential has this name.
      if (username.includes('\0')) return undefined;
      return id === undefined ? caches.usernames.get(username) : caches.credentials.get(id);
    },
    async credentialByCertificate(fingerprint) {
      const id = sha256Hex.test(fingerprint) ? await caches.certificates.get(fingerprint) : undefined;
      return id === undefined ? undefined : caches.credentials.get(id);
    },
    networksContaining: async (ip) => (isIP(plainIp(ip)) ? caches.networks.get(plainIp(ip)) : []),
    fromAddressClaims: (address) => (address.includes('\0') ? none : caches.fromAddresses.get(address)),
    domainHolder: (domain) => (domain.includes('\0') ? nothing : caches.domains.get(domain)),
    signingKeys: (accountId, domain) =>
      uuid.test(accountId) && !/[\0 ]/.test(domain) ? caches.keys.get(keyOf(accountId, domain)) : none,
    async returnPathOf(accountId, domain) {
      const hosts = await hostsOf(accountId, domain);
      return hosts && { host: returnPathHost(domain), status: hosts.returnPathStatus };
    },
    trackingHostOf: async (accountId, domain) => (await hostsOf(accountId, domain))?.trackingHost,
    platformKeys: () => caches.keys.get(''),
    async close() {
      stop?.();
    },
  };
}
