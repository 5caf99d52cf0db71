/** Who may call which route of the HTTP API, in one table. A route without a row stops the start. */
import { Refusal } from '../refusal.ts';
import { accountOf, type Principal } from './principal.ts';

export const accountScopes = [
  'messages:send',
  'messages:read',
  'domains:read',
  'domains:write',
  'credentials:read',
  'credentials:write',
  'suppressions:read',
  'suppressions:write',
  'stats:read',
  'streams:read',
  'streams:write',
  'members:read',
  'members:write',
  'webhooks:read',
  'webhooks:write',
  'account:read',
  'account:write',
  'account:erase',
] as const;
export type AccountScope = (typeof accountScopes)[number];
/** The scope of the operator. It includes every scope of an account. */
export const adminScope = 'admin:*';
/** The scope of a login session for its own user. No key has it. */
export const ownScope = 'me:*';
/** The scope of routes that need neither a key nor a login session. */
export const openScope = 'open:*';
export type Scope = AccountScope | typeof adminScope | typeof ownScope | typeof openScope;

export type Permission = {
  readonly scope: Scope;
  /**
   * How a mail route hides live mail from a test key: `:id` is a message, the list is filtered, or the route only sends. A mail
   * route without it refuses test keys; a settings route lets them read.
   */
  readonly testKey?: 'message' | 'list' | 'send';
  /** It shows live mail although it is no mail route, so a test key does not get it. */
  readonly showsMail?: true;
  /** An operator may call it without an account. */
  readonly withoutAccount?: true;
  /** Changes passwords, second factors, passkeys or login sessions: refused while an operator acts inside an account. */
  readonly notWhileActing?: true;
  /** No key may call it, whatever its scopes: it proves no person. */
  readonly onlyPerson?: true;
  /** A change that a member may make while its account is being deleted. */
  readonly whileDeleting?: true;
};

const sending: Permission = { scope: 'messages:send', testKey: 'send' };
const acting: Permission = { scope: 'messages:send', testKey: 'message' };
const reading: Permission = { scope: 'messages:read', testKey: 'message' };
const listing: Permission = { scope: 'messages:read', testKey: 'list' };
const actingOnList: Permission = { scope: 'messages:send', testKey: 'list' };
const readingSandbox: Permission = { ...listing, withoutAccount: true };
const clearingSandbox: Permission = { scope: 'messages:send', testKey: 'list', withoutAccount: true };
const statistics: Permission = { scope: 'stats:read', showsMail: true };
/** It shows recipients and replies, so it needs the scope of mail. Statistics are about live mail. */
const attention: Permission = { scope: 'messages:read' };
const operator: Permission = { scope: adminScope };
const operatorOnUsers: Permission = { ...operator, notWhileActing: true };
const own: Permission = { scope: ownScope };
const ownSafety: Permission = { ...own, notWhileActing: true };
const open: Permission = { scope: openScope };

