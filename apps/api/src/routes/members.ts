import { idParams } from '@waybill/contract/id';
import { member, memberPatch } from '@waybill/contract/member';
import { changeMember, removeMember } from '@waybill/relay/people/members';
import { memberView } from '@waybill/relay/people/views';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { wholeListRoute } from '../list-route.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['People'];
const params = idParams('usr');

export function memberRoutes(app: App, dependencies: Dependencies): void {
  wholeListRoute(app, {
    url: '/v1/members',
    operationId: 'listMembers',
    summary: 'Members of the account and their roles',
    description: 'All of them, the first member first.',
    tags,
    item: member,
    rows: async (request) => (await dependencies.stores.members.list(accountOf(request))).map(memberView),
  });
  route(app, {
    method: 'PATCH',
    url: '/v1/members/:id',
    operationId: 'updateMember',
    summary: 'Change the role of a member',
    description:
      'No caller gives or takes a role above its own, a key gives none with scopes that it lacks, and the last owner stays an owner.',
    tags,
    params,
    body: memberPatch,
    answer: member,
    refusals: ['conflict'],
    run: async (request) => {
      const change = { userId: innerId('usr', request.params.id), role: request.body.role };
      return memberView(await changeMember(change, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/members/:id',
    operationId: 'removeMember',
    summary: 'Remove a member',
    description: 'The user stays and loses this account at once. The last owner cannot be removed.',
    tags,
    params,
    refusals: ['conflict'],
    run: (request) => removeMember(innerId('usr', request.params.id), callerOf(request), dependencies),
  });
}
