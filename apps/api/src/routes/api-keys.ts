import { type ApiKeyView, apiKey, apiKeyBody, apiKeySecret } from '@waybill/contract/api-key';
import { idParams } from '@waybill/contract/id';
import { listOf, listQuery } from '@waybill/contract/list';
import { revokeQuery } from '@waybill/contract/revocation';
import type { ApiKeyRecord } from '@waybill/io/postgres/management/api-keys';
import { makeApiKey } from '@waybill/io/secrets/generated-secret';
import { publicId } from '@waybill/relay/id';
import { accountScopes, holdsScope } from '@waybill/relay/management/permissions';
import type { Principal } from '@waybill/relay/management/principal';
import { Refusal } from '@waybill/relay/refusal';
import { z } from 'zod';
import { answers } from '../answers.ts';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { given } from '../given.ts';
import { innerId } from '../inner-id.ts';
import { accountOf, found, isoOrNull, newId, orNull, principalOf, requireDone } from '../request.ts';
import { faultAt } from '../request-fault.ts';

const LIST = 'api-keys';
const tags = ['Credentials'];

export const apiKeyView = (row: ApiKeyRecord): ApiKeyView => ({
  id: publicId('key', row.id),
  kind: row.kind,
  name: row.name,
  scopes: [...row.scopes],
  created_at: row.createdAt.toISOString(),
  expires_at: isoOrNull(row.expiresAt),
  last_used_at: isoOrNull(row.lastUsedAt),
  last_used_ip: orNull(row.lastUsedIp),
});

/** `domains:*` means every scope with that prefix, `*` every scope of an account. */
const spelledOut = (scope: string) =>
  accountScopes.filter((one) => one === scope || (scope.endsWith('*') && one.startsWith(scope.slice(0, -1))));

/** A new key has at most the scopes of the key that makes it. */
function scopesFor(principal: Principal, wanted: readonly string[] | undefined): readonly string[] {
  if (wanted === undefined) return principal.kind === 'operator' ? ['*'] : principal.scopes;
  const beyond = wanted.find((scope) => spelledOut(scope).some((one) => !holdsScope(principal, one)));
  if (beyond !== undefined)
    throw new Refusal('forbidden', { detail: `this key does not have ${beyond} itself` });
  return wanted;
}

function expiryOf(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined;
  const expiresAt = new Date(text);
  if (expiresAt <= now) throw faultAt('/expires_at', 'is in the past');
  return expiresAt;
}

export function apiKeyRoutes(app: App, dependencies: Dependencies): void {
  const { apiKeys } = dependencies.stores;
  app.get(
    '/v1/api-keys',
    {
      schema: {
        operationId: 'listApiKeys',
        summary: 'API keys, without their secrets',
        description: 'Revoked keys are not shown.',
        tags,
        querystring: listQuery,
        response: answers({ 200: listOf(apiKey) }),
      },
    },
    async (request) => {
      const { limit, after } = request.query;
      const page = { limit: limit + 1, ...given({ after: dependencies.cursors.read(LIST, after) }) };
      const rows = await apiKeys.list(accountOf(request), page);
      return dependencies.cursors.page(LIST, rows, { limit, view: apiKeyView });
    },
  );
  app.post(
    '/v1/api-keys',
    {
      schema: {
        operationId: 'createApiKey',
        summary: 'Make an API key; it is shown once',
        description:
          'A key can do at most what the key that makes it can do. The key is shown in this answer only.',
        tags,
        body: apiKeyBody,
        response: answers({ 201: apiKeySecret }),
      },
      config: { audit: 'api_key.created', idempotent: true },
    },
    async (request, reply) => {
      const { name, kind, scopes, expires_at } = request.body;
      const principal = principalOf(request);
      const id = newId(dependencies);
      const { text, secretHash } = makeApiKey(kind, id);
      const row = await apiKeys.create({
        id,
        accountId: accountOf(request),
        kind,
        name,
        secretHash,
        scopes: scopesFor(principal, scopes),
        createdAt: dependencies.now(),
        ...given({ expiresAt: expiryOf(expires_at, dependencies.now()) }),
      });
      request.auditTarget = publicId('key', id);
      noteChange(request, { after: apiKeyView(row) });
      return reply.code(201).send({ ...apiKeyView(row), key: text });
    },
  );
  oneRoutes(app, dependencies);
}

function oneRoutes(app: App, dependencies: Dependencies): void {
  const { apiKeys } = dependencies.stores;
  app.get(
    '/v1/api-keys/:id',
    {
      schema: {
        operationId: 'getApiKey',
        summary: 'One API key, without its secret',
        description: 'Shows its scopes and when it was last used, never its secret.',
        tags,
        params: idParams('key'),
        response: answers({ 200: apiKey }),
      },
    },
    async (request) =>
      apiKeyView(found(await apiKeys.one(accountOf(request), innerId('key', request.params.id)))),
  );
  app.delete(
    '/v1/api-keys/:id',
    {
      schema: {
        operationId: 'revokeApiKey',
        summary: 'Revoke an API key',
        description: 'It opens nothing from now on, and mail that waits is held unless pending=send.',
        tags,
        params: idParams('key'),
        querystring: revokeQuery,
        response: answers({ 204: z.null() }),
      },
      config: { audit: 'api_key.revoked' },
    },
    async (request, reply) => {
      const id = innerId('key', request.params.id);
      const before = apiKeyView(found(await apiKeys.one(accountOf(request), id)));
      noteChange(request, { before });
      requireDone(await apiKeys.revoke(accountOf(request), id, { at: dependencies.now(), ...request.query }));
      return reply.code(204).send(null);
    },
  );
}