export const permissions: Readonly<Record<string, Permission>> = {
  'POST /emails': sending,
  'POST /emails/batch': sending,
  'GET /emails': listing,
  'GET /emails/:id': reading,
  'PATCH /emails/:id': acting,
  'POST /emails/:id/cancel': acting,
  'GET /domains': { scope: 'domains:read' },
  'POST /domains': { scope: 'domains:write' },
  'GET /domains/:id': { scope: 'domains:read' },
  'PATCH /domains/:id': { scope: 'domains:write' },
  'DELETE /domains/:id': { scope: 'domains:write' },
  'POST /domains/:id/verify': { scope: 'domains:write' },
  'GET /api-keys': { scope: 'credentials:read' },
  'POST /api-keys': { scope: 'credentials:write' },
  'PATCH /api-keys/:id': { scope: 'credentials:write' },
  'GET /webhooks': { scope: 'webhooks:read' },
  'POST /webhooks': { scope: 'webhooks:write' },
  'GET /webhooks/:id': { scope: 'webhooks:read' },
  'PATCH /webhooks/:id': { scope: 'webhooks:write' },
  'DELETE /webhooks/:id': { scope: 'webhooks:write' },
  'POST /webhooks/:id/signing-secret/rotate': { scope: 'webhooks:write' },
  'DELETE /api-keys/:id': { scope: 'credentials:write' },
  // It reads what sending would do, so a viewer may ask.
  'POST /v1/explain': { scope: 'messages:read', testKey: 'send' },
  'POST /v1/messages': sending,
  'POST /v1/messages/raw': sending,
  'POST /v1/messages/batch': sending,
  'GET /v1/messages': listing,
  'POST /v1/messages/actions': actingOnList,
  'GET /v1/messages/:id': reading,
  'GET /v1/messages/:id/trace': reading,
  'GET /v1/messages/:id/events': reading,
  'GET /v1/messages/:id/content': reading,
  'PATCH /v1/messages/:id': acting,
  'POST /v1/messages/:id/cancel': acting,
  'POST /v1/messages/:id/retry': acting,
  'POST /v1/messages/:id/resend': acting,
  'POST /v1/messages/:id/release': acting,
  'GET /v1/events': listing,
  'GET /v1/events/stream': listing,
  'GET /v1/recipients/:address': listing,
  'POST /v1/recipients/:address/erasure': { scope: 'account:erase' },
  'GET /v1/erasures': { scope: 'account:read' },
  'GET /v1/erasures/:id': { scope: 'account:read' },
  'GET /v1/account': { scope: 'account:read' },
  'PATCH /v1/account': { scope: 'account:write' },
  'POST /v1/account/deletion': { scope: 'account:erase', onlyPerson: true, notWhileActing: true },
  'DELETE /v1/account/deletion': { scope: 'account:erase', onlyPerson: true, whileDeleting: true },
  'GET /v1/audit-log': { scope: 'account:read' },
  'GET /v1/limits': { scope: 'account:read' },
  'GET /v1/usage': { scope: 'account:read' },
  'GET /v1/streams': { scope: 'streams:read' },
  'POST /v1/streams': { scope: 'streams:write' },
  'PATCH /v1/streams/:id': { scope: 'streams:write' },
  'DELETE /v1/streams/:id': { scope: 'streams:write' },
  'POST /v1/session': open,
  'GET /v1/session': own,
  'DELETE /v1/session': own,
  'POST /v1/session/acting': own,
  'DELETE /v1/session/acting': own,
  'GET /v1/me': own,
  'PATCH /v1/me': ownSafety,
  'DELETE /v1/me/accounts/:id': ownSafety,
  'GET /v1/me/sessions': own,
  'DELETE /v1/me/sessions/:id': ownSafety,
  'GET /v1/me/totp': own,
  'POST /v1/me/totp': ownSafety,
  'POST /v1/me/totp/confirm': ownSafety,
  'DELETE /v1/me/totp': ownSafety,
  'POST /v1/me/recovery-codes': ownSafety,
  'GET /v1/me/passkeys': own,
  'POST /v1/me/passkeys': ownSafety,
  'POST /v1/me/passkeys/options': ownSafety,
  'DELETE /v1/me/passkeys/:id': ownSafety,
  'GET /v1/me/oidc': own,
  'POST /v1/me/oidc': ownSafety,
  'DELETE /v1/me/oidc': ownSafety,
  'GET /v1/login-methods': open,
  'POST /v1/session/passkey': open,
  'POST /v1/session/passkey/options': open,
  'POST /v1/email-changes/:token': open,
  'POST /v1/password-resets': open,
  'POST /v1/password-resets/:token': open,
  'GET /v1/members': { scope: 'members:read' },
  'PATCH /v1/members/:id': { scope: 'members:write' },
  'DELETE /v1/members/:id': { scope: 'members:write' },
  'GET /v1/invitations': { scope: 'members:read' },
  'POST /v1/invitations': { scope: 'members:write' },
  'DELETE /v1/invitations/:id': { scope: 'members:write' },
  'POST /v1/invitations/:token/accept': open,
  'GET /v1/smtp-credentials': { scope: 'credentials:read' },
  'POST /v1/smtp-credentials': { scope: 'credentials:write' },
  'GET /v1/smtp-credentials/:id': { scope: 'credentials:read' },
  'PATCH /v1/smtp-credentials/:id': { scope: 'credentials:write' },
  'DELETE /v1/smtp-credentials/:id': { scope: 'credentials:write' },
  'POST /v1/smtp-credentials/:id/rotate': { scope: 'credentials:write' },
  'GET /v1/api-keys': { scope: 'credentials:read' },
  'POST /v1/api-keys': { scope: 'credentials:write' },
  'GET /v1/api-keys/:id': { scope: 'credentials:read' },
  'PATCH /v1/api-keys/:id': { scope: 'credentials:write' },
  'DELETE /v1/api-keys/:id': { scope: 'credentials:write' },
  'POST /v1/api-keys/:id/rotate': { scope: 'credentials:write' },
  'GET /v1/ip-networks': { scope: 'credentials:read' },
  'POST /v1/ip-networks': { scope: 'credentials:write' },
  'DELETE /v1/ip-networks/:id': { scope: 'credentials:write' },
  'GET /v1/from-addresses': { scope: 'credentials:read' },
  'POST /v1/from-addresses': { scope: 'credentials:write' },
  'DELETE /v1/from-addresses/:id': { scope: 'credentials:write' },
  'POST /v1/from-addresses/:id/confirmation': { scope: 'credentials:write' },
  'POST /v1/from-addresses/:id/vouch': { scope: 'credentials:write' },
  'GET /v1/domains': { scope: 'domains:read' },
  'POST /v1/domains': { scope: 'domains:write' },
  'GET /v1/domains/:id': { scope: 'domains:read' },
  'PATCH /v1/domains/:id': { scope: 'domains:write' },
  'DELETE /v1/domains/:id': { scope: 'domains:write' },
  'GET /v1/domains/:id/history': { scope: 'domains:read' },
  'POST /v1/domains/:id/dkim-keys': { scope: 'domains:write' },
  'GET /v1/domains/:id/zonefile': { scope: 'domains:read' },
  'POST /v1/domains/:id/verify': { scope: 'domains:write' },
  'POST /v1/domains/:id/dkim/rotate': { scope: 'domains:write' },
  'GET /v1/suppressions': { scope: 'suppressions:read' },
  'POST /v1/suppressions': { scope: 'suppressions:write' },
  'POST /v1/suppressions/import': { scope: 'suppressions:write' },
  'GET /v1/suppressions/export': { scope: 'suppressions:read' },
  'GET /v1/suppressions/:address': { scope: 'suppressions:read' },
  'DELETE /v1/suppressions/:address': { scope: 'suppressions:write' },
  'GET /v1/webhooks': { scope: 'webhooks:read' },
  'POST /v1/webhooks': { scope: 'webhooks:write' },
  'GET /v1/webhooks/:id': { scope: 'webhooks:read' },
  'PATCH /v1/webhooks/:id': { scope: 'webhooks:write' },
  'DELETE /v1/webhooks/:id': { scope: 'webhooks:write' },
  'POST /v1/webhooks/:id/test': { scope: 'webhooks:write' },
  'POST /v1/webhooks/:id/rotate-secret': { scope: 'webhooks:write' },
  'POST /v1/webhooks/:id/pause': { scope: 'webhooks:write' },
  'POST /v1/webhooks/:id/resume': { scope: 'webhooks:write' },
  'POST /v1/webhooks/:id/replay': { scope: 'webhooks:write' },
  'GET /v1/webhooks/:id/deliveries': { scope: 'webhooks:read', showsMail: true },
  'GET /v1/webhooks/deliveries/:id': { scope: 'webhooks:read', showsMail: true },
  'POST /v1/webhooks/deliveries/:id/replay': { scope: 'webhooks:write' },
  'GET /v1/sandbox/messages': readingSandbox,
  'GET /v1/sandbox/messages/:id': readingSandbox,
  'GET /v1/sandbox/messages/:id/raw': readingSandbox,
  'GET /v1/sandbox/messages/:id/checks': readingSandbox,
  // The pages behind the link show the whole sandbox of the account, so a test key does not get it.
  'DELETE /v1/sandbox/messages': clearingSandbox,
  'DELETE /v1/sandbox/messages/:id': clearingSandbox,
  'GET /v1/admin/accounts': operator,
  'POST /v1/admin/accounts': operator,
  'GET /v1/admin/accounts/:id': operator,
  'PATCH /v1/admin/accounts/:id': operator,
  'DELETE /v1/admin/accounts/:id': operator,
  'POST /v1/admin/accounts/:id/undelete': operator,
  'GET /v1/admin/accounts/:id/usage': operator,
  'POST /v1/admin/accounts/:id/suspend': operator,
  'POST /v1/admin/accounts/:id/resume': operator,
  'GET /v1/admin/api-keys': operator,
  'GET /v1/admin/api-keys/:id': operator,
  'DELETE /v1/admin/api-keys/:id': operator,
  'GET /v1/admin/users': operator,
  'POST /v1/admin/users': operatorOnUsers,
  'GET /v1/admin/users/:id': operator,
  'PATCH /v1/admin/users/:id': operatorOnUsers,
  'GET /v1/admin/ip-networks': operator,
  'POST /v1/admin/ip-networks': operator,
  'DELETE /v1/admin/ip-networks/:id': operator,
  'GET /v1/admin/dkim-zonefile': operator,
  'GET /v1/admin/discards': operator,
  'GET /v1/admin/audit-log': operator,
  'GET /v1/stats': statistics,
  'GET /v1/stats/bounces': statistics,
  'GET /v1/stats/links': statistics,
  'GET /v1/stats/latency': statistics,
  'GET /v1/stats/providers': statistics,
  'GET /v1/stats/balance': statistics,
  'GET /v1/stats/attention': attention,
  'GET /v1/admin/balance': operator,
  'GET /v1/admin/bounce-rules': operator,
  'POST /v1/admin/bounce-rules': operator,
  'POST /v1/admin/bounce-rules/test': operator,
  'PATCH /v1/admin/bounce-rules/:id': operator,
  'DELETE /v1/admin/bounce-rules/:id': operator,
  'GET /v1/admin/health': operator,
  'GET /v1/admin/health/checks': operator,
  'GET /v1/admin/health/checks/:check': operator,
  'GET /v1/admin/queues': operator,
  'GET /v1/admin/queues/deliveries': operator,
};

