/** Passkeys of a user, and login by one. */
import { idParams } from '@waybill/contract/id';
import { listOf } from '@waybill/contract/list';
import { passkey, passkeyBody, passkeyLoginBody, passkeyOptions } from '@waybill/contract/passkey';
import { session, totpBody } from '@waybill/contract/user';
import { found } from '@waybill/relay/management/found';
import { requirePassword } from '@waybill/relay/people/me';
import {
  addPasskey,
  beginPasskey,
  beginPasskeyLogin,
  logInByPasskey,
  passkeyView,
  removePasskey,
} from '@waybill/relay/people/passkeys';
import type { FastifyRequest } from 'fastify';
import { clientOf } from '../client-of.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { wholeList } from '../list-route.ts';
import { ownOf, sessionOf } from '../request.ts';
import { route } from '../route.ts';
import { beginSession, sessionViewOf } from './session.ts';

const tags = ['People'];

const targetOf = async (request: FastifyRequest, { stores }: Dependencies) => ({
  user: found(await stores.users.byId(sessionOf(request).user.id)),
  caller: ownOf(request).caller,
});

export function passkeyRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/me/passkeys',
    operationId: 'listPasskeys',
    summary: 'Passkeys of this user',
    description: 'The oldest first, without their keys.',
    tags,
    answer: listOf(passkey),
    run: async (request) =>
      wholeList((await dependencies.stores.passkeys.list(sessionOf(request).user.id)).map(passkeyView)),
  });
  route(app, {
    method: 'POST',
    url: '/v1/me/passkeys/options',
    operationId: 'beginPasskey',
    summary: 'Begin a passkey: what to ask the browser for',
    description:
      'The relying party is the host of the public URL; an IP address cannot be one. In waybill dev it is localhost. The answer is valid for five minutes.',
    tags,
    body: totpBody,
    answer: passkeyOptions,
    refusals: ['conflict', 'too_many_failures'],
    run: async (request) => {
      const { user } = await targetOf(request, dependencies);
      await requirePassword(user, request.body.current_password, dependencies);
      return { options: { ...(await beginPasskey(user, dependencies)) } };
    },
  });
  route(app, {
    method: 'POST',
    url: '/v1/me/passkeys',
    operationId: 'createPasskey',
    summary: 'Add the passkey that the browser made',
    description: 'From now on it logs in by itself, without a password and without a code.',
    tags,
    body: passkeyBody,
    answer: passkey,
    statuses: [201],
    refusals: ['conflict'],
    run: async (request) => {
      const { name, credential: answer } = request.body;
      const target = await targetOf(request, dependencies);
      return passkeyView(await addPasskey({ name, answer }, target, dependencies));
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/me/passkeys/:id',
    operationId: 'deletePasskey',
    summary: 'Remove a passkey',
    description: 'It logs in no more.',
    tags,
    params: idParams('psk'),
    run: async (request) =>
      removePasskey(innerId('psk', request.params.id), await targetOf(request, dependencies), dependencies),
  });
}

/** They lead to a login, and need none. */
export function passkeyLoginRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/session/passkey/options',
    operationId: 'beginPasskeyLogin',
    summary: 'Begin a login by passkey: what to ask the browser for',
    description: 'The browser offers the passkeys that it has for this host. Valid for five minutes.',
    tags,
    answer: passkeyOptions,
    refusals: ['conflict'],
    run: async () => ({ options: { ...(await beginPasskeyLogin(dependencies)) } }),
  });
  route(app, {
    method: 'POST',
    url: '/v1/session/passkey',
    operationId: 'logInByPasskey',
    summary: 'Log in by passkey',
    description:
      'Sets the cookie of the login session. A passkey verifies its user, so no code is asked for.',
    tags,
    body: passkeyLoginBody,
    answer: session,
    statuses: [201],
    refusals: ['authentication_failed', 'conflict'],
    run: async (request, reply) => {
      const begun = await logInByPasskey(request.body.credential, clientOf(request), dependencies);
      const open = await beginSession(begun, { request, reply }, dependencies);
      return sessionViewOf(open, dependencies);
    },
  });
}
