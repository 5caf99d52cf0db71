/** The only place that reads the cookie of a login session. */
import { sessionTokenHash } from '@waybill/io/secrets/session-token';
import { parsePublicId, publicId } from '@waybill/relay/id';
import { adminScope, ownScope } from '@waybill/relay/management/permissions';
import type { Operator, Principal, User } from '@waybill/relay/management/principal';
import { scopesOfRole } from '@waybill/relay/management/roles';
import type { OpenSession } from '@waybill/relay/people/records';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import { sessionCookie } from './cookies.ts';
import type { Dependencies } from './dependencies.ts';
import { requireOwnOrigin } from './origin.ts';

type SessionDependencies = Pick<Dependencies, 'stores' | 'now' | 'publicUrl'>;

const ended = (): Refusal =>
  new Refusal('authentication_required', { detail: 'the login session has ended; log in again' });

/** `undefined`: the request has no cookie, or it opens nothing. */
export async function openSessionOf(
  request: FastifyRequest,
  { stores, now, publicUrl }: SessionDependencies,
): Promise<OpenSession | undefined> {
  const tokenHash = sessionTokenHash(sessionCookie(request, { publicUrl }) ?? '');
  return tokenHash && stores.loginSessions.find(tokenHash, now());
}

const isChange = ({ method }: FastifyRequest): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);

const notFound = (): Refusal =>
  new Refusal('not_found', { detail: 'the account that Waybill-Account names' });

/** A frame sends no header, so the routes that a frame shows take the account in the query too. */
function accountIn({ headers, query, routeOptions }: FastifyRequest): unknown {
  const inQuery = routeOptions.config.accountInQuery === true;
  return headers['waybill-account'] ?? (inQuery ? (query as { account?: unknown }).account : undefined);
}

/** The account that the request names. A wrong id gets the same answer as the account of others. */
function namedAccount(request: FastifyRequest): string | undefined {
  const named = accountIn(request);
  if (named === undefined) return undefined;
  const id = parsePublicId('acc', String(named));
  if (id === undefined) throw notFound();
  return id;
}

const userOf = (
  { session, user }: OpenSession,
  member: { readonly accountId: string; readonly role: User['role'] } | undefined,
): User => ({
  kind: 'user',
  userId: user.id,
  sessionId: session.id,
  actor: publicId('usr', user.id),
  accountId: member?.accountId,
  role: member?.role,
  scopes: member?.role === undefined ? [] : scopesOfRole[member.role],
});

const operatorOf = ({ user }: OpenSession, accountId: string | undefined, reason?: string): Operator => ({
  kind: 'operator',
  keyId: undefined,
  actor: publicId('usr', user.id),
  accountId,
  scopes: [adminScope],
  ...(reason === undefined ? {} : { acting: { operator: user.email, reason } }),
});

/** A member of the account, or an operator who acts in it. A user of one account need not name it. */
function insideAccount(open: OpenSession, named: string | undefined): Principal {
  const { accounts, acting } = open;
  const [only] = accounts.length === 1 ? accounts : [];
  const member = named === undefined ? only : accounts.find(({ accountId }) => accountId === named);
  if (named === undefined || member !== undefined) return userOf(open, member);
  if (acting?.accountId !== named) throw notFound();
  return operatorOf(open, named, acting.reason);
}

/** The members of an account that is being deleted read, and an owner undoes it. */
function requireNotDeleting({ accounts }: OpenSession, { kind, accountId }: Principal): void {
  const isDeleting = accounts.some((one) => one.accountId === accountId && one.isDeleting);
  if (kind === 'user' && isDeleting) throw new Refusal('account_deleting');
}

/** The caller of a request with a cookie. The cookie opens `/v1` only, and a change needs our own `Origin`. */
export async function authenticateSession(
  request: FastifyRequest,
  dependencies: SessionDependencies,
): Promise<Principal> {
  const { url = '', config } = request.routeOptions;
  if (!url.startsWith('/v1/')) throw new Refusal('authentication_required');
  const open = await openSessionOf(request, dependencies);
  if (open === undefined) throw ended();
  if (isChange(request)) requireOwnOrigin(request, dependencies.publicUrl);
  request.openSession = open;
  const scope = config.permission?.scope;
  if (scope === ownScope) return userOf(open, undefined);
  if (scope === adminScope && open.user.isOperator) return operatorOf(open, namedAccount(request));
  const principal = insideAccount(open, namedAccount(request));
  if (isChange(request) && !config.permission?.whileDeleting) requireNotDeleting(open, principal);
  return principal;
}
