/** How people may log in, and the link of a user with the provider of OpenID Connect. */
import { loginMethods, oidcLink, oidcStart } from '@waybill/contract/oidc';
import { totpBody } from '@waybill/contract/user';
import { found } from '@waybill/relay/management/found';
import { requirePassword } from '@waybill/relay/people/me';
import { oidcView, unlinkOidc } from '@waybill/relay/people/oidc';
import type { FastifyRequest } from 'fastify';
import type { App, Dependencies } from '../dependencies.ts';
import { beginOidc, requireOidc } from '../oidc/begin.ts';
import { ownOf, sessionOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['People'];
const url = '/v1/me/oidc';

/** It needs no login yet. */
export function loginMethodRoutes(app: App, { oidc, publicUrl }: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/login-methods',
    operationId: 'getLoginMethods',
    summary: 'How people may log in here',
    description: 'Password and passkeys always; a provider of OpenID Connect where the operator has set one.',
    tags,
    answer: loginMethods,
    run: async () => ({
      oidc: oidc === undefined ? null : { name: oidc.name, url: `${publicUrl}/oidc/login` },
    }),
  });
}

export function oidcRoutes(app: App, dependencies: Dependencies): void {
  const { users, oidcIdentities } = dependencies.stores;
  const userOf = async (request: FastifyRequest) => found(await users.byId(sessionOf(request).user.id));
  route(app, {
    method: 'GET',
    url,
    operationId: 'getOidcLink',
    summary: 'Whether this user is linked with the provider',
    description: 'Shows when it was linked and last used. Not found where the operator has set no provider.',
    tags,
    answer: oidcLink,
    run: async (request) => {
      const { name, issuer } = requireOidc(dependencies);
      return oidcView(name, await oidcIdentities.ofUser(sessionOf(request).user.id, issuer));
    },
  });
  route(app, {
    method: 'POST',
    url,
    operationId: 'beginOidcLink',
    summary: 'Begin to link this user with a login at the provider',
    description:
      'Takes the password. The browser opens the URL, logs in at the provider, and comes back linked. An address is never what links.',
    tags,
    body: totpBody,
    answer: oidcStart,
    refusals: ['conflict', 'too_many_failures'],
    run: async (request, reply) => {
      requireOidc(dependencies);
      const user = await userOf(request);
      await requirePassword(user, request.body.current_password, dependencies);
      return { url: await beginOidc({ kind: 'link', userId: user.id }, reply, dependencies) };
    },
  });
  route(app, {
    method: 'DELETE',
    url,
    operationId: 'deleteOidcLink',
    summary: 'Unlink this user from the provider',
    description: 'A user without a password and without a passkey keeps the link, as the only way to log in.',
    tags,
    refusals: ['conflict'],
    run: async (request) => {
      const { issuer } = requireOidc(dependencies);
      await unlinkOidc(issuer, { user: await userOf(request), caller: ownOf(request).caller }, dependencies);
    },
  });
}
