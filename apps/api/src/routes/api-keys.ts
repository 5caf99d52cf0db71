import { apiKey, apiKeyBody, apiKeyPatch, apiKeySecret } from '@waybill/contract/api-key';
import { idParams } from '@waybill/contract/id';
import { listQuery } from '@waybill/contract/list';
import { revokeQuery } from '@waybill/contract/revocation';
import { rotateBody } from '@waybill/contract/smtp-credential';
import { given } from '@waybill/relay/given';
import {
  apiKeyView,
  changeApiKey,
  createApiKey,
  revokeApiKey,
  rotateApiKey,
} from '@waybill/relay/management/api-keys';
import { found } from '@waybill/relay/management/found';
import { readNetwork } from '@waybill/relay/management/network-rules';
import { faultAt } from '@waybill/relay/management/request-fault';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { readDomain } from '../read-domain.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Credentials'];
const params = idParams('key');

const minute = 60_000;
const graceMinutes = 1_440;

const limitedTo = (body: {
  readonly networks?: readonly string[] | undefined;
  readonly sender_domains?: readonly string[] | undefined;
}) =>
  given({
    networks: body.networks?.map((text, index) => readNetwork(`/networks/${index}`, text)),
    senderDomains: body.sender_domains?.map(readDomain),
  });

function expiryOf(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined;
  const expiresAt = new Date(text);
  if (expiresAt <= now) throw faultAt('/expires_at', 'is in the past');
  return expiresAt;
}

export function apiKeyRoutes(app: App, dependencies: Dependencies): void {
  const { apiKeys } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/api-keys',
    operationId: 'listApiKeys',
    summary: 'API keys, without their secrets',
    description: 'Revoked keys are not shown.',
    tags,
    cursor: 'api-keys',
    query: listQuery,
    item: apiKey,
    rows: (page, request) => apiKeys.list(accountOf(request), page),
    view: apiKeyView,
  });
  route(app, {
    method: 'POST',
    url: '/v1/api-keys',
    operationId: 'createApiKey',
    summary: 'Make an API key; it is shown once',
    description:
      'A key can do at most what the key that makes it can do: its scopes, networks, domains and expiry, or less; a key with sending limits makes none that sends. The key is shown in this answer only.',
    tags,
    body: apiKeyBody,
    answer: apiKeySecret,
    statuses: [201],
    idempotent: true,
    run: async (request) => {
      const { name, kind, scopes, expires_at, limits } = request.body;
      const expiresAt = expiryOf(expires_at, dependencies.now());
      const asked = { name, kind, scopes, limits, ...given({ expiresAt }), ...limitedTo(request.body) };
      const { row, key } = await createApiKey(asked, callerOf(request), dependencies);
      return { ...apiKeyView(row), key };
    },
  });
  oneRoutes(app, dependencies);
}

function oneRoutes(app: App, dependencies: Dependencies): void {
  const { apiKeys } = dependencies.stores;
  route(app, {
    method: 'GET',
    url: '/v1/api-keys/:id',
    operationId: 'getApiKey',
    summary: 'One API key, without its secret',
    description: 'Shows its scopes and when it was last used, never its secret.',
    tags,
    params,
    answer: apiKey,
    run: async (request) =>
      apiKeyView(found(await apiKeys.one(accountOf(request), innerId('key', request.params.id)))),
  });
  route(app, {
    method: 'PATCH',
    url: '/v1/api-keys/:id',
    operationId: 'updateApiKey',
    summary: 'Change the name or the limits of an API key',
    description:
      'What is not given stays as it is; null removes a sending limit. A key widens no key beyond its own rights, itself included.',
    tags,
    params,
    body: apiKeyPatch,
    answer: apiKey,
    run: async (request) => {
      const { name, limits } = request.body;
      const id = innerId('key', request.params.id);
      const change = { id, limits, ...given({ name }), ...limitedTo(request.body) };
      return apiKeyView(await changeApiKey(change, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'POST',
    url: '/v1/api-keys/:id/rotate',
    operationId: 'rotateApiKey',
    summary: 'A new secret; the old key works for the grace period',
    description:
      'The new key is shown in this answer only. Mail that waits goes on. A key rotates itself, and keys that can do no more than it can.',
    tags,
    params,
    body: rotateBody,
    answer: apiKeySecret,
    idempotent: true,
    run: async (request) => {
      const graceMs = (request.body?.grace_minutes ?? graceMinutes) * minute;
      const asked = { id: innerId('key', request.params.id), graceMs };
      const { row, key } = await rotateApiKey(asked, callerOf(request), dependencies);
      return { ...apiKeyView(row), key };
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/api-keys/:id',
    operationId: 'revokeApiKey',
    summary: 'Revoke an API key',
    description: 'It opens nothing from now on, and mail that waits is held unless pending=send.',
    tags,
    params,
    query: revokeQuery,
    run: (request) => {
      const asked = { id: innerId('key', request.params.id), ...request.query };
      return revokeApiKey(asked, callerOf(request), dependencies);
    },
  });
}