/** The row of a route. HEAD is answered where GET is. */
export function permissionOf(method: string, path: string): Permission {
  const name = `${method === 'HEAD' ? 'GET' : method} ${path}`;
  const permission = permissions[name];
  if (permission === undefined) throw new Error(`${name} has no row in the table of permissions`);
  return permission;
}

/** `domains:*` includes `domains:read`; `*` includes every scope of an account; an operator has all of them. */
export function holdsScope({ kind, scopes }: Pick<Principal, 'kind' | 'scopes'>, scope: Scope): boolean {
  if (scope === openScope) return true;
  if (scope === ownScope) return kind === 'user';
  if (kind === 'operator') return scopes.includes(adminScope);
  if (scope === adminScope) return false;
  const [area = ''] = scope.split(':');
  return scopes.includes(scope) || scopes.includes(`${area}:*`) || scopes.includes('*');
}

const forbidden = (detail: string): Refusal => new Refusal('forbidden', { detail });

function requireTestKeyMay({ scope, testKey, showsMail }: Permission, isReading: boolean): void {
  const isMail = scope.startsWith('messages:') || showsMail === true;
  if (isMail && testKey === undefined) throw forbidden('a test key sees only mail that was sent as a test');
  if (!isMail && !isReading) throw forbidden('a test key reads settings and does not change them');
}

