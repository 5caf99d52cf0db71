import type { AddressInfo } from 'node:net';
import type { Semaphore } from '@waybill/io/concurrency/semaphore';
import type { Config } from '@waybill/io/config/config';
import type { Log } from '@waybill/io/log/log';
import type { Metrics } from '@waybill/io/metrics/metrics';
import { isLoopback, parseNetwork } from '@waybill/relay/domains/networks';
import { makeId, publicId } from '@waybill/relay/id';
import { asRefusal } from '@waybill/relay/refusal';
import type { CertificateSource } from './certificate.ts';
import { mxVerbs } from './mx-verbs.ts';
import { type ReturnPathDependencies, returnPathVerbs } from './return-path/verbs.ts';
import { asksCertificate, type Role, roles } from './role.ts';
import type { DeadlineLimits } from './smtp/deadlines.ts';
import { Server } from './smtp/server.ts';
import type { Client, OpenVerbs } from './smtp/verbs.ts';
import { type Reply, replyOf } from './smtp-reply.ts';
import type { SubmissionDependencies } from './submission/session.ts';
import { submissionVerbs } from './submission/verbs.ts';

export type ListenerConfig = Pick<
  Config,
  | 'SMTP_BIND'
  | 'SMTP_CLEARTEXT_PORT'
  | 'SMTP_SUBMISSION_PORT'
  | 'SMTP_SUBMISSIONS_PORT'
  | 'SMTP_ALTERNATE_PORT'
  | 'SMTP_RELAY_PORT'
  | 'SMTP_RETURN_PATH_PORT'
  | 'SMTP_PROXY_FROM'
  | 'WAYBILL_HOSTNAME'
  | 'WAYBILL_PUBLIC_URL'
  | 'MAX_MESSAGE_BYTES'
>;

export type ListenerDependencies = {
  readonly config: ListenerConfig;
  readonly submission: SubmissionDependencies;
  readonly returnPath: ReturnPathDependencies;
  /** `undefined`: no listener offers TLS. */
  readonly certificate: CertificateSource | undefined;
  /** Per connecting address. */
  readonly connections: Semaphore;
  readonly deadlines: DeadlineLimits;
  readonly drainMs: number;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'refused' | 'connections'>;
};

export type Listeners = {
  readonly ports: Readonly<Record<string, number>>;
  /** Sends 421 to idle clients and finishes messages in transfer. */
  close(): Promise<void>;
};

/** One listener for both: other servers reach the relay and the MX of the return paths on port 25 of one address. */
const sharesPort = ({ SMTP_RELAY_PORT, SMTP_RETURN_PATH_PORT }: ListenerConfig): boolean =>
  SMTP_RELAY_PORT !== undefined && SMTP_RELAY_PORT !== 0 && SMTP_RELAY_PORT === SMTP_RETURN_PATH_PORT;

const portsOf = (config: ListenerConfig): readonly (readonly [Role, number | undefined])[] => [
  [roles.cleartext, config.SMTP_CLEARTEXT_PORT],
  [roles.submission, config.SMTP_SUBMISSION_PORT],
  [roles.alternate, config.SMTP_ALTERNATE_PORT],
  [roles.submissions, config.SMTP_SUBMISSIONS_PORT],
  [roles.relay, config.SMTP_RELAY_PORT],
  [roles.returnPath, sharesPort(config) ? undefined : config.SMTP_RETURN_PATH_PORT],
];

/** Passwords in clear are allowed on loopback only. A port without TLS on which no client could log in is a mistake. */
function requireUsable(role: Role, { config, certificate }: ListenerDependencies): void {
  if (role.tls === 'none' && !isLoopback(config.SMTP_BIND)) {
    throw new Error(
      `SMTP_CLEARTEXT_PORT takes passwords in clear: SMTP_BIND must be loopback, not ${config.SMTP_BIND}`,
    );
  }
  if ((role.tls === 'required' || role.tls === 'implicit') && certificate === undefined) {
    throw new Error(`The ${role.name} port needs TLS: set TLS_CERT_FILE and TLS_KEY_FILE`);
  }
}

