/** Login with a cookie. docs/api.md §1. */
import { actingBody, session, sessionBody } from '@waybill/contract/user';
import { sessionTokenHash } from '@waybill/io/secrets/session-token';
import { found } from '@waybill/relay/management/found';
import { endActing, startActing } from '@waybill/relay/people/acting';
import { logIn } from '@waybill/relay/people/log-in';
import { endSession } from '@waybill/relay/people/me';
import type { OpenSession } from '@waybill/relay/people/records';
import { actingView, loginSessionView, userAccountView, userView } from '@waybill/relay/people/views';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientOf } from '../client-of.ts';
import { browserCookie, clearSessionCookie, setBrowserCookie, setSessionCookie } from '../cookies.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { readEmail } from '../read-email.ts';
import { callerOf, ownOf, sessionOf } from '../request.ts';
import { route } from '../route.ts';
import { openSessionOf } from '../session-auth.ts';

const tags = ['People'];

export async function sessionViewOf(open: OpenSession, { stores }: Dependencies) {
  const user = found(await stores.users.byId(open.user.id));
  const accounts = await stores.users.accountsOf(user.id);
  const { acting } = open;
  // The account may have been erased meanwhile.
  const account = acting && (await stores.accounts.one(acting.accountId));
  return {
    user: userView(user),
    login_session: loginSessionView(open.session, open.session.id),
    accounts: accounts.map(userAccountView),
    acting: acting && account ? { ...actingView(acting), account_name: account.name } : null,
  };
}

type Begun = { readonly token: string; readonly userId: string };

/** The session of an earlier login in this browser ends. */
export async function beginSession(
  { token, userId }: Begun,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  dependencies: Dependencies,
): Promise<OpenSession> {
  const { stores, now, browserProofs } = dependencies;
  const before = await openSessionOf(request, dependencies);
  if (before !== undefined) await stores.loginSessions.end(before.user.id, before.session.id);
  setSessionCookie(reply, token, dependencies);
  setBrowserCookie(reply, browserProofs.make(userId), dependencies);
  return found(await stores.loginSessions.find(found(sessionTokenHash(token)), now()));
}

/** The route that needs no login yet. */
export function loginRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/session',
    operationId: 'logIn',
    summary: 'Log in by address and password, and by a code where there is a second factor',
    description:
      'Sets the cookie of the login session. An unknown address, a wrong password and a wrong code have the same answer. Over plain HTTP it works on loopback only.',
    tags,
    body: sessionBody,
    answer: session,
    statuses: [201],
    refusals: ['authentication_failed', 'second_factor_required', 'too_many_failures'],
    run: async (request, reply) => {
      const { email, password, code } = request.body;
      const browser = dependencies.browserProofs.read(browserCookie(request, dependencies) ?? '');
      const asked = { email: readEmail(email), password, code, browser, client: clientOf(request) };
      const { token, user } = await logIn(asked, dependencies);
      const open = await beginSession({ token, userId: user.id }, { request, reply }, dependencies);
      return sessionViewOf(open, dependencies);
    },
  });
}

export function sessionRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/session',
    operationId: 'getSession',
    summary: 'Who is logged in, and in which accounts',
    description: 'The user, its accounts with its role in each, and the account that an operator acts in.',
    tags,
    answer: session,
    run: (request) => sessionViewOf(sessionOf(request), dependencies),
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/session',
    operationId: 'logOut',
    summary: 'Log out',
    description: 'The cookie opens nothing from now on.',
    tags,
    run: async (request, reply) => {
      await endSession(sessionOf(request).session.id, ownOf(request), dependencies);
      clearSessionCookie(reply, dependencies);
    },
  });
  actingRoutes(app, dependencies);
}

function actingRoutes(app: App, dependencies: Dependencies): void {
  const actorOf = (request: FastifyRequest) => ({ ...sessionOf(request), caller: callerOf(request) });
  route(app, {
    method: 'POST',
    url: '/v1/session/acting',
    operationId: 'startActing',
    summary: 'Act inside an account for an hour, with a reason (operator only)',
    description:
      "Requests name the account with Waybill-Account. The account's audit log shows who acts and why, and every request. Passwords, second factors, passkeys and login sessions cannot be changed meanwhile.",
    tags,
    body: actingBody,
    answer: session,
    run: async (request) => {
      const { account_id, reason } = request.body;
      const asked = { accountId: innerId('acc', account_id), reason };
      const acting = await startActing(asked, actorOf(request), dependencies);
      return sessionViewOf({ ...sessionOf(request), acting }, dependencies);
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/session/acting',
    operationId: 'endActing',
    summary: 'Act inside the account no more',
    description: 'It ends by itself after an hour.',
    tags,
    run: (request) => endActing(actorOf(request), dependencies),
  });
}