/** Throws the refusal of a request that the table does not allow. */
export function requirePermission(principal: Principal, permission: Permission, isReading: boolean): void {
  const { scope } = permission;
  if (needsAccount(principal, permission)) accountOf(principal);
  if (!holdsScope(principal, scope)) throw missing(scope);
  if (permission.onlyPerson && (principal.kind === 'live' || principal.kind === 'test'))
    throw forbidden('needs a login session; a key proves no person');
  if (principal.kind === 'test') requireTestKeyMay(permission, isReading);
  requireLimitedKeyMay(principal, permission);
}

/** A key for one domain manages no credentials at all. What else a key may make or change is weighed in `key-rights.ts`. */
function requireLimitedKeyMay(principal: Principal, { scope }: Permission): void {
  const isLimited = 'senderDomains' in principal && principal.senderDomains.length > 0;
  if (isLimited && (scope === 'credentials:write' || scope === 'members:write'))
    throw forbidden('a key that is limited to sender domains makes no credentials and invites no members');
}

/** Without an account `withoutAccount` means all accounts, which only the operator may read. */
const needsAccount = ({ kind }: Principal, { scope, withoutAccount }: Permission): boolean =>
  scope !== adminScope && scope !== ownScope && !(withoutAccount && kind === 'operator');

function missing(scope: Scope): Refusal {
  // Operator routes answer 404 to other callers, so that their paths cannot be probed.
  if (scope === adminScope) return new Refusal('not_found');
  return forbidden(scope === ownScope ? 'needs a login session; a key has no user' : `needs scope ${scope}`);
}