/** Logs each refusal. The reply carries the id of the log line. */
const refuser =
  (role: Role, dependencies: ListenerDependencies) =>
  (error: unknown, client: Client): Reply => {
    const { now, random } = dependencies.submission;
    const requestId = publicId('req', makeId(now(), random(10)));
    const refusal = asRefusal(error);
    const fields = {
      requestId,
      code: refusal.code,
      detail: refusal.detail,
      clientIp: client.ip,
      listener: role.name,
    };
    dependencies.metrics.refused.inc({ code: refusal.code });
    if (refusal.cause === undefined) dependencies.log.info(fields, 'refused');
    else dependencies.log.error({ ...fields, err: refusal.cause }, 'refused');
    return replyOf(error, {
      publicUrl: dependencies.config.WAYBILL_PUBLIC_URL.replace(/\/+$/, ''),
      requestId,
    });
  };

/** Throws for a network that cannot be parsed: ignoring it would open the listener without proxies. */
function proxiesOf({ SMTP_PROXY_FROM }: ListenerConfig): readonly string[] {
  const written = SMTP_PROXY_FROM?.split(',') ?? [];
  return written.map((text) => {
    const network = parseNetwork(text);
    if (network === undefined) throw new Error(`SMTP_PROXY_FROM holds "${text.trim()}", which is no network`);
    return network.cidr;
  });
}

function verbsOf(role: Role, { config, submission, returnPath }: ListenerDependencies): OpenVerbs {
  if (role.purpose === 'return_path') return returnPathVerbs(returnPath);
  const relay = submissionVerbs(role, submission);
  if (role.purpose !== 'relay' || !sharesPort(config)) return relay;
  return mxVerbs({
    relay,
    returnPath: returnPathVerbs(returnPath),
    returnPathDomain: returnPath.domain,
  });
}

function openServer(role: Role, dependencies: ListenerDependencies): Server {
  const { config, certificate } = dependencies;
  const hasTls = role.tls !== 'none' && certificate !== undefined;
  const server = new Server({
    library: {
      name: config.WAYBILL_HOSTNAME,
      secure: role.tls === 'implicit',
      ...(hasTls ? { ...certificate.current(), minVersion: 'TLSv1.2' } : {}),
      // The handshake accepts any certificate, or none. AUTH EXTERNAL checks whether it is registered.
      ...(hasTls && asksCertificate(role) ? { requestCert: true, rejectUnauthorized: false } : {}),
      disabledCommands: hasTls ? [] : ['STARTTLS'],
    },
    dependencies: {
      openVerbs: verbsOf(role, dependencies),
      replyOf: refuser(role, dependencies),
      connections: dependencies.connections,
      onCount: (by) => dependencies.metrics.connections.inc({ listener: role.name }, by),
      deadlines: dependencies.deadlines,
      maxMessageBytes: config.MAX_MESSAGE_BYTES,
    },
    proxies: proxiesOf(config),
    drainMs: dependencies.drainMs,
  });
  if (hasTls) certificate.onRenewed((renewed) => server.updateSecureContext(renewed));
  // A failed handshake or a broken connection is no error of ours.
  server.on('error', (err) => dependencies.log.debug({ err, listener: role.name }, 'connection failed'));
  return server;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, host, () => {
      server.server.off('error', reject);
      resolve((server.server.address() as AddressInfo).port);
    });
  });
}

/** Opens every listener whose port is set; 0 takes any free one. */
export async function openListeners(dependencies: ListenerDependencies): Promise<Listeners> {
  const wanted = portsOf(dependencies.config).flatMap(([role, port]) =>
    port === undefined ? [] : [{ role, port }],
  );
  for (const { role } of wanted) requireUsable(role, dependencies);
  const servers: Server[] = [];
  const ports: Record<string, number> = {};
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.drain()));
  };
  try {
    for (const { role, port } of wanted) {
      const server = openServer(role, dependencies);
      ports[role.name] = await listen(server, port, dependencies.config.SMTP_BIND);
      servers.push(server);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { ports, close };
}
