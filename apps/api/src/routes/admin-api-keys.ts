/** Keys of the operator. `waybill operator-key` makes them on the host; these routes list and revoke them. */
import { apiKey } from '@waybill/contract/api-key';
import { idParams } from '@waybill/contract/id';
import { listQuery } from '@waybill/contract/list';
import { apiKeyView, revokeOperatorKey } from '@waybill/relay/management/api-keys';
import { found } from '@waybill/relay/management/found';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Operator'];
const params = idParams('key');

export function adminApiKeyRoutes(app: App, dependencies: Dependencies): void {
  const { apiKeys } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/admin/api-keys',
    operationId: 'listOperatorKeys',
    summary: 'Keys of the operator, without their secrets',
    description: 'Without their secrets.',
    tags,
    cursor: 'operator-keys',
    query: listQuery,
    item: apiKey,
    rows: (page) => apiKeys.list(undefined, page),
    view: apiKeyView,
  });
  route(app, {
    method: 'GET',
    url: '/v1/admin/api-keys/:id',
    operationId: 'getOperatorKey',
    summary: 'One key of the operator, without its secret',
    description: 'Shows its name and when it was last used, never its secret.',
    tags,
    params,
    answer: apiKey,
    run: async (request) =>
      apiKeyView(found(await apiKeys.one(undefined, innerId('key', request.params.id)))),
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/admin/api-keys/:id',
    operationId: 'revokeOperatorKey',
    summary: 'Revoke a key of the operator; the last one that works stays',
    description: 'It opens nothing from now on. The last one cannot be revoked.',
    tags,
    params,
    refusals: ['conflict'],
    run: (request) => revokeOperatorKey(innerId('key', request.params.id), callerOf(request), dependencies),
  });
}
