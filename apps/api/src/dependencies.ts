/** All that the routes use from outside. `main.ts` and the tests open it. */

import type { KeyObject } from 'node:crypto';
import type { Asked, Explanation } from '@waybill/delivery/explain';
import type { SmtpAccess } from '@waybill/io/config/smtp-access';
import type { Log } from '@waybill/io/log/log';
import type { Metrics } from '@waybill/io/metrics/metrics';
import type { bounceRules } from '@waybill/io/postgres/bounce-rules/bounce-rules';
import type { Use } from '@waybill/io/postgres/directory/last-used';
import type { erasures } from '@waybill/io/postgres/erasure/erasures';
import type { discards } from '@waybill/io/postgres/mail-store/discards';
import type { idempotency } from '@waybill/io/postgres/mail-store/idempotency';
import type { openSandboxStore } from '@waybill/io/postgres/mail-store/sandbox-store';
import type { accounts } from '@waybill/io/postgres/management/accounts';
import type { addressConfirmations } from '@waybill/io/postgres/management/address-confirmations';
import type { apiKeys } from '@waybill/io/postgres/management/api-keys';
import type { auditLog } from '@waybill/io/postgres/management/audit-log';
import type { fromAddresses } from '@waybill/io/postgres/management/from-addresses';
import type { ipNetworks } from '@waybill/io/postgres/management/ip-networks';
import type { limits } from '@waybill/io/postgres/management/limits';
import type { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import type { smtpCredentials } from '@waybill/io/postgres/management/smtp-credentials';
import type { streams } from '@waybill/io/postgres/management/streams';
import type { suppressions } from '@waybill/io/postgres/management/suppressions';
import type { webhookDeliveries } from '@waybill/io/postgres/management/webhook-deliveries';
import type { webhooks } from '@waybill/io/postgres/management/webhooks';
import type { users } from '@waybill/io/postgres/people/users';
import type { events } from '@waybill/io/postgres/reading/events';
import type { messages } from '@waybill/io/postgres/reading/messages';
import type { waitingGroups } from '@waybill/io/postgres/reading/waiting-groups';
import type { attention } from '@waybill/io/postgres/statistics/attention';
import type { balanceChecks } from '@waybill/io/postgres/statistics/balance-check';
import type { statistics } from '@waybill/io/postgres/statistics/statistics';
import type { RateLimits } from '@waybill/io/rate-limit/rate-limiter';
import type { BrowserProofs } from '@waybill/io/secrets/browser-proof';
import type { makeApiKey, makeSmtpSecret } from '@waybill/io/secrets/generated-secret';
import type { makeLinkToken } from '@waybill/io/secrets/link-token';
import type { makeSessionToken } from '@waybill/io/secrets/session-token';
import type { DeliveryMode } from '@waybill/relay/account';
import type { DomainDns } from '@waybill/relay/domains/domain-dns';
import type { Installation } from '@waybill/relay/domains/domain-records';
import type { DomainPorts } from '@waybill/relay/management/domains';
import type { LoginGuard } from '@waybill/relay/people/login-guard';
import type { OidcProtocol, OidcStore } from '@waybill/relay/people/oidc';
import type { PasskeyProtocol, PasskeyStore } from '@waybill/relay/people/passkeys';
import type { Passwords, PeopleStores } from '@waybill/relay/people/stores';
import type { Directory, JobProducer, Outbox } from '@waybill/relay/ports';
import type { Accepted } from '@waybill/relay/submission/accepted';
import type { Submission } from '@waybill/relay/submission/submission';
import type { TargetRules } from '@waybill/relay/webhooks/target';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Cursors } from './cursor.ts';

export type Stores = PeopleStores & {
  readonly passkeys: PasskeyStore;
  readonly oidcIdentities: OidcStore;
  readonly users: ReturnType<typeof users>;
  readonly accounts: ReturnType<typeof accounts>;
  readonly attention: ReturnType<typeof attention>;
  readonly bounceRules: ReturnType<typeof bounceRules>;
  readonly balanceChecks: ReturnType<typeof balanceChecks>;
  readonly addressConfirmations: ReturnType<typeof addressConfirmations>;
  readonly apiKeys: ReturnType<typeof apiKeys>;
  readonly auditLog: ReturnType<typeof auditLog>;
  readonly discards: ReturnType<typeof discards>;
  readonly waitingGroups: ReturnType<typeof waitingGroups>;
  readonly erasures: ReturnType<typeof erasures>;
  readonly events: ReturnType<typeof events>;
  readonly fromAddresses: ReturnType<typeof fromAddresses>;
  readonly idempotency: ReturnType<typeof idempotency>;
  readonly ipNetworks: ReturnType<typeof ipNetworks>;
  readonly limits: ReturnType<typeof limits>;
  readonly messages: ReturnType<typeof messages>;
  readonly outbox: Outbox;
  readonly sandbox: ReturnType<typeof openSandboxStore>;
  readonly senderDomains: ReturnType<typeof senderDomains>;
  readonly smtpCredentials: ReturnType<typeof smtpCredentials>;
  readonly statistics: ReturnType<typeof statistics>;
  readonly streams: ReturnType<typeof streams>;
  readonly suppressions: ReturnType<typeof suppressions>;
  readonly webhookDeliveries: ReturnType<typeof webhookDeliveries>;
  readonly webhooks: ReturnType<typeof webhooks>;
};

