/** Keys of the operator. `waybill operator-key` makes them on the host; these routes list and revoke them. */
import { apiKey } from '@waybill/contract/api-key';
import { idParams } from '@waybill/contract/id';
import { listOf, listQuery } from '@waybill/contract/list';
import { Refusal } from '@waybill/relay/refusal';
import { z } from 'zod';
import { answers } from '../answers.ts';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { given } from '../given.ts';
import { innerId } from '../inner-id.ts';
import { found, requireDone } from '../request.ts';
import { apiKeyView } from './api-keys.ts';

const LIST = 'operator-keys';
const tags = ['Operator'];
const params = idParams('key');

export function adminApiKeyRoutes(app: App, dependencies: Dependencies): void {
  const { apiKeys } = dependencies.stores;
  app.get(
    '/v1/admin/api-keys',
    {
      schema: {
        operationId: 'listOperatorKeys',
        summary: 'Keys of the operator, without their secrets',
        description: 'Without their secrets.',
        tags,
        querystring: listQuery,
        response: answers({ 200: listOf(apiKey) }),
      },
    },
    async (request) => {
      const { limit, after } = request.query;
      const page = { limit: limit + 1, ...given({ after: dependencies.cursors.read(LIST, after) }) };
      return dependencies.cursors.page(LIST, await apiKeys.list(undefined, page), {
        limit,
        view: apiKeyView,
      });
    },
  );
  app.get(
    '/v1/admin/api-keys/:id',
    {
      schema: {
        operationId: 'getOperatorKey',
        summary: 'One key of the operator, without its secret',
        description: 'Shows its name and when it was last used, never its secret.',
        tags,
        params,
        response: answers({ 200: apiKey }),
      },
    },
    async (request) => apiKeyView(found(await apiKeys.one(undefined, innerId('key', request.params.id)))),
  );
  app.delete(
    '/v1/admin/api-keys/:id',
    {
      schema: {
        operationId: 'revokeOperatorKey',
        summary: 'Revoke a key of the operator; the last one that works stays',
        description: 'It opens nothing from now on. The last one cannot be revoked.',
        tags,
        params,
        response: answers({ 204: z.null() }),
      },
      config: { audit: 'operator_key.revoked', refusals: ['conflict'] },
    },
    async (request, reply) => {
      const id = innerId('key', request.params.id);
      noteChange(request, { before: apiKeyView(found(await apiKeys.one(undefined, id))) });
      const done = await apiKeys.revokeOperators(id, dependencies.now());
      if (done === 'last')
        throw new Refusal('conflict', {
          detail:
            'this is the last operator key that works; make another one first with `waybill operator-key`',
        });
      requireDone(done === 'revoked');
      return reply.code(204).send(null);
    },
  );
}
