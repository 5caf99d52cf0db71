/** What the API answers, as types. The only file that imports the schemas of resources. */
import type { adminAccount, adminAccountMade, ownAccount } from '@waybill/contract/account';
import type {
  auditEntry,
  discard,
  doctorCheck,
  health,
  healthCheck,
  queueDepth,
  waitingGroup,
} from '@waybill/contract/admin';
import type { apiKey, apiKeySecret } from '@waybill/contract/api-key';
import type { attention } from '@waybill/contract/attention';
import type { bounceRule, bounceRuleTried } from '@waybill/contract/bounce-rule';
import type { domain, domainChange } from '@waybill/contract/domain';
import type { erasure } from '@waybill/contract/erasure';
import type { event } from '@waybill/contract/event';
import type { explanation } from '@waybill/contract/explain';
import type { fromAddress } from '@waybill/contract/from-address';
import type { ipNetwork } from '@waybill/contract/ip-network';
import type { limitState, usage } from '@waybill/contract/limit';
import type { invitation, member } from '@waybill/contract/member';
import type { actionsDone, message, messageSummary, recipient, trace } from '@waybill/contract/message';
import type { loginMethods, oidcLink, oidcStart } from '@waybill/contract/oidc';
import type { passkey } from '@waybill/contract/passkey';
import type { sandboxChecks, sandboxMessage, sandboxMessageDetail } from '@waybill/contract/sandbox';
import type { smtpCredential, smtpCredentialSecret } from '@waybill/contract/smtp-credential';
import type {
  balance,
  bounceStatistics,
  latencyStatistics,
  linkStatistics,
  providerStatistics,
  statisticsAnswer,
} from '@waybill/contract/statistics';
import type { stream } from '@waybill/contract/stream';
import type { importState, suppression } from '@waybill/contract/suppression';
import type {
  adminUser,
  adminUserDetail,
  loginSession,
  session,
  totp,
  totpSecret,
  user,
} from '@waybill/contract/user';
import type {
  webhook,
  webhookDelivery,
  webhookDeliveryDetail,
  webhookSecret,
} from '@waybill/contract/webhook';
import type { z } from 'zod';

export type OwnAccountView = z.output<typeof ownAccount>;
export type AdminAccountMadeView = z.output<typeof adminAccountMade>;
export type ErasureView = z.output<typeof erasure>;
export type LimitView = z.output<typeof limitState>;
export type UsageView = z.output<typeof usage>;
export type AdminAccountView = z.output<typeof adminAccount>;
export type BounceRuleView = z.output<typeof bounceRule>;
export type BounceRuleTriedView = z.output<typeof bounceRuleTried>;
export type ApiKeyView = z.output<typeof apiKey>;
export type ApiKeySecretView = z.output<typeof apiKeySecret>;
export type AttentionView = z.output<typeof attention>;
export type AuditEntryView = z.output<typeof auditEntry>;
export type DiscardView = z.output<typeof discard>;
export type DomainView = z.output<typeof domain>;
export type DomainChangeView = z.output<typeof domainChange>;
export type DnsRecordView = DomainView['records'][number];
export type EventView = z.output<typeof event>;
export type ExplanationView = z.output<typeof explanation>;
export type FromAddressView = z.output<typeof fromAddress>;
export type DoctorCheckView = z.output<typeof doctorCheck>;
export type HealthCheckView = z.output<typeof healthCheck>;
export type HealthView = z.output<typeof health>;
export type IpNetworkView = z.output<typeof ipNetwork>;
export type ActionsDoneView = z.output<typeof actionsDone>;
export type MessageView = z.output<typeof message>;
export type MessageSummaryView = z.output<typeof messageSummary>;
export type LoginMethodsView = z.output<typeof loginMethods>;
export type OidcLinkView = z.output<typeof oidcLink>;
export type OidcStartView = z.output<typeof oidcStart>;
export type PasskeyView = z.output<typeof passkey>;
export type QueueDepthView = z.output<typeof queueDepth>;
export type WaitingGroupView = z.output<typeof waitingGroup>;
export type RecipientView = z.output<typeof recipient>;
export type SandboxMessageView = z.output<typeof sandboxMessage>;
export type SandboxMessageDetailView = z.output<typeof sandboxMessageDetail>;
export type SandboxChecksView = z.output<typeof sandboxChecks>;
export type SignatureCheckView = SandboxChecksView['signatures'][number];
export type SessionView = z.output<typeof session>;
export type LoginSessionView = z.output<typeof loginSession>;
export type UserView = z.output<typeof user>;
export type AdminUserView = z.output<typeof adminUser>;
export type AdminUserDetailView = z.output<typeof adminUserDetail>;
export type TotpView = z.output<typeof totp>;
export type TotpSecretView = z.output<typeof totpSecret>;
export type MemberView = z.output<typeof member>;
export type InvitationView = z.output<typeof invitation>;
export type SmtpCredentialView = z.output<typeof smtpCredential>;
export type SmtpCredentialSecretView = z.output<typeof smtpCredentialSecret>;
export type StreamView = z.output<typeof stream>;
export type SuppressionView = z.output<typeof suppression>;
export type ImportStateView = z.output<typeof importState>;
export type TraceView = z.output<typeof trace>;
export type BalanceView = z.output<typeof balance>;
export type BounceStatisticsView = z.output<typeof bounceStatistics>;
export type LatencyStatisticsView = z.output<typeof latencyStatistics>;
export type LinkStatisticsView = z.output<typeof linkStatistics>;
export type ProviderStatisticsView = z.output<typeof providerStatistics>;
export type StatisticsView = z.output<typeof statisticsAnswer>;
export type WebhookView = z.output<typeof webhook>;
export type WebhookSecretView = z.output<typeof webhookSecret>;
export type WebhookDeliveryView = z.output<typeof webhookDelivery>;
export type WebhookDeliveryDetailView = z.output<typeof webhookDeliveryDetail>;
