/** What the API answers, as types. */
import type { account, adminAccount } from '@waybill/contract/account';
import type { discard, health, queueDepth } from '@waybill/contract/admin';
import type { apiKey, apiKeySecret } from '@waybill/contract/api-key';
import type { ipNetwork } from '@waybill/contract/ip-network';
import type { recipient } from '@waybill/contract/message';
import type { smtpCredential, smtpCredentialSecret } from '@waybill/contract/smtp-credential';
import type { stream } from '@waybill/contract/stream';
import type { suppression } from '@waybill/contract/suppression';
import type { z } from 'zod';

export type AccountView = z.output<typeof account>;
export type AdminAccountView = z.output<typeof adminAccount>;
export type ApiKeyView = z.output<typeof apiKey>;
export type ApiKeySecretView = z.output<typeof apiKeySecret>;
export type DiscardView = z.output<typeof discard>;
export type HealthView = z.output<typeof health>;
export type IpNetworkView = z.output<typeof ipNetwork>;
export type QueueDepthView = z.output<typeof queueDepth>;
export type RecipientView = z.output<typeof recipient>;
export type SmtpCredentialView = z.output<typeof smtpCredential>;
export type SmtpCredentialSecretView = z.output<typeof smtpCredentialSecret>;
export type StreamView = z.output<typeof stream>;
export type SuppressionView = z.output<typeof suppression>;