export type Check = { readonly ok: boolean; readonly sentence: string; readonly fix?: string };

export type Dependencies = {
  readonly stores: Stores;
  readonly accept: (submission: Submission) => Promise<Accepted>;
  /** Rejects with the refusal that `accept` would give now, and stores nothing. */
  readonly requireAcceptable: (submission: Submission) => Promise<void>;
  /** What would become of a submission. Stores nothing and sends nothing. */
  readonly explain: (asked: Asked) => Promise<Explanation>;
  /** Which account holds a domain. */
  readonly directory: Pick<Directory, 'domainHolder'>;
  readonly jobs: JobProducer;
  /** DNS without a cache: a person who asks for a check has just changed a record. */
  readonly lookUp: DomainDns;
  /** The names of the installation that DNS records point to. */
  readonly installation: Installation;
  readonly makeDkimKeys: DomainPorts['makeDkimKeys'];
  readonly readDkimKey: DomainPorts['readDkimKey'];
  /** Named checks for `/readyz` and the operator's health page. */
  readonly checks: Readonly<Record<string, () => Promise<Check>>>;
  /** Named checks for the health page alone: this process can work although one fails. */
  readonly alarms: Readonly<Record<string, () => Promise<Check>>>;
  /** The checks of `waybill doctor` by name. Each opens connections of its own, and may wait for DNS. */
  readonly doctor: Readonly<Record<string, () => Promise<Check>>>;
  /** Jobs that wait, by queue. */
  readonly queueDepth: () => Promise<Readonly<Record<string, number>>>;
  /** Since when the oldest job of each queue is due. */
  readonly oldestDue: () => Promise<Readonly<Record<string, Date | undefined>>>;
  readonly noteKeyUse: (keyId: string, use: Use) => void;
  readonly cursors: Cursors;
  readonly makeApiKey: typeof makeApiKey;
  readonly makeSmtpSecret: typeof makeSmtpSecret;
  readonly makeLinkToken: typeof makeLinkToken;
  readonly makeSessionToken: typeof makeSessionToken;
  readonly passwords: Passwords;
  readonly loginGuard: LoginGuard;
  readonly passkeyProtocol: PasskeyProtocol;
  /** `undefined`: the operator has set no provider. */
  readonly oidc: OidcProtocol | undefined;
  readonly browserProofs: BrowserProofs;
  /** Seals stored answers of idempotent requests, because some of them show a secret. */
  readonly box: { seal(plain: Buffer, context: string): Buffer; open(box: Buffer, context: string): Buffer };
  /** Of the hashes by which erased addresses stay suppressed. */
  readonly erasedKey: KeyObject;
  readonly publicUrl: string;
  /** The installation's own domain. Mail of the product comes from it. */
  readonly platformDomain: string;
  /** How mail leaves an account that has no mode of its own. */
  readonly deliveryMode: DeliveryMode;
  /** Where clients submit over SMTP. */
  readonly smtpAccess: SmtpAccess;
  /** Whether this is `waybill dev`. */
  readonly isDevelopment: boolean;
  /** Where webhooks may be sent. */
  readonly webhookTargets: TargetRules;
  /** Networks whose X-Forwarded-For is used. */
  readonly trustProxy: readonly string[];
  readonly maxMessageBytes: number;
  /** Days in which the deletion of an account can be undone. */
  readonly deletionGraceDays: number;
  /** Counts requests and failures over all processes. */
  readonly rateLimits: RateLimits;
  readonly limits: { readonly perKey: number; readonly failuresPerIp: number; readonly windowMs: number };
  /** Calls back after a notification of new events. Returns a function that ends it. */
  readonly onEvents: (wake: () => void) => () => void;
  /** How often an event stream shows that it lives, and looks whether its caller may still read. */
  readonly streamBeatMs: number;
  readonly now: () => Date;
  readonly random: (size: number) => Buffer;
  readonly log: Log;
  readonly metrics: Metrics;
};

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;
