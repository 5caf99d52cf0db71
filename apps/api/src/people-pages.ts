/** The pages behind the links that set a password, accept an invitation, and sign in on a developer's machine. */
import { linkTokenHash } from '@waybill/io/secrets/link-token';
import { isLoopback } from '@waybill/relay/domains/networks';
import { RequestFault } from '@waybill/relay/management/request-fault';
import { acceptInvitation } from '@waybill/relay/people/invitations';
import { setPasswordByLink } from '@waybill/relay/people/password-links';
import { startSession } from '@waybill/relay/people/start-session';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientOf } from './client-of.ts';
import { setBrowserCookie } from './cookies.ts';
import type { App, Dependencies } from './dependencies.ts';
import { addFormParser, type FormBody, sendPage } from './form-pages.ts';
import { html, type Markup } from './html.ts';
import { oidcPages } from './oidc/pages.ts';
import { refuseForeignOrigin } from './origin.ts';
import { plainName } from './product-mail/plain-name.ts';
import { aboutOf } from './request.ts';
import { confirmByToken } from './routes/email-changes.ts';
import { beginSession } from './routes/session.ts';
import { requireSafeLogin } from './safe-login.ts';
import { openSessionOf } from './session-auth.ts';

type TokenRequest = { Params: { token: string } };
type FormRequest = TokenRequest & { Body: FormBody | undefined };

const closed = (reply: FastifyReply): FastifyReply =>
  sendPage(
    reply.code(404),
    'This link does not work',
    html`<p>It was used before, it is too old, or it was replaced by a newer one. Ask for another one where this one came from.</p>`,
  );

const faultMarkup = (fault: string | undefined): Markup =>
  fault === undefined ? html`` : html`<p role="alert"><b>${fault}</b></p>`;

const passwordField = html`<p><label for="password">Password, at least 12 characters</label><br><input id="password" name="password" type="password" autocomplete="new-password" minlength="12" maxlength="256" required></p>`;

const passwordMarkup = (token: string, email: string, fault?: string): Markup =>
  html`${faultMarkup(fault)}<p>Address: ${email}</p><form method="post" action="/password/${token}">${passwordField}<p><button type="submit">Set the password</button></p></form>
<p>It works once. It ends every login of this user, and does not switch off a second factor.</p>`;

/** What the person can correct; other refusals close the page. */
function faultOf(error: unknown): string {
  if (error instanceof RequestFault) return (error.detail ?? '').replace(/^\/password: /, 'The password ');
  if (error instanceof Refusal && error.code === 'authentication_required') return error.detail ?? '';
  throw error;
}

const requireOwnPage = (request: FastifyRequest, { publicUrl }: Dependencies): void => {
  requireSafeLogin(request, publicUrl);
  refuseForeignOrigin(request, publicUrl);
};

function passwordPages(app: App, dependencies: Dependencies): void {
  const { stores, now } = dependencies;
  const addressOf = async (token: string) => {
    const tokenHash = linkTokenHash(token);
    const userId = tokenHash && (await stores.userLinks.pending(tokenHash, 'password', now()));
    const user = userId === undefined ? undefined : await stores.users.byId(userId);
    return tokenHash && user && { tokenHash, email: user.email };
  };
  app.get<TokenRequest>('/password/:token', { schema: { hide: true } }, async (request, reply) => {
    const { token } = request.params;
    const found = await addressOf(token);
    return found === undefined
      ? closed(reply)
      : sendPage(reply, 'Set a password', passwordMarkup(token, found.email));
  });
  app.post<FormRequest>('/password/:token', { schema: { hide: true } }, async (request, reply) => {
    requireOwnPage(request, dependencies);
    const { token } = request.params;
    const found = await addressOf(token);
    if (found === undefined) return closed(reply);
    const { email, tokenHash } = found;
    try {
      const asked = { tokenHash, password: request.body?.password ?? '', about: aboutOf(request) };
      const user = await setPasswordByLink(asked, dependencies);
      setBrowserCookie(reply, dependencies.browserProofs.make(user.id), dependencies);
    } catch (error) {
      const body = passwordMarkup(token, email, faultOf(error));
      return sendPage(reply.code(400), 'Set a password', body);
    }
    return sendPage(reply, 'The password is set', html`<p>Log in with ${email} and the new password.</p>`);
  });
}

/** Opening it changes nothing; only its button does. */
function emailPages(app: App, dependencies: Dependencies): void {
  const { stores, now } = dependencies;
  const title = 'Your new address';
  app.get<TokenRequest>('/email/:token', { schema: { hide: true } }, async (request, reply) => {
    const { token } = request.params;
    const tokenHash = linkTokenHash(token);
    const asked = tokenHash && (await stores.userLinks.pendingEmail(tokenHash, now()));
    if (!asked) return closed(reply);
    const form = html`<p>Address: ${asked.email}</p><form method="post" action="/email/${token}"><p><button type="submit">Confirm</button></p></form>
<p>From now on you log in with this address. Every other login of yours ends.</p>`;
    return sendPage(reply, title, form);
  });
  app.post<TokenRequest>('/email/:token', { schema: { hide: true } }, async (request, reply) => {
    requireOwnPage(request, dependencies);
    try {
      const email = await confirmByToken(request.params.token, request, dependencies);
      return sendPage(reply, 'The address is confirmed', html`<p>Log in with ${email} from now on.</p>`);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'not_found') return closed(reply);
      throw error;
    }
  });
}

