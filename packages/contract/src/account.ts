/** Accounts, in the view of the account and in the view of the operator. */
import { z } from 'zod';
import { apiKeySecret } from './api-key.ts';
import { dkimRecordType } from './domain.ts';
import { publicIdOf } from './id.ts';
import { limit, limitState, ownLimits, usage } from './limit.ts';
import { listQuery } from './list.ts';
import { invitation } from './member.ts';
import { smtpCredentialSecret } from './smtp-credential.ts';
import { label, oneLine, time } from './text.ts';
import { accountStatus, email, password, secondFactorCode } from './user.ts';

export const clickMode = z.enum(['none', 'html', 'text', 'all']);

const rate = (what: string) =>
  z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe(`${what} of the last 24 hours above which the account is suspended; 1: never`);

const accountLimits = z.object({
  ...ownLimits.shape,
  max_message_bytes: limit,
  max_bounce_rate: rate('Share of bounces (null: 0.05)'),
  max_complaint_rate: rate('Share of complaints (null: 0.001)'),
});

export const account = z
  .object({
    id: publicIdOf('acc'),
    name: z.string(),
    status: accountStatus,
    suspended_reason: z.string().nullable(),
    sender_policy: z.enum(['strict', 'lenient']),
    suppressed_recipients: z.enum(['refuse', 'report']),
    bare_line_endings: z.enum(['refuse', 'repair']),
    tracking: z.object({ opens: z.boolean(), clicks: clickMode }),
    hide_client_ip: z.boolean(),
    delivery_mode: z.enum(['sandbox', 'smarthost', 'mx']).nullable(),
    limits: accountLimits,
    created_at: time,
    deletion: z
      .object({
        asked_at: time,
        asked_by: z.string(),
        deletes_at: time.describe('Until then the deletion can be undone'),
      })
      .nullable(),
  })
  .meta({ id: 'Account' });

const port = (what: string) => z.int().nullable().describe(`${what}; null: not open`);

/** The own account, with what it used this month, the limits that are nearly used up, and how it sends. */
export const ownAccount = account
  .extend({
    effective_delivery_mode: z
      .enum(['sandbox', 'smarthost', 'mx'])
      .describe('Of the account, else of the installation. sandbox: no mail leaves the installation'),
    smtp: z.object({
      host: z.string(),
      starttls_port: port('SMTP with STARTTLS'),
      tls_port: port('SMTP over TLS'),
      cleartext_port: port('SMTP without TLS, for programs on the same machine'),
    }),
    dkim_records: z
      .array(dkimRecordType)
      .describe('What a new domain may choose as dkim_record; the first is the default'),
    usage: usage.omit({ days: true }),
    warnings: z.array(limitState).describe('Limits that are used to 80 % or more'),
  })
  .meta({ id: 'OwnAccount' });

/** An account in the view of the operator. */
export const adminAccount = account
  .extend({
    smarthost_url: z
      .string()
      .nullable()
      .describe('With *** for the password; sent back like this, it changes nothing'),
  })
  .meta({ id: 'AdminAccount' });

const ownSettings = {
  name: label.optional(),
  sender_policy: z
    .enum(['strict', 'lenient'])
    .optional()
    .describe('Only the operator may set lenient; an account may return to strict'),
  suppressed_recipients: z.enum(['refuse', 'report']).optional(),
  bare_line_endings: z
    .enum(['refuse', 'repair'])
    .optional()
    .describe('What SMTP does with a bare CR or LF in a message: refuse it, or make CRLF of each'),
  tracking: z.strictObject({ opens: z.boolean().optional(), clicks: clickMode.optional() }).optional(),
  hide_client_ip: z.boolean().optional(),
};

/** The settings that an account may change itself. The operator sets limits and the delivery mode. */
export const accountPatch = z.strictObject(ownSettings);

const operatorSettings = {
  ...ownSettings,
  delivery_mode: z.enum(['sandbox', 'smarthost', 'mx']).nullable().optional(),
  smarthost_url: z
    .string()
    .max(500)
    .regex(/^smtps?:\/\/[^\s]+$/, 'must be an smtp:// or smtps:// URL')
    .nullable()
    .optional(),
  limits: z.strictObject(accountLimits.partial().shape).optional(),
};

const named = z.strictObject({ name: label });

export const adminAccountBody = z.strictObject({
  ...operatorSettings,
  name: label,
  owner: z.strictObject({ email }).optional().describe('Is invited by mail'),
  smtp_credential: named.optional().describe('A first SMTP credential'),
  api_key: named.optional().describe('A first API key, with every scope of the account'),
});
export const adminAccountMade = adminAccount
  .extend({
    invitation: invitation.nullable(),
    smtp_credential: smtpCredentialSecret.nullable(),
    api_key: apiKeySecret.nullable(),
  })
  .meta({ id: 'AdminAccountMade' });
export const adminAccountPatch = z.strictObject(operatorSettings);
export const accountQuery = listQuery.extend({
  q: oneLine(200).optional().describe('Part of the name in any case, or an id'),
  status: accountStatus.optional(),
});
export const deletionBody = z.strictObject({
  name: z.string().max(200).describe('The name of the account, typed again'),
  current_password: password.optional().describe('Of the owner, unless code is given'),
  code: secondFactorCode
    .optional()
    .describe('In place of the password: of the second factor. An owner without a password must give it'),
});
export const deletionQuery = z.strictObject({
  grace_days: z.coerce
    .number()
    .int()
    .min(0)
    .max(365)
    .optional()
    .describe('Days in which the deletion can be undone; ACCOUNT_DELETION_GRACE_DAYS when absent'),
});
const cancelledDeliveries = z
  .number()
  .int()
  .describe('Deliveries that the deletion cancelled. They stay cancelled: send again what is still wanted');
export const undeletedAccount = account
  .extend({ cancelled_deliveries: cancelledDeliveries })
  .meta({ id: 'UndeletedAccount' });
export const undeletedAdminAccount = adminAccount
  .extend({ cancelled_deliveries: cancelledDeliveries })
  .meta({ id: 'UndeletedAdminAccount' });
export const suspendBody = z.strictObject({ reason: oneLine(500).min(1) });
