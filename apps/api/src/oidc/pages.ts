/** The ways to the provider of OpenID Connect and back. Each is a plain redirect, so that it works from any page. */
import { linkTokenHash } from '@waybill/io/secrets/link-token';
import { publicId } from '@waybill/relay/id';
import { found } from '@waybill/relay/management/found';
import { acceptByOidc, linkOidc, logInByOidc, type OidcClaims } from '@waybill/relay/people/oidc';
import { Refusal, refusalRow } from '@waybill/relay/refusal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientOf } from '../client-of.ts';
import { oidcCookie, setOidcCookie } from '../cookies.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { sendPage } from '../form-pages.ts';
import { html } from '../html.ts';
import { aboutOf } from '../request.ts';
import { beginSession } from '../routes/session.ts';
import { requireSafeLogin } from '../safe-login.ts';
import { openSessionOf } from '../session-auth.ts';
import { type OidcPurpose, openAttempt } from './attempt.ts';
import { beginOidc, CALLBACK, requireOidc } from './begin.ts';

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };
type Arrival = { readonly claims: OidcClaims; readonly purpose: OidcPurpose };

/** Where the browser goes next. */
async function arrive(
  { claims, purpose }: Arrival,
  { request, reply }: Exchange,
  dependencies: Dependencies,
) {
  if (purpose.kind === 'link') {
    const open = await openSessionOf(request, dependencies);
    if (open?.user.id !== purpose.userId) throw new Refusal('authentication_required');
    const caller = { actor: publicId('usr', open.user.id), accountId: undefined, about: aboutOf(request) };
    await linkOidc(claims, { user: open.user, caller }, dependencies);
    return '/app/you';
  }
  const client = clientOf(request);
  const begun =
    purpose.kind === 'login'
      ? await logInByOidc(claims, client, dependencies)
      : await acceptByOidc(claims, { tokenHash: found(linkTokenHash(purpose.token)), client }, dependencies);
  await beginSession(begun, { request, reply }, dependencies);
  return '/app/';
}

const failed = (reply: FastifyReply, { code, detail }: Refusal): FastifyReply => {
  const { http, fix } = refusalRow(code);
  return sendPage(
    reply.code(http),
    'The login did not work',
    html`<p>${detail ?? fix}</p><p><a href="/app/login">Go to the login page</a></p>`,
  );
};

async function callback(exchange: Exchange, dependencies: Dependencies): Promise<FastifyReply> {
  const { request, reply } = exchange;
  requireSafeLogin(request, dependencies.publicUrl);
  const attempt = openAttempt(oidcCookie(request, dependencies), dependencies);
  setOidcCookie(reply, '', dependencies);
  const [, search = ''] = request.url.split('?');
  const answerUrl = `${dependencies.publicUrl}${CALLBACK}?${search}`;
  const claims = attempt && (await requireOidc(dependencies).finish(answerUrl, attempt));
  if (attempt === undefined || claims === undefined)
    return failed(
      reply,
      new Refusal('authentication_failed', {
        detail: 'The provider’s answer does not verify, or it came too late. Begin again.',
      }),
    );
  try {
    return reply.redirect(await arrive({ claims, purpose: attempt.purpose }, exchange, dependencies), 303);
  } catch (error) {
    if (error instanceof Refusal) return failed(reply, error);
    throw error;
  }
}

/** Registered only where the operator has set a provider. */
export function oidcPages(app: App, dependencies: Dependencies): void {
  if (dependencies.oidc === undefined) return;
  const go = async (purpose: OidcPurpose, { request, reply }: Exchange): Promise<FastifyReply> => {
    requireSafeLogin(request, dependencies.publicUrl);
    reply.header('cache-control', 'no-store');
    return reply.redirect(await beginOidc(purpose, reply, dependencies), 303);
  };
  const hidden = { schema: { hide: true } };
  app.get('/oidc/login', hidden, (request, reply) => go({ kind: 'login' }, { request, reply }));
  app.get<{ Params: { token: string } }>('/oidc/invitation/:token', hidden, (request, reply) =>
    go({ kind: 'invitation', token: request.params.token }, { request, reply }),
  );
  app.get(CALLBACK, hidden, (request, reply) => callback({ request, reply }, dependencies));
}
