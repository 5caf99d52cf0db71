/** A user's own settings. Every route needs a login session; a key has no user. */
import { idParams } from '@waybill/contract/id';
import { listOf } from '@waybill/contract/list';
import { loginSession, mePatch, user } from '@waybill/contract/user';
import { foldedAddress } from '@waybill/mail/address';
import { found } from '@waybill/relay/management/found';
import { changeMe, endSession, renewSession } from '@waybill/relay/people/me';
import { leaveAccount } from '@waybill/relay/people/members';
import { loginSessionView, userView } from '@waybill/relay/people/views';
import { setSessionCookie } from '../cookies.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { wholeList } from '../list-route.ts';
import { readEmail } from '../read-email.ts';
import { ownOf, sessionOf } from '../request.ts';
import { route } from '../route.ts';
import { emailChangeLimit, mailAskedEmail } from './email-changes.ts';

const tags = ['People'];

export function meRoutes(app: App, dependencies: Dependencies): void {
  const requireFewChanges = emailChangeLimit(dependencies);
  route(app, {
    method: 'GET',
    url: '/v1/me',
    operationId: 'getMe',
    summary: 'The user of this login session',
    description: 'Its address, its name, and how it logs in.',
    tags,
    answer: user,
    run: async (request) => userView(found(await dependencies.stores.users.byId(sessionOf(request).user.id))),
  });
  route(app, {
    method: 'PATCH',
    url: '/v1/me',
    operationId: 'updateMe',
    summary: 'Change the name, the address, the password, or whether notices come by mail',
    description:
      'A new password needs the present one. It ends every other login session, and this one gets a new id. A new address needs the password or a code; it gets a link, the present one a notice, and it counts once the link is opened. The answer is the same for an address that another user has.',
    tags,
    body: mePatch,
    answer: user,
    refusals: ['too_many_failures'],
    run: async (request, reply) => {
      const { current_password: currentPassword, email: address, ...asked } = request.body;
      const own = ownOf(request);
      const email = address === undefined ? undefined : foldedAddress(readEmail(address));
      if (email !== undefined) await requireFewChanges(own.userId);
      const { user: row, askedEmail } = await changeMe(
        { ...asked, email, currentPassword },
        own,
        dependencies,
      );
      if (askedEmail !== undefined) mailAskedEmail(askedEmail, request, dependencies);
      if (asked.password !== undefined)
        setSessionCookie(reply, await renewSession(own.sessionId, dependencies), dependencies);
      return userView(row);
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/me/accounts/:id',
    operationId: 'leaveAccount',
    summary: 'Leave an account',
    description: 'The user loses this account at once. The last owner cannot leave.',
    tags,
    params: idParams('acc'),
    refusals: ['conflict'],
    run: (request) => leaveAccount(innerId('acc', request.params.id), ownOf(request), dependencies),
  });
  loginSessionRoutes(app, dependencies);
}

function loginSessionRoutes(app: App, dependencies: Dependencies): void {
  const { loginSessions } = dependencies.stores;
  route(app, {
    method: 'GET',
    url: '/v1/me/sessions',
    operationId: 'listMySessions',
    summary: 'Where this user is logged in',
    description: 'Newest first. A session that ended is not shown.',
    tags,
    answer: listOf(loginSession),
    run: async (request) => {
      const { session } = sessionOf(request);
      const rows = await loginSessions.list(session.userId, dependencies.now());
      return wholeList(rows.map((row) => loginSessionView(row, session.id)));
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/me/sessions/:id',
    operationId: 'endMySession',
    summary: 'End a login session',
    description: 'Its cookie opens nothing from now on.',
    tags,
    params: idParams('ses'),
    run: (request) => endSession(innerId('ses', request.params.id), ownOf(request), dependencies),
  });
}
