import { z } from 'zod';
import {
  flag,
  hostPort,
  hostPorts,
  minutesList,
  networks,
  optional,
  port,
  portOr,
  positive,
  text,
  url,
} from './forms.ts';
import { unfitName, unfitUrl } from './production-values.ts';

/**
 * Every setting of the product: name, form, default and purpose. `.env.example` and `docs/config.md` are generated from this list. All
 * problems are reported at once, each with an example.
 */
export type Setting = {
  readonly schema: z.ZodType;
  readonly about: string;
  readonly example: string;
  readonly secret?: true;
  /** The value that `waybill start` uses when the setting is absent, where that differs from the default of development. */
  readonly inProduction?: string;
  /** `waybill start` fails without the setting. Returns the problem with a value that production cannot use. */
  readonly mustBeSet?: (value: string) => string | undefined;
};

const anyValue = (): undefined => undefined;

export const settings = {
  DATABASE_URL: {
    schema: url(['postgres:', 'postgresql:']),
    about: 'PostgreSQL, the truth of everything.',
    example: 'postgresql://waybill:secret@127.0.0.1:5432/waybill',
    secret: true,
  },
  DATABASE_PASSWORD: {
    schema: optional,
    about:
      'The password of PostgreSQL, unencoded, if DATABASE_URL has none. Inside DATABASE_URL it must be percent-encoded.',
    example: 'secret',
    secret: true,
  },
  REDIS_URL: {
    schema: url(['redis:', 'rediss:']).optional(),
    about:
      'Redis for queues, limits and permits (noeviction, appendonly). Without it they are in PostgreSQL.',
    example: 'redis://127.0.0.1:6379',
    secret: true,
  },
  WAYBILL_MASTER_KEY: {
    schema: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits (32 bytes)')
      .optional(),
    about:
      'Encrypts DKIM keys and recoverable secrets, and signs headers and tokens. Make one with: openssl rand -hex 32',
    example: '64 hexadecimal digits',
    secret: true,
  },
  WAYBILL_MASTER_KEY_FILE: {
    schema: optional,
    about: 'A file that holds the master key instead.',
    example: '/run/secrets/waybill-master-key',
  },
  WAYBILL_HOSTNAME: {
    schema: text('localhost'),
    about: 'The name of this host in greetings, Received and HELO.',
    example: 'smtp.relay.example',
    mustBeSet: unfitName,
  },
  WAYBILL_PLATFORM_DOMAIN: {
    schema: text('waybill.test'),
    about: 'Domain of the installation itself: signs for lenient accounts.',
    example: 'relay.example',
    mustBeSet: unfitName,
  },
  WAYBILL_RETURN_PATH_DOMAIN: {
    schema: text('bounces.waybill.test'),
    about: 'Domain of the return paths. Its MX is the return-path listener.',
    example: 'bounces.relay.example',
    mustBeSet: unfitName,
  },
  WAYBILL_DKIM_DOMAIN: {
    schema: optional,
    about:
      'Domain below which you publish DKIM keys for accounts that point to them by CNAME; GET /v1/admin/dkim-zonefile has the records. Without it keys are published by the accounts only.',
    example: 'dkim.relay.example',
  },
  WAYBILL_PUBLIC_URL: {
    schema: url(['http:', 'https:']).default('http://127.0.0.1:3000'),
    about: 'Public URL of the API, also used in the URLs of problem documents.',
    example: 'https://waybill.relay.example',
    mustBeSet: unfitUrl,
  },
  WAYBILL_TRACKER_URL: {
    schema: url(['http:', 'https:']).default('http://127.0.0.1:3001'),
    about: 'Base of open, click and unsubscribe links.',
    example: 'https://t.relay.example',
    mustBeSet: unfitUrl,
  },
  WAYBILL_DEVELOPMENT: {
    schema: flag,
    about:
      'Set by `waybill dev`: the operator reads mail of the product in the sandbox. Ignored unless WAYBILL_PUBLIC_URL is a loopback address.',
    example: 'false',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    about: 'Lowest level that is logged. A log line is one JSON object and never holds message content.',
    example: 'info',
  },

  SMTP_BIND: {
    schema: text('127.0.0.1'),
    about: 'Address the SMTP listeners bind.',
    example: '0.0.0.0',
    inProduction: '0.0.0.0',
  },
  SMTP_SUBMISSION_PORT: {
    schema: port,
    about: 'Submission with STARTTLS required before AUTH.',
    example: '587',
    inProduction: '587',
  },
  SMTP_SUBMISSIONS_PORT: {
    schema: port,
    about: 'Submission over implicit TLS.',
    example: '465',
    inProduction: '465',
  },
  SMTP_ALTERNATE_PORT: {
    schema: port,
    about: 'A second submission port with STARTTLS, for clients whose network blocks 587.',
    example: '2525',
    inProduction: '2525',
  },
  SMTP_RELAY_PORT: {
    schema: port,
    about: 'Port-25 behaviour: IP authentication, "we do not relay".',
    example: '25',
    inProduction: '25',
  },
  SMTP_CLEARTEXT_PORT: {
    schema: port,
    about: 'AUTH without TLS. Only allowed on a loopback bind address; for development.',
    example: '2525',
  },
  SMTP_RETURN_PATH_PORT: {
    schema: port,
    about: 'MX for our bounce addresses. With the number of SMTP_RELAY_PORT one listener serves both.',
    example: '25',
    inProduction: '25',
  },
  SMTP_PROXY_FROM: {
    schema: optional,
    about: 'Networks of load balancers that send a PROXY protocol v1 header, comma separated.',
    example: '10.0.0.0/24',
  },
  TLS_CERT_FILE: {
    schema: optional,
    about: 'PEM chain for STARTTLS and implicit TLS.',
    example: '/etc/waybill/tls/fullchain.pem',
  },
  TLS_KEY_FILE: {
    schema: optional,
    about: 'PEM private key that belongs to it.',
    example: '/etc/waybill/tls/privkey.pem',
  },
  MAX_MESSAGE_BYTES: {
    schema: positive(26_214_400),
    about: 'Largest message that is accepted, in bytes.',
    example: '26214400',
  },
  MAX_RECIPIENTS: { schema: positive(100), about: 'Recipients per transaction.', example: '100' },

  TRUST_PROXY: {
    schema: networks,
    about:
      'Networks of the TLS proxies in front of API and tracker, comma separated. Only from these is X-Forwarded-For used as the client’s address.',
    example: '127.0.0.1,10.0.0.0/24',
  },
  API_BIND: { schema: text('127.0.0.1'), about: 'Address the API binds.', example: '0.0.0.0' },
  API_PORT: { schema: portOr(3000), about: 'Port of the API.', example: '3000' },
  TRACKER_BIND: { schema: text('127.0.0.1'), about: 'Address the tracker binds.', example: '0.0.0.0' },
  TRACKER_PORT: { schema: portOr(3001), about: 'Port of the tracker.', example: '3001' },
  TRACKER_SPOOL_DIR: {
    schema: text('.waybill/tracker-spool'),
    about: 'Folder in which the tracker stores events until they are in PostgreSQL.',
    example: '/var/spool/waybill',
  },
  METRICS_BIND: {
    schema: text('127.0.0.1'),
    about: 'Address the metrics listener binds.',
    example: '127.0.0.1',
  },
  METRICS_PORT: {
    schema: port,
    about:
      'Prometheus metrics, readiness and liveness, a port for each app: the first of `waybill start a b c` has this number, the others the next ones.',
    example: '9464',
  },

  WORKER_CONCURRENCY: {
    schema: positive(96),
    about: 'Messages prepared at a time by one worker.',
    example: '96',
  },
  WORKER_FIRST_ATTEMPTS: {
    schema: z.coerce.number().int().min(0).default(150),
    about:
      'First attempts that one worker makes at a time, from memory; the sender gets the others. 0: none.',
    example: '150',
  },
  SENDER_CONCURRENCY: {
    schema: positive(150),
    about:
      'Deliveries in flight at a time in one sender. One account has at most 60 % of this, and of WORKER_FIRST_ATTEMPTS, in flight at a time over all processes.',
    example: '150',
  },
  ACCOUNT_DELETION_GRACE_DAYS: {
    schema: z.coerce.number().int().min(0).max(365).default(14),
    about: 'Days in which the deletion of an account can be undone. Then its rows are erased.',
    example: '14',
  },
  SWEEP_SECONDS: {
    schema: positive(5),
    about: 'How often mail is looked for that was saved and whose job was lost.',
    example: '5',
  },
  LEASE_SECONDS: {
    schema: positive(60),
    about:
      'How long the leases of a dead sender block its deliveries. A running sender renews its leases in time.',
    example: '60',
  },
  RETRY_MINUTES: {
    schema: minutesList.optional(),
    about: 'Waits between attempts in minutes; the last one repeats until expiry.',
    example: '1,3,7,15,30,60,120,240,360',
  },

  OIDC_ISSUER: {
    schema: url(['https:', 'http:']).optional(),
    about:
      'Provider of OpenID Connect that users may log in with. Its redirect URI here is WAYBILL_PUBLIC_URL/oidc/callback.',
    example: 'https://login.example.com/realms/staff',
  },
  OIDC_CLIENT_ID: {
    schema: optional,
    about: 'The client of this installation at OIDC_ISSUER.',
    example: 'waybill',
  },
  OIDC_CLIENT_SECRET: {
    schema: optional,
    about: 'The secret of that client (client_secret_basic).',
    example: 'secret',
  },
  OIDC_NAME: {
    schema: text('single sign-on'),
    about: 'How the login page names the provider.',
    example: 'Example SSO',
  },
  GEOIP_FILE: {
    schema: optional,
    about:
      'Database of countries in MaxMind’s format (.mmdb), for the event of a credential that is used from a new network.',
    example: '/usr/share/GeoIP/GeoLite2-Country.mmdb',
  },

  DELIVERY_MODE: {
    schema: z.enum(['sandbox', 'smarthost', 'mx']).default('sandbox'),
    about: 'Where mail goes: sandbox (nothing leaves), smarthost, or mx (direct).',
    example: 'mx',
    mustBeSet: anyValue,
  },
  SMARTHOST_URL: {
    schema: url(['smtp:', 'smtps:']).optional(),
    about: 'Next hop in smarthost mode.',
    example: 'smtp://user:secret@mta.example:587',
    secret: true,
  },
  SANDBOX_HOST: { schema: text('127.0.0.1'), about: 'Host of the sandbox MX.', example: '127.0.0.1' },
  SANDBOX_PORT: { schema: port, about: 'Port of the sandbox MX.', example: '2528' },
  SANDBOX_DNS_PORT: {
    schema: port,
    about: 'Port of the sandbox DNS server, which publishes what .test domains need.',
    example: '2553',
  },
  MX_PORT: {
    schema: portOr(25),
    about: 'Port on which recipients’ MX are reached. Anything but 25 is for tests.',
    example: '25',
  },
  RESOLVER: {
    schema: hostPort,
    about: 'DNS server for every look-up; the system’s when empty.',
    example: '127.0.0.1:53',
  },
  DNS_CHECK_RESOLVERS: {
    schema: hostPorts('1.1.1.1:53,8.8.8.8:53'),
    about:
      'Public resolvers that the check of a domain asks beside its authoritative servers, comma separated. Not asked where RESOLVER is set.',
    example: '1.1.1.1:53,8.8.8.8:53',
  },
  ALLOW_PRIVATE_DESTINATIONS: {
    schema: flag,
    about: 'Let mx mode deliver to private and loopback addresses. For tests only.',
    example: 'false',
  },
  WEBHOOK_ALLOWED_NETWORKS: {
    schema: networks,
    about:
      'Private networks to which webhooks may be sent all the same, also over plain HTTP, comma separated. Ports of Waybill itself stay refused.',
    example: '10.0.5.0/24',
  },
  OUTBOUND_CA_FILE: {
    schema: optional,
    about: 'Extra certificate authority for outbound TLS verification.',
    example: '/etc/waybill/ca.pem',
  },
} as const satisfies Record<string, Setting>;
