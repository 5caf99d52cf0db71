/** Opens the dependencies of the routes. Nothing runs on import. */
import type { KeyObject } from 'node:crypto';
import type { Config } from '@waybill/io/config/config';
import { domainInstallation } from '@waybill/io/config/domain-installation';
import { isDevelopment } from '@waybill/io/config/is-development';
import { platformNamesOf } from '@waybill/io/config/platform-names';
import { smtpAccessOf } from '@waybill/io/config/smtp-access';
import { openExplaining } from '@waybill/io/delivery/open-explaining';
import { openDomainDns } from '@waybill/io/dns/domain-dns';
import { checks as doctorChecks, lookAtSchema } from '@waybill/io/doctor/checks';
import { lookAtDisks } from '@waybill/io/doctor/disk-check';
import { type Finding, findingOf } from '@waybill/io/doctor/finding';
import { openCountries } from '@waybill/io/geoip/countries';
import type { Log } from '@waybill/io/log/log';
import type { Metrics } from '@waybill/io/metrics/metrics';
import { bounceRules } from '@waybill/io/postgres/bounce-rules/bounce-rules';
import { type Database, openDatabase, pingDatabase } from '@waybill/io/postgres/connection/database';
import { type Listener, openListener } from '@waybill/io/postgres/connection/listener';
import { openDirectory } from '@waybill/io/postgres/directory/directory';
import { openLastUsed } from '@waybill/io/postgres/directory/last-used';
import { submissionKeys } from '@waybill/io/postgres/directory/submission-keys';
import { suppressionList } from '@waybill/io/postgres/directory/suppression-list';
import { usage } from '@waybill/io/postgres/directory/usage';
import { erasures } from '@waybill/io/postgres/erasure/erasures';
import { discards } from '@waybill/io/postgres/mail-store/discards';
import { EVENTS_CHANNEL } from '@waybill/io/postgres/mail-store/event-signal';
import { idempotency } from '@waybill/io/postgres/mail-store/idempotency';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { openSandboxStore } from '@waybill/io/postgres/mail-store/sandbox-store';
import { accounts } from '@waybill/io/postgres/management/accounts';
import { addressConfirmations } from '@waybill/io/postgres/management/address-confirmations';
import { apiKeys } from '@waybill/io/postgres/management/api-keys';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { fromAddresses } from '@waybill/io/postgres/management/from-addresses';
import { ipNetworks } from '@waybill/io/postgres/management/ip-networks';
import { limits } from '@waybill/io/postgres/management/limits';
import { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import { smtpCredentials } from '@waybill/io/postgres/management/smtp-credentials';
import { streams } from '@waybill/io/postgres/management/streams';
import { suppressions } from '@waybill/io/postgres/management/suppressions';
import { webhookDeliveries } from '@waybill/io/postgres/management/webhook-deliveries';
import { webhooks } from '@waybill/io/postgres/management/webhooks';
import { outbox } from '@waybill/io/postgres/outbox/account-events';
import { laggingReaders } from '@waybill/io/postgres/outbox/lagging-readers';
import { invitations } from '@waybill/io/postgres/people/invitations';
import { loginOrigins } from '@waybill/io/postgres/people/login-origins';
import { loginSessions } from '@waybill/io/postgres/people/login-sessions';
import { members } from '@waybill/io/postgres/people/members';
import { oidcIdentities } from '@waybill/io/postgres/people/oidc-identities';
import { passkeys } from '@waybill/io/postgres/people/passkeys';
import { secondFactors } from '@waybill/io/postgres/people/second-factors';
import { userLinks } from '@waybill/io/postgres/people/user-links';
import { users } from '@waybill/io/postgres/people/users';
import { events } from '@waybill/io/postgres/reading/events';
import { messages } from '@waybill/io/postgres/reading/messages';
import { waitingGroups } from '@waybill/io/postgres/reading/waiting-groups';
import { attention } from '@waybill/io/postgres/statistics/attention';
import { balanceChecks } from '@waybill/io/postgres/statistics/balance-check';
import { statistics } from '@waybill/io/postgres/statistics/statistics';
import { oldestDue } from '@waybill/io/postgres/upkeep/due-rows';
import type { Closer } from '@waybill/io/process/lifecycle';
import { openQueues, type Queues } from '@waybill/io/queue/queues';
import { openRateLimits } from '@waybill/io/rate-limit/rate-limiter';
import { openBrowserProofs } from '@waybill/io/secrets/browser-proof';
import { openPasswords } from '@waybill/io/secrets/common-passwords';
import { makeApiKey, makeSmtpSecret } from '@waybill/io/secrets/generated-secret';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { makeLinkToken } from '@waybill/io/secrets/link-token';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { makeDkimKeys, readDkimKey } from '@waybill/io/secrets/new-dkim-keys';
import { openSecretBox, type SecretBox } from '@waybill/io/secrets/secret-box';
import { makeSessionToken } from '@waybill/io/secrets/session-token';
import { targetRules } from '@waybill/io/webhooks/target-rules';
import { accept } from '@waybill/relay/accept';
import { openLoginGuard } from '@waybill/relay/people/login-guard';
import type { OidcProtocol } from '@waybill/relay/people/oidc';
import { requireAcceptable } from '@waybill/relay/submission/examine';
import type { AcceptDependencies, AcceptPorts } from '@waybill/relay/submission/submission';
import { openCursors } from './cursor.ts';
import type { Check, Dependencies, Stores } from './dependencies.ts';
import { oidcProtocol } from './oidc/protocol.ts';
import { passkeyProtocol } from './passkey-protocol.ts';

export type Settings = {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => Date;
  readonly random: (size: number) => Buffer;
};

type StoreDependencies = {
  readonly database: Database;
  readonly listener: Listener;
  readonly box: SecretBox;
  readonly erasedKey: KeyObject;
  /** Whether the operator sees mail of the product in the sandbox. Only on a developer's machine. */
  readonly showsProductMail: boolean;
};

const openStores = ({ database, listener, box, showsProductMail }: StoreDependencies): Stores => ({
  accounts: accounts(database, box),
  attention: attention(database),
  bounceRules: bounceRules(database),
  balanceChecks: balanceChecks(database),
  addressConfirmations: addressConfirmations(database),
  apiKeys: apiKeys(database),
  auditLog: auditLog(database),
  discards: discards(database),
  waitingGroups: waitingGroups(database),
  erasures: erasures(database, box),
  events: events(database),
  fromAddresses: fromAddresses(database),
  idempotency: idempotency(database),
  invitations: invitations(database),
  ipNetworks: ipNetworks(database),
  limits: limits(database),
  loginOrigins: loginOrigins(database),
  loginSessions: loginSessions(database),
  members: members(database),
  oidcIdentities: oidcIdentities(database),
  messages: messages(database),
  outbox: outbox(database),
  sandbox: openSandboxStore({ database, listener, hidesPlatform: !showsProductMail }),
  passkeys: passkeys(database),
  secondFactors: secondFactors(database),
  senderDomains: senderDomains(database, box),
  smtpCredentials: smtpCredentials(database, box),
  statistics: statistics(database),
  streams: streams(database),
  suppressions: suppressions(database),
  userLinks: userLinks(database),
  users: users(database),
  webhookDeliveries: webhookDeliveries(database),
  webhooks: webhooks(database, box),
});

function openAcceptPorts(
  { database, listener, box, erasedKey }: StoreDependencies,
  queues: Queues,
  config: Config,
) {
  const directory = openDirectory({ database, box, listener, platformNames: platformNamesOf(config) });
  const ports: AcceptPorts = {
    directory,
    suppressions: suppressionList(database, { listener, erasedKey }),
    usage: usage(database),
    messages: openMessageStore({ database }),
    jobs: queues.jobs,
    keys: submissionKeys(database),
  };
  return { ports, directory };
}

const acceptDependencies = (settings: Settings, headerMac: KeyObject): AcceptDependencies => ({
  now: settings.now,
  random: settings.random,
  headerKeys: [headerMac],
  hostName: settings.config.WAYBILL_HOSTNAME,
  maxMessageBytes: settings.config.MAX_MESSAGE_BYTES,
  maxRecipients: settings.config.MAX_RECIPIENTS,
  onEnqueueFailure: (err, messageId) => {
    settings.metrics.enqueueFailures.inc({ queue: 'accepted' });
    settings.log.warn({ err, messageId }, 'enqueue failed');
  },
});

async function checked(
  work: () => Promise<unknown>,
  said: Omit<Check, 'ok'> & { readonly bad: string },
): Promise<Check> {
  try {
    await work();
    return { ok: true, sentence: said.sentence };
  } catch {
    // The component that failed logs the reason; the check reports only whether it failed.
    return { ok: false, sentence: said.bad, ...(said.fix === undefined ? {} : { fix: said.fix }) };
  }
}

/** How long a reader may stand still with events before it, in seconds. */
const STILL_SECONDS = 300;

async function requireBalance(database: Database): Promise<void> {
  const last = await balanceChecks(database).last();
  if (last !== undefined && last.differences.length > 0) throw new Error('the balance is off');
}

async function requireReaders(database: Database): Promise<void> {
  const lagging = await laggingReaders(database, STILL_SECONDS);
  if (lagging.length > 0) throw new Error(`readers stand still: ${lagging.join(', ')}`);
}

/** What the settings say about the installation. */
function oidcOf(config: Config, log: Log): OidcProtocol | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = config;
  if (issuer === undefined || clientId === undefined) return undefined;
  return oidcProtocol({ issuer, clientId, clientSecret, name: config.OIDC_NAME }, log);
}

