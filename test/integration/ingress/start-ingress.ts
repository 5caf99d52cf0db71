import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { openSemaphore } from '@waybill/io/concurrency/semaphore';
import { openLog } from '@waybill/io/log/log';
import { openMetrics } from '@waybill/io/metrics/metrics';
import { memoryRateLimits } from '@waybill/io/rate-limit/rate-limiter';
import { deriveScramKeys } from '@waybill/mail/login/scram';
import { accept } from '@waybill/relay/accept';
import { makeId } from '@waybill/relay/id';
import type { Account, Credential } from '@waybill/relay/ports';
import { watchCertificate } from '../../../apps/ingress/src/certificate.ts';
import { connectionLimits } from '../../../apps/ingress/src/connection-limits.ts';
import { type ListenerConfig, openListeners } from '../../../apps/ingress/src/listeners.ts';
import {
  type LoginThrottleLimits,
  loginThrottle,
  loginThrottleLimits,
} from '../../../apps/ingress/src/login-throttle.ts';
import type { IncomingReport, ReturnPathDependencies } from '../../../apps/ingress/src/return-path/verbs.ts';
import { type DeadlineLimits, deadlineLimits } from '../../../apps/ingress/src/smtp/deadlines.ts';
import type { SubmissionDependencies } from '../../../apps/ingress/src/submission/session.ts';
import {
  type Failing,
  inMemoryDirectory,
  inMemoryJobs,
  inMemoryMessages,
  inMemorySubmissionKeys,
  inMemorySuppressions,
  inMemoryUsage,
  noSettings,
} from '../../support/in-memory.ts';
import { makeTestCertificate } from '../../support/test-certificate.ts';

export const id = (): string => makeId(new Date(), randomBytes(10));
const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

export const anAccount = (overrides: Partial<Account> = {}): Account => ({
  id: id(),
  name: 'Acme',
  status: 'active',
  senderPolicy: 'strict',
  suppressedRecipients: 'refuse',
  bareLineEndings: 'refuse',
  trackOpens: true,
  trackClicks: 'html',
  hideClientIp: false,
  deliveryMode: undefined,
  smarthostUrl: undefined,
  maxMessageBytes: undefined,
  maxRecipients: undefined,
  limits: {},
  ...overrides,
});

export const aCredential = (
  accountId: string,
  { username, secret }: { readonly username: string; readonly secret: string },
  overrides: Partial<Credential> = {},
): Credential => ({
  id: id(),
  accountId,
  username,
  secretHashes: [hash(secret)],
  cramSecret: undefined,
  scram: undefined,
  streamId: undefined,
  sandbox: false,
  networks: [],
  senderDomains: [],
  ...overrides,
});

export type Options = {
  readonly maxMessageBytes?: number;
  readonly maxRecipients?: number;
  readonly deadlines?: Partial<DeadlineLimits>;
  readonly throttle?: Partial<LoginThrottleLimits>;
  readonly connectionsPerAddress?: number;
  readonly sessionsPerAccount?: number;
  readonly proxies?: string;
  readonly hasTls?: boolean;
  readonly wantsTlsPorts?: boolean;
  readonly bind?: string;
  /** One listener on this port for the relay and the return paths. */
  readonly mxPort?: number;
};

export const returnPathKey = createSecretKey(Buffer.alloc(32, 7));
export const secret = 'correct-horse-battery-staple';

const apiKey = 'wb_live_of_acme';
const apiKeyId = id();

/** Two accounts: acme.test with logins of every kind, beta.test with one. */
function demoSettings() {
  const settings = noSettings();
  const acme = anAccount();
  const beta = anAccount({ name: 'Beta' });
  settings.accounts.push(acme, beta);
  settings.domains.push(
    { accountId: acme.id, domain: 'acme.test' },
    { accountId: beta.id, domain: 'beta.test' },
  );
  settings.credentials.push(
    aCredential(acme.id, { username: 'acme', secret }),
    aCredential(
      acme.id,
      { username: 'acme-cram', secret },
      { cramSecret: secret, scram: deriveScramKeys(secret, Buffer.from('sixteen bytes!!')) },
    ),
    aCredential(beta.id, { username: 'beta', secret }),
  );
  settings.keys.push({
    id: apiKeyId,
    kind: 'api_key',
    revokedAt: undefined,
    pending: 'hold',
    expiresAt: undefined,
    secretHashes: [hash(apiKey)],
  });
  return { settings, acme, beta };
}

const dependencies = { now: () => new Date(), random: (size: number) => randomBytes(size) };

function openPorts() {
  const failing = {
    directory: {} as Failing,
    messages: {} as Failing,
    jobs: {} as Failing,
    reports: {} as Failing,
  };
  const demo = demoSettings();
  const reports: IncomingReport[] = [];
  const returnPaths = new Map<string, string>();
  const logins: string[] = [];
  const locked: string[] = [];
  const messages = inMemoryMessages(failing.messages);
  return {
    ...demo,
    failing,
    reports,
    /** Under which address each delivery was sent. */
    returnPaths,
    returnPathOf: async (deliveryId: string) => {
      if (failing.reports.cause) throw failing.reports.cause;
      return returnPaths.get(deliveryId);
    },
    logins,
    locked,
    directory: inMemoryDirectory(demo.settings, failing.directory),
    suppressions: inMemorySuppressions(),
    usage: inMemoryUsage(),
    messages,
    keys: inMemorySubmissionKeys((id) => messages.accepted.some((one) => one.id === id)),
    jobs: inMemoryJobs(failing.jobs),
    saveReport: async (report: IncomingReport) => {
      if (failing.reports.cause) throw failing.reports.cause;
      reports.push(report);
    },
  };
}

