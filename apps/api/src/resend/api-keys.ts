/** `/api-keys`: API keys as Resend makes, lists and removes them. */
import { idParams } from '@waybill/contract/id';
import {
  resendApiKey,
  resendApiKeyBody,
  resendApiKeyRemoved,
  resendApiKeySecret,
} from '@waybill/contract/resend/api-key';
import { resendListOf, resendListQuery } from '@waybill/contract/resend/list';
import { given } from '@waybill/relay/given';
import { publicId } from '@waybill/relay/id';
import { apiKeyView, createApiKey, revokeApiKey } from '@waybill/relay/management/api-keys';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';
import { resendList } from './resend-list.ts';

const tags = ['Resend'];
const dialect = 'resend';

export function resendApiKeyRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/api-keys',
    operationId: 'listResendApiKeys',
    summary: 'API keys, without their secrets, as Resend lists them',
    description: 'Revoked keys are not shown.',
    tags,
    dialect,
    query: resendListQuery('key'),
    answer: resendListOf(resendApiKey),
    run: async (request) => {
      const { limit, after } = request.query;
      const page = { limit: limit + 1, ...given({ after: innerIdOrNone('key', after) }) };
      const rows = await dependencies.stores.apiKeys.list(accountOf(request), page);
      return resendList(rows.map(apiKeyView), {
        limit,
        view: ({ id, name, created_at, last_used_at }) => ({ id, name, created_at, last_used_at }),
      });
    },
  });
  route(app, {
    method: 'POST',
    url: '/api-keys',
    operationId: 'createResendApiKey',
    summary: 'Make an API key; it is shown once',
    description:
      'A key can do at most what the key that makes it can do. A key for single domains is made by POST /v1/api-keys.',
    tags,
    dialect,
    body: resendApiKeyBody,
    answer: resendApiKeySecret,
    statuses: [201],
    idempotent: true,
    run: async (request) => {
      const { name, permission } = request.body;
      const scopes = permission === 'sending_access' ? ['messages:send'] : undefined;
      const asked = { name, kind: 'live' as const, scopes };
      const { row, key: token } = await createApiKey(asked, callerOf(request), dependencies);
      return { id: publicId('key', row.id), token };
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/api-keys/:id',
    operationId: 'removeResendApiKey',
    summary: 'Revoke an API key',
    description: 'It opens nothing from now on, and mail of it that waits is held.',
    tags,
    dialect,
    params: idParams('key'),
    answer: resendApiKeyRemoved,
    run: async (request) => {
      await revokeApiKey({ id: innerId('key', request.params.id) }, callerOf(request), dependencies);
      return { object: 'api_key' as const, id: request.params.id, deleted: true as const };
    },
  });
}
