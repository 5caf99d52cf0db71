/** Users of the installation, for operators of the platform. */
import { idParams } from '@waybill/contract/id';
import {
  adminUser,
  adminUserBody,
  adminUserDetail,
  adminUserPatch,
  adminUserQuery,
  operatorLink,
} from '@waybill/contract/user';
import { given } from '@waybill/relay/given';
import { found } from '@waybill/relay/management/found';
import { changeUser, createOperator } from '@waybill/relay/people/operators';
import { adminUserView, userAccountView } from '@waybill/relay/people/views';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { readEmail } from '../read-email.ts';
import { callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Operator'];
const params = idParams('usr');

export function adminUserRoutes(app: App, dependencies: Dependencies): void {
  const { users } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/admin/users',
    operationId: 'listUsers',
    summary: 'Users of all accounts, newest first',
    description: 'Disabled users are shown as well.',
    tags,
    cursor: 'users',
    query: adminUserQuery,
    item: adminUser,
    rows: (page, request) => users.list({ ...page, ...given({ q: request.query.q }) }),
    view: adminUserView,
  });
  route(app, {
    method: 'POST',
    url: '/v1/admin/users',
    operationId: 'createOperator',
    summary: 'Make an operator of the platform',
    description:
      'A new user, or a user who exists. The answer holds a link that sets the password, once within an hour. Members of an account are invited instead.',
    tags,
    body: adminUserBody,
    answer: operatorLink,
    statuses: [201],
    idempotent: true,
    run: async (request) => {
      const email = readEmail(request.body.email);
      const { row, token } = await createOperator(email, callerOf(request), dependencies);
      return { ...adminUserView(row), password_url: `${dependencies.publicUrl}/password/${token}` };
    },
  });
  route(app, {
    method: 'GET',
    url: '/v1/admin/users/:id',
    operationId: 'getUser',
    summary: 'One user',
    description: 'Shows how the user logs in and in which accounts it is a member, never a secret.',
    tags,
    params,
    answer: adminUserDetail,
    run: async (request) => {
      const id = innerId('usr', request.params.id);
      const user = adminUserView(found(await users.byId(id)));
      return { ...user, accounts: (await users.accountsOf(id)).map(userAccountView) };
    },
  });
  route(app, {
    method: 'PATCH',
    url: '/v1/admin/users/:id',
    operationId: 'updateUser',
    summary: 'Disable a user, or change whether it is an operator',
    description:
      'A disabled user is logged out at once and cannot log in. Operators do not do this to themselves.',
    tags,
    params,
    body: adminUserPatch,
    answer: adminUser,
    refusals: ['conflict'],
    run: async (request) => {
      const { is_operator: isOperator, status } = request.body;
      const asked = { id: innerId('usr', request.params.id), isOperator, status };
      const by = { caller: callerOf(request), userId: request.openSession?.user.id };
      return adminUserView(await changeUser(asked, by, dependencies));
    },
  });
}