type Ports = ReturnType<typeof openPorts>;
type Limits = Pick<SubmissionDependencies, 'hostName' | 'maxMessageBytes' | 'maxRecipients'>;

const submissionOver = (ports: Ports, limits: Limits, options: Options): SubmissionDependencies => ({
  ...dependencies,
  ...limits,
  ...ports,
  accept: (submission) =>
    accept(submission, ports, {
      ...dependencies,
      ...limits,
      headerKeys: [createSecretKey(Buffer.alloc(32, 1))],
      onEnqueueFailure: () => undefined,
    }),
  credentialOfApiKey: async (key) =>
    key === apiKey
      ? aCredential(ports.acme.id, { username: 'apikey', secret: apiKey }, { id: apiKeyId })
      : undefined,
  offersCramMd5: () => ports.settings.credentials.some((one) => one.cramSecret !== undefined),
  onLogin: (credential) => void ports.logins.push(credential.username),
  loginThrottle: loginThrottle(
    { ...loginThrottleLimits, firstDelayMs: 5, maxDelayMs: 20, ...options.throttle },
    memoryRateLimits(),
  ),
  onLocked: ({ username }) => void ports.locked.push(username),
  accountSessions: openSemaphore({ perKey: options.sessionsPerAccount ?? 500, total: 4_000 }),
  decoyKey: createSecretKey(Buffer.alloc(32, 2)),
});

const returnPathOver = (ports: Ports, { maxMessageBytes }: Limits): ReturnPathDependencies => ({
  ...dependencies,
  ...ports,
  onEnqueueFailure: () => undefined,
  domain: 'bounces.waybill.test',
  keys: [returnPathKey],
  maxMessageBytes,
});

const configOf = ({ hostName, maxMessageBytes }: Limits, options: Options): ListenerConfig => ({
  SMTP_BIND: options.bind ?? '127.0.0.1',
  SMTP_CLEARTEXT_PORT: 0,
  SMTP_SUBMISSION_PORT: (options.wantsTlsPorts ?? options.hasTls) === false ? undefined : 0,
  SMTP_SUBMISSIONS_PORT: (options.wantsTlsPorts ?? options.hasTls) === false ? undefined : 0,
  SMTP_ALTERNATE_PORT: (options.wantsTlsPorts ?? options.hasTls) === false ? undefined : 0,
  SMTP_RELAY_PORT: options.mxPort ?? 0,
  SMTP_RETURN_PATH_PORT: options.mxPort ?? 0,
  SMTP_PROXY_FROM: options.proxies,
  WAYBILL_HOSTNAME: hostName,
  WAYBILL_PUBLIC_URL: 'https://waybill.test',
  MAX_MESSAGE_BYTES: maxMessageBytes,
});

function captureLog() {
  const logged: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => logged.push(chunk.toString()));
  return { logged, log: openLog({ level: 'info', name: 'ingress' }, stream) };
}

/** Every listener on a free port, over in-memory twins of the ports. */
export async function startIngress(options: Options = {}) {
  const ports = openPorts();
  const { logged, log } = captureLog();
  const certificate = await makeTestCertificate();
  const source =
    options.hasTls === false
      ? undefined
      : watchCertificate({ ...certificate, onTrouble: () => undefined, pollMs: 50 });
  const limits = {
    hostName: 'mx.waybill.test',
    maxMessageBytes: options.maxMessageBytes ?? 1_048_576,
    maxRecipients: options.maxRecipients ?? 100,
  };
  const listeners = await openListeners({
    config: configOf(limits, options),
    submission: submissionOver(ports, limits, options),
    returnPath: returnPathOver(ports, limits),
    certificate: source,
    connections: openSemaphore({ ...connectionLimits, perKey: options.connectionsPerAddress ?? 200 }),
    deadlines: { ...deadlineLimits, ...options.deadlines },
    drainMs: 2_000,
    log,
    metrics: openMetrics('ingress'),
  });
  const portOf = (name: string): number => listeners.ports[name] ?? 0;
  return {
    ...ports,
    ports: {
      cleartext: portOf('cleartext'),
      submission: portOf('submission'),
      submissions: portOf('submissions'),
      relay: portOf('relay'),
      returnPath: portOf('return_path'),
    },
    apiKey,
    certificate,
    logged,
    drain: () => listeners.close(),
    async close() {
      await listeners.close();
      source?.close();
      await certificate.remove();
    },
  };
}

export type Ingress = Awaited<ReturnType<typeof startIngress>>;

/** An ingress for one test, closed also when the test fails: what stays open would keep the run from ending. */
export async function withIngress(options: Options, use: (ingress: Ingress) => Promise<void>): Promise<void> {
  const ingress = await startIngress(options);
  await use(ingress).finally(() => ingress.close());
}

export const aMessage = (from = 'ada@acme.test', body = 'Hello'): string =>
  `From: ${from}\r\nTo: bob@example.com\r\nSubject: Test\r\n\r\n${body}`;
