/** People in the JSON of the API. No view holds a secret or its hash. */
import { publicId } from '../id.ts';
import { isoOrNull, orNull } from '../management/or-null.ts';
import type {
  Acting,
  InvitationRecord,
  LoginSessionRecord,
  MemberRecord,
  UserAccount,
  UserRecord,
} from './records.ts';

export const userView = (row: UserRecord) => ({
  id: publicId('usr', row.id),
  email: row.email,
  pending_email: orNull(row.pendingEmail),
  name: row.name,
  is_operator: row.isOperator,
  notices: row.notices,
  has_password: row.passwordHash !== undefined,
  totp_enabled_at: isoOrNull(row.totpEnabledAt),
  created_at: row.createdAt.toISOString(),
  last_login_at: isoOrNull(row.lastLoginAt),
});

/** A user as an operator sees it. */
export const adminUserView = (row: UserRecord) => ({
  ...userView(row),
  status: row.disabledAt === undefined ? ('active' as const) : ('disabled' as const),
});

export const userAccountView = (row: UserAccount) => ({
  id: publicId('acc', row.accountId),
  name: row.name,
  status: row.status,
  role: row.role,
});

export const loginSessionView = (row: LoginSessionRecord, currentId: string | undefined) => ({
  id: publicId('ses', row.id),
  is_current: row.id === currentId,
  ip: row.ip,
  agent: row.agent,
  created_at: row.createdAt.toISOString(),
  last_seen_at: row.lastSeenAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
});

export const actingView = ({ accountId, reason, until }: Acting) => ({
  account_id: publicId('acc', accountId),
  reason,
  until: until.toISOString(),
});

export const memberView = (row: MemberRecord) => ({
  id: publicId('usr', row.id),
  email: row.email,
  name: row.name,
  role: row.role,
  has_second_factor: row.totpEnabledAt !== undefined,
  last_login_at: isoOrNull(row.lastLoginAt),
  created_at: row.createdAt.toISOString(),
});

export const invitationView = (row: InvitationRecord) => ({
  id: publicId('inv', row.id),
  email: row.email,
  role: row.role,
  invited_by: row.invitedBy,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
});