const factsOf = (config: Config, log: Log) => ({
  oidc: oidcOf(config, log),
  publicUrl: config.WAYBILL_PUBLIC_URL.replace(/\/+$/, ''),
  platformDomain: config.WAYBILL_PLATFORM_DOMAIN,
  deliveryMode: config.DELIVERY_MODE,
  smtpAccess: smtpAccessOf(config),
  isDevelopment: isDevelopment(config),
  webhookTargets: targetRules(config),
  trustProxy: config.TRUST_PROXY,
  deletionGraceDays: config.ACCOUNT_DELETION_GRACE_DAYS,
  maxMessageBytes: config.MAX_MESSAGE_BYTES,
});

const checkOf = (finding: Finding): Check =>
  finding.isWell
    ? { ok: true, sentence: finding.sentence }
    : { ok: false, sentence: finding.sentence, fix: finding.fix };

const doctorOf = (config: Config): Dependencies['doctor'] =>
  Object.fromEntries(
    doctorChecks.map((check) => [check.name, async () => checkOf(await findingOf(check, config))]),
  );

/** What an operator should look at although this process can work. */
const alarmsOf = (config: Config, database: Database): Dependencies['alarms'] => ({
  schema: () =>
    lookAtSchema(config).then(checkOf, () => ({
      ok: false,
      sentence: 'The state of the schema is not known.',
      fix: 'Run: waybill doctor',
    })),
  disk: () =>
    lookAtDisks(config, database).then(checkOf, () => ({
      ok: false,
      sentence: 'The size of the database is not known.',
      fix: 'Run: waybill doctor',
    })),
  readers: () =>
    checked(() => requireReaders(database), {
      sentence: 'The readers of events keep up.',
      bad: 'A reader of events stands still: webhooks, statistics or notices are late. Mail is not.',
      fix: 'Start a worker, or see its log for "events not read".',
    }),
  balance: () =>
    checked(() => requireBalance(database), {
      sentence: 'Accepted mail is the sum of all ends, by the last check.',
      bad: 'By the last check statistics and mail do not say the same.',
      fix: 'GET /v1/admin/balance names account, day and count. It is a fault of Waybill: report it with the log of the worker.',
    }),
});