type Invited = {
  readonly token: string;
  readonly email: string;
  readonly role: string;
  readonly accountName: string;
  readonly isNew: boolean;
  /** Of OpenID Connect, where a new user may use it in place of a password. */
  readonly provider: string | undefined;
};

const nameField = html`<p><label for="name">Your name</label><br><input id="name" name="name" autocomplete="name" maxlength="200" required></p>`;

const providerMarkup = ({ token, provider }: Invited): Markup =>
  provider === undefined
    ? html``
    : html`<p>Or <a href="/oidc/invitation/${token}">accept with ${provider}</a>, without a password.</p>`;

const invitedMarkup = (invited: Invited, fault?: string): Markup =>
  html`${faultMarkup(fault)}<dl><dt>Account</dt><dd>${plainName(invited.accountName)}</dd><dt>Role</dt><dd>${invited.role}</dd><dt>Address</dt><dd>${invited.email}</dd></dl>
<form method="post" action="/invitation/${invited.token}">${invited.isNew ? html`${nameField}${passwordField}` : html`<p>You must be logged in as this address.</p>`}<p><button type="submit">Accept</button></p></form>${providerMarkup(invited)}`;

function invitationPages(app: App, dependencies: Dependencies): void {
  const { stores, now, oidc } = dependencies;
  const invitedBy = async (token: string) => {
    const tokenHash = linkTokenHash(token);
    const row = tokenHash && (await stores.invitations.byToken(tokenHash, now()));
    const account = row && (await stores.accounts.one(row.accountId));
    if (!tokenHash || !row || !account) return undefined;
    const isNew = (await stores.users.byEmail(row.email)) === undefined;
    const { email, role } = row;
    const provider = isNew ? oidc?.name : undefined;
    return { tokenHash, invited: { token, email, role, accountName: account.name, isNew, provider } };
  };
  const title = 'An invitation';
  app.get<TokenRequest>('/invitation/:token', { schema: { hide: true } }, async (request, reply) => {
    const found = await invitedBy(request.params.token);
    return found === undefined ? closed(reply) : sendPage(reply, title, invitedMarkup(found.invited));
  });
  app.post<FormRequest>('/invitation/:token', { schema: { hide: true } }, async (request, reply) => {
    requireOwnPage(request, dependencies);
    const found = await invitedBy(request.params.token);
    if (found === undefined) return closed(reply);
    const { tokenHash, invited } = found;
    const { name = '', password: text } = request.body ?? {};
    const password = { text, passwords: dependencies.passwords };
    const loggedIn = (await openSessionOf(request, dependencies))?.user;
    const about = aboutOf(request);
    try {
      const shownName = name.slice(0, 200).replace(/\p{Cc}/gu, '') || undefined;
      await acceptInvitation({ tokenHash, name: shownName, password, loggedIn, about }, dependencies);
    } catch (error) {
      return sendPage(reply.code(400), title, invitedMarkup(invited, faultOf(error)));
    }
    const done = html`<p>You are a member of ${plainName(invited.accountName)} now. Log in with ${invited.email}.</p>`;
    return sendPage(reply, 'Accepted', done);
  });
}

/** A page of the dashboard, and nothing elsewhere. */
const dashboardPage = (query: unknown): string => {
  const { next } = query as { readonly next?: unknown };
  return typeof next === 'string' && /^\/app\/[^\\\s]*$/.test(next) ? next : '/app/';
};

/**
 * `waybill dev` prints the link. It logs in once, and from this machine only; to a browser that is logged in it stays a link to the
 * dashboard. `next` names a page there.
 */
function signInPage(app: App, dependencies: Dependencies): void {
  const { stores, now } = dependencies;
  app.get<TokenRequest>('/sign-in/:token', { schema: { hide: true } }, async (request, reply) => {
    const tokenHash = linkTokenHash(request.params.token);
    if (!isLoopback(request.ip)) return closed(reply);
    const page = dashboardPage(request.query);
    if ((await openSessionOf(request, dependencies)) !== undefined) return reply.redirect(page, 303);
    const userId = tokenHash && (await stores.userLinks.use(tokenHash, 'sign_in', now()));
    if (userId === undefined) return closed(reply);
    const token = await startSession({ id: userId }, clientOf(request), dependencies);
    await beginSession({ token, userId }, { request, reply }, dependencies);
    return reply.redirect(page, 303);
  });
}

export function peoplePages(app: App, dependencies: Dependencies): void {
  void app.register((instance, _options, done) => {
    const scope = instance as unknown as App;
    addFormParser(scope);
    passwordPages(scope, dependencies);
    emailPages(scope, dependencies);
    invitationPages(scope, dependencies);
    oidcPages(scope, dependencies);
    if (dependencies.isDevelopment) signInPage(scope, dependencies);
    done();
  });
}
