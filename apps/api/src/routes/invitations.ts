import { idParams } from '@waybill/contract/id';
import { listQuery } from '@waybill/contract/list';
import { acceptBody, accepted, invitation, invitationBody } from '@waybill/contract/member';
import { tokenParams } from '@waybill/contract/user';
import { linkTokenHash } from '@waybill/io/secrets/link-token';
import { publicId } from '@waybill/relay/id';
import { found } from '@waybill/relay/management/found';
import { acceptInvitation, revokeInvitation } from '@waybill/relay/people/invitations';
import { invitationView } from '@waybill/relay/people/views';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { inviteByMail } from '../invite-by-mail.ts';
import { listRoute } from '../list-route.ts';
import { readEmail } from '../read-email.ts';
import { aboutOf, accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';
import { openSessionOf } from '../session-auth.ts';

const tags = ['People'];

export function invitationRoutes(app: App, dependencies: Dependencies): void {
  const { invitations } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/invitations',
    operationId: 'listInvitations',
    summary: 'Invitations that can still be accepted',
    description: 'Newest first. Those that were accepted, revoked or are too old are not shown.',
    tags,
    cursor: 'invitations',
    query: listQuery,
    item: invitation,
    rows: (page, request) => invitations.list(accountOf(request), { ...page, now: dependencies.now() }),
    view: invitationView,
  });
  route(app, {
    method: 'POST',
    url: '/v1/invitations',
    operationId: 'createInvitation',
    summary: 'Invite an address to the account',
    description:
      'The address gets a mail with a link, which works once and for seven days. It replaces an open invitation of the same address. No caller invites to a role above its own, and a key to none with scopes that it lacks; a key with networks, domains, sending limits or an expiry makes no invitation.',
    tags,
    body: invitationBody,
    answer: invitation,
    statuses: [201],
    idempotent: true,
    refusals: ['conflict', 'account_suspended'],
    run: async (request) => {
      const { email, role } = request.body;
      const asked = { email: readEmail(email), role };
      return invitationView(await inviteByMail(asked, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/invitations/:id',
    operationId: 'revokeInvitation',
    summary: 'Revoke an invitation',
    description: 'Its link works no more.',
    tags,
    params: idParams('inv'),
    run: (request) => revokeInvitation(innerId('inv', request.params.id), callerOf(request), dependencies),
  });
}

/** The token of the mail is the permission. */
export function acceptRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/invitations/:token/accept',
    operationId: 'acceptInvitation',
    summary: 'Accept an invitation',
    description:
      'A new user sets a name and a password. A user who exists must be logged in as the invited address.',
    tags,
    params: tokenParams,
    body: acceptBody,
    answer: accepted,
    refusals: ['not_found', 'authentication_required', 'conflict'],
    run: async (request) => {
      const { name, password: text } = request.body;
      const password = { text, passwords: dependencies.passwords };
      const tokenHash = found(linkTokenHash(request.params.token));
      const loggedIn = (await openSessionOf(request, dependencies))?.user;
      const acceptance = { tokenHash, name, password, loggedIn, about: aboutOf(request) };
      const done = await acceptInvitation(acceptance, dependencies);
      return {
        user_id: publicId('usr', done.user.id),
        account_id: publicId('acc', done.invitation.accountId),
        role: done.invitation.role,
      };
    },
  });
}