const checksOf = (config: Config, database: Database, queues: Queues): Dependencies['checks'] => ({
  postgresql: () =>
    checked(() => pingDatabase(database), {
      sentence: 'PostgreSQL answers.',
      bad: 'PostgreSQL does not answer: nothing is accepted.',
      fix: 'Start it, or correct DATABASE_URL.',
    }),
  queues: () =>
    checked(() => queues.check(), {
      sentence:
        config.REDIS_URL === undefined
          ? 'The queue backend answers: PostgreSQL, without Redis.'
          : 'The queue backend answers: Redis.',
      bad: 'The queue backend does not answer: mail is accepted and waits for the sweeper.',
      fix: 'Start it, or correct REDIS_URL.',
    }),
});

/** What no setting changes. */
const fixed = {
  ...{ makeDkimKeys, readDkimKey, makeApiKey, makeSmtpSecret, makeLinkToken, makeSessionToken },
  streamBeatMs: 10_000,
  limits: { perKey: 2_000, failuresPerIp: 300, windowMs: 10_000 },
};

export async function openDependencies(settings: Settings): Promise<{
  readonly dependencies: Dependencies;
  readonly closers: readonly Closer[];
  readonly machines: Pick<StoreDependencies, 'database' | 'listener'>;
}> {
  const { config, log, metrics, now, random } = settings;
  const onTrouble = (err: Error): void => log.warn({ err }, 'database trouble');
  const masterKey = loadMasterKey(config);
  const keys = deriveKeys(masterKey);
  const database = openDatabase({ url: config.DATABASE_URL, applicationName: 'waybill api', onTrouble });
  const machines = {
    database,
    listener: openListener(database),
    box: openSecretBox(masterKey),
    erasedKey: keys.erased,
    showsProductMail: isDevelopment(config),
  };
  const queues = await openQueues({ redisUrl: config.REDIS_URL, ...machines, log });
  const { ports, directory } = openAcceptPorts(machines, queues, config);
  const lastUsed = openLastUsed({ database, countries: openCountries(config.GEOIP_FILE, log) });
  const rateLimits = openRateLimits({ redisUrl: config.REDIS_URL, database, log });
  const submitting = acceptDependencies(settings, keys.headerMac);
  const explaining = openExplaining({ ...machines, config, keys, submitting, onTrouble });
  const dependencies: Dependencies = {
    stores: openStores(machines),
    accept: (submission) => accept(submission, ports, submitting),
    explain: explaining.explain,
    requireAcceptable: (submission) => requireAcceptable(submission, ports, submitting),
    directory,
    jobs: queues.jobs,
    lookUp: openDomainDns({ resolver: config.RESOLVER, publicResolvers: config.DNS_CHECK_RESOLVERS }),
    installation: domainInstallation(config),
    checks: checksOf(config, database, queues),
    alarms: alarmsOf(config, database),
    doctor: doctorOf(config),
    onEvents: (wake) => machines.listener.on(EVENTS_CHANNEL, wake),
    queueDepth: () => queues.depth(),
    oldestDue: () => oldestDue(database.pool, now()),
    noteKeyUse: (keyId, use) => lastUsed.note('api_key', keyId, use),
    cursors: openCursors(keys.api),
    passwords: openPasswords(keys.passwords),
    loginGuard: openLoginGuard(rateLimits, now),
    passkeyProtocol: passkeyProtocol(config.WAYBILL_PUBLIC_URL),
    browserProofs: openBrowserProofs(keys.api),
    box: machines.box,
    erasedKey: keys.erased,
    ...factsOf(config, log),
    rateLimits,
    ...fixed,
    now,
    random,
    log,
    metrics,
  };
  const opened = {
    database,
    listener: machines.listener,
    queues,
    directory,
    lastUsed,
    rateLimits,
    explaining,
  };
  return { dependencies, closers: closersOf(opened), machines };
}

/** In the order in which they were opened. */
const closersOf = (opened: Readonly<Record<string, { close(): void | Promise<void> }>>): readonly Closer[] =>
  Object.entries(opened).map(([name, one]) => ({ name, close: () => one.close() }));
