/** `/api-keys`: API keys as Resend makes, lists and removes them. */
import { idParams } from '@waybill/contract/id';
import {
  resendApiKey,
  resendApiKeyBody,
  resendApiKeyChanged,
  resendApiKeyPatch,
  resendApiKeyRemoved,
  resendApiKeySecret,
} from '@waybill/contract/resend/api-key';
import { resendListOf, resendListQuery } from '@waybill/contract/resend/list';
import { publicId } from '@waybill/relay/id';
import { apiKeyView, changeApiKey, createApiKey, revokeApiKey } from '@waybill/relay/management/api-keys';
import { faultAt } from '@waybill/relay/management/request-fault';
import type { FastifyRequest } from 'fastify';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';
import { resendList, resendPage } from './resend-list.ts';

const tags = ['Resend'];
const dialect = 'resend';

async function limitedTo(
  request: FastifyRequest,
  id: string | undefined,
  { stores }: Dependencies,
): Promise<{ readonly senderDomains?: readonly string[] }> {
  if (id === undefined) return {};
  const row = await stores.senderDomains.one(accountOf(request), innerId('dom', id));
  if (row === undefined) throw faultAt('/domain_id', 'is no domain of this account');
  return { senderDomains: [row.domain] };
}

function changeRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'PATCH',
    url: '/api-keys/:id',
    operationId: 'updateResendApiKey',
    summary: 'Change the name of an API key',
    description: 'Its limits and domains are changed by PATCH /v1/api-keys/{id}.',
    tags,
    dialect,
    params: idParams('key'),
    body: resendApiKeyPatch,
    answer: resendApiKeyChanged,
    run: async (request) => {
      const change = { id: innerId('key', request.params.id), name: request.body.name, limits: undefined };
      await changeApiKey(change, callerOf(request), dependencies);
      return { object: 'api_key' as const, id: request.params.id };
    },
  });
}

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
      const { query } = request;
      const rows = await dependencies.stores.apiKeys.list(accountOf(request), resendPage('key', query));
      return resendList(rows.map(apiKeyView), {
        query,
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
      'A key can do at most what the key that makes it can do. With `domain_id` it sends only as this domain; a key for several is made by POST /v1/api-keys.',
    tags,
    dialect,
    body: resendApiKeyBody,
    answer: resendApiKeySecret,
    statuses: [201],
    idempotent: true,
    run: async (request) => {
      const { name, permission, domain_id } = request.body;
      const scopes = permission === 'sending_access' ? ['messages:send'] : undefined;
      // A key that may do all could make another one without the restriction.
      if (domain_id !== undefined && scopes === undefined)
        throw faultAt('/domain_id', 'needs the permission sending_access');
      const limited = await limitedTo(request, domain_id, dependencies);
      const asked = { name, kind: 'live' as const, scopes, ...limited };
      const { row, key: token } = await createApiKey(asked, callerOf(request), dependencies);
      return { id: publicId('key', row.id), token };
    },
  });
  changeRoute(app, dependencies);
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
