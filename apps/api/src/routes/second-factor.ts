/** The second factor of a user: TOTP and recovery codes. */
import { codeBody, recoveryCodes, totp, totpBody, totpSecret } from '@waybill/contract/user';
import { found } from '@waybill/relay/management/found';
import { isoOrNull } from '@waybill/relay/management/or-null';
import { renewSession, requirePassword } from '@waybill/relay/people/me';
import type { UserRecord } from '@waybill/relay/people/records';
import { beginTotp, confirmTotp, disableTotp, renewRecoveryCodes } from '@waybill/relay/people/second-factor';
import type { FastifyRequest } from 'fastify';
import { setSessionCookie } from '../cookies.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { ownOf, sessionOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['People'];

async function userOf(request: FastifyRequest, { stores }: Dependencies): Promise<UserRecord> {
  return found(await stores.users.byId(sessionOf(request).user.id));
}

const targetOf = async (request: FastifyRequest, dependencies: Dependencies) => ({
  user: await userOf(request, dependencies),
  caller: ownOf(request).caller,
});

/** The name by which an authenticator app shows the code. */
const issuerOf = ({ platformDomain }: Dependencies): string => `Waybill ${platformDomain}`;

export function secondFactorRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/me/totp',
    operationId: 'getTotp',
    summary: 'Whether a second factor is enabled',
    description: 'And how many recovery codes are left.',
    tags,
    answer: totp,
    run: async (request) => {
      const user = await userOf(request, dependencies);
      return {
        enabled_at: isoOrNull(user.totpEnabledAt),
        recovery_codes_left: await dependencies.stores.secondFactors.codesLeft(user.id),
      };
    },
  });
  route(app, {
    method: 'POST',
    url: '/v1/me/totp',
    operationId: 'beginTotp',
    summary: 'Begin a second factor: a secret for the authenticator app',
    description: 'It counts once it is confirmed by a first code. The secret is shown in this answer only.',
    tags,
    body: totpBody,
    answer: totpSecret,
    refusals: ['conflict', 'too_many_failures'],
    run: async (request) => {
      const user = await userOf(request, dependencies);
      await requirePassword(user, request.body.current_password, dependencies);
      return beginTotp(user, issuerOf(dependencies), dependencies);
    },
  });
  confirmRoutes(app, dependencies);
}

function confirmRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/me/totp/confirm',
    operationId: 'confirmTotp',
    summary: 'Confirm the second factor by a first code',
    description:
      'From now on a login needs a code. The answer shows the recovery codes, once. The login session gets a new id.',
    tags,
    body: codeBody,
    answer: recoveryCodes,
    refusals: ['conflict'],
    run: async (request, reply) => {
      const target = await targetOf(request, dependencies);
      const codes = await confirmTotp(target, request.body.code, dependencies);
      const { sessionId } = ownOf(request);
      setSessionCookie(reply, await renewSession(sessionId, dependencies), dependencies);
      return { codes: [...codes] };
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/me/totp',
    operationId: 'disableTotp',
    summary: 'Disable the second factor',
    description: 'Needs a code of the app, or a recovery code. The recovery codes work no more.',
    tags,
    body: codeBody,
    refusals: ['conflict', 'too_many_failures'],
    run: async (request) =>
      disableTotp(await targetOf(request, dependencies), request.body.code, dependencies),
  });
  route(app, {
    method: 'POST',
    url: '/v1/me/recovery-codes',
    operationId: 'renewRecoveryCodes',
    summary: 'New recovery codes; the ones before work no more',
    description: 'Needs a code of the app, or a recovery code. The new codes are shown in this answer only.',
    tags,
    body: codeBody,
    answer: recoveryCodes,
    refusals: ['conflict', 'too_many_failures'],
    run: async (request) => ({
      codes: [
        ...(await renewRecoveryCodes(await targetOf(request, dependencies), request.body.code, dependencies)),
      ],
    }),
  });
}
