/** Users and their login sessions. */
import { roles } from '@waybill/relay/management/roles';
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { listQuery } from './list.ts';
import { label, oneLine, time } from './text.ts';

export const role = z
  .enum(roles)
  .describe(
    'viewer reads; developer also sends and manages domains, credentials, streams, suppressions and webhooks; admin also settings and members below owner; owner also owners, erasure and deletion',
  );

export const accountStatus = z
  .enum(['active', 'suspended', 'deleting'])
  .describe('deleting: keys are refused, waiting mail is cancelled, and the deletion can be undone');

export const email = oneLine(254).min(3);
/** Checked by the rule for passwords, whose fault names the reason. */
export const password = z.string().min(1).max(256);
export const secondFactorCode = oneLine(50)
  .min(6)
  .meta({ examples: ['492039'] });

export const user = z
  .object({
    id: publicIdOf('usr'),
    email: z.string(),
    pending_email: z
      .string()
      .nullable()
      .describe('An address that was asked for; it counts once the link that was mailed to it is opened'),
    name: z.string(),
    is_operator: z.boolean().describe('Operator of the platform'),
    notices: z.boolean().describe('Gets notices of its accounts by mail'),
    has_password: z.boolean(),
    totp_enabled_at: time.nullable(),
    created_at: time,
    last_login_at: time.nullable(),
  })
  .meta({ id: 'User' });

export const adminUser = user.extend({ status: z.enum(['active', 'disabled']) }).meta({ id: 'AdminUser' });

const membership = z.object({ id: publicIdOf('acc'), name: z.string(), status: accountStatus, role });

/** A user as an operator sees it, with the accounts that it is a member of. */
export const adminUserDetail = adminUser
  .extend({ accounts: z.array(membership) })
  .meta({ id: 'AdminUserDetail' });

export const adminUserQuery = listQuery.extend({
  q: oneLine(200).optional().describe('Part of the address or the name'),
});
export const adminUserBody = z.strictObject({ email }).describe('A new operator of the platform');
export const adminUserPatch = z.strictObject({
  status: z.enum(['active', 'disabled']).optional(),
  is_operator: z.boolean().optional(),
});
export const operatorLink = adminUser
  .extend({
    password_url: z.string().describe('Sets the password, once within an hour. Shown once'),
  })
  .meta({ id: 'OperatorLink' });

export const mePatch = z.strictObject({
  name: label.optional(),
  notices: z.boolean().optional().describe('Notices of its accounts by mail'),
  password: password.optional().describe('A new password; ends every other login session'),
  email: email
    .optional()
    .describe('A new address: it gets a link, and counts once that is opened. The present one ends a change'),
  current_password: password
    .optional()
    .describe('Required with password, and with email unless code is given'),
  code: secondFactorCode.optional().describe('With email, in place of the password: of the second factor'),
});

export const loginSession = z
  .object({
    id: publicIdOf('ses'),
    is_current: z.boolean(),
    ip: z.string(),
    agent: z.string(),
    created_at: time,
    last_seen_at: time,
    expires_at: time.describe('It ends earlier after a day without a request'),
  })
  .meta({ id: 'LoginSession' });

const acting = z.object({
  account_id: publicIdOf('acc'),
  account_name: z.string(),
  reason: z.string(),
  until: time,
});

export const session = z
  .object({
    user,
    login_session: loginSession,
    accounts: z.array(membership),
    acting: acting.nullable().describe('The account that this operator acts in'),
  })
  .meta({ id: 'Session' });

export const sessionBody = z.strictObject({
  email,
  password,
  code: secondFactorCode.describe('Of the authenticator app, or a recovery code').optional(),
});
export const actingBody = z.strictObject({
  account_id: publicIdOf('acc'),
  reason: oneLine(500).min(1).describe('Shown in the audit log of the account'),
});

export const totp = z
  .object({ enabled_at: time.nullable(), recovery_codes_left: z.number().int() })
  .meta({ id: 'Totp' });
export const totpBody = z.strictObject({
  current_password: password.optional().describe('Required where the user has a password'),
});
export const totpSecret = z
  .object({
    secret: z.string().describe('For typing into the app; confirm it with a first code'),
    uri: z.string().describe('For a QR code'),
  })
  .meta({ id: 'TotpSecret' });
export const codeBody = z.strictObject({ code: secondFactorCode });
export const recoveryCodes = z
  .object({ codes: z.array(z.string()).describe('Each works once. Shown once') })
  .meta({ id: 'RecoveryCodes' });

export const passwordResetBody = z.strictObject({ email });
export const setPasswordBody = z.strictObject({ password });
/** A token of a link. Any text: a wrong one is not found. */
export const tokenParams = z.object({ token: z.string().min(1).max(200) });
