/** Who asks: by an API key or by a login session. Only this file reads a key; it is found by its id and checked by its hash in constant time. */
import { isSecretOf, parseApiKey } from '@waybill/io/secrets/generated-secret';
import { isInNetworks, isLoopback } from '@waybill/relay/domains/networks';
import { parsePublicId, publicId } from '@waybill/relay/id';
import { rightsOf } from '@waybill/relay/management/api-keys';
import type { Principal } from '@waybill/relay/management/principal';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import { clientOf } from './client-of.ts';
import { sessionCookie } from './cookies.ts';
import type { Dependencies } from './dependencies.ts';
import { authenticateSession } from './session-auth.ts';

type AuthDependencies = Pick<Dependencies, 'stores' | 'now' | 'noteKeyUse' | 'publicUrl' | 'trustProxy'>;

function bearerOf(request: FastifyRequest): string {
  const header = request.headers.authorization;
  if (header === undefined) throw new Refusal('authentication_required');
  const [, text = ''] = /^Bearer +(\S{1,200})$/i.exec(header) ?? [];
  if (text === '')
    throw new Refusal('authentication_failed', { detail: 'expected Authorization: Bearer wb_…' });
  return text;
}

/** One answer for every reason, so that a caller cannot learn which ids exist. */
async function keyOf(request: FastifyRequest, { stores, now }: AuthDependencies) {
  const parsed = parseApiKey(bearerOf(request));
  const row = parsed && (await stores.apiKeys.byId(parsed.id, now()));
  if (parsed === undefined || row === undefined || !isSecretOf(parsed.secretHash, row.secretHashes))
    throw new Refusal('authentication_failed');
  if (row.networks.length > 0 && !isInNetworks(row.networks, request.ip))
    throw new Refusal('network_not_allowed');
  if (row.isDeleting) throw new Refusal('account_deleting');
  return row;
}

async function namedAccount(
  request: FastifyRequest,
  { stores }: AuthDependencies,
): Promise<string | undefined> {
  const header = request.headers['waybill-account'];
  if (header === undefined) return undefined;
  const id = parsePublicId('acc', String(header));
  if (id === undefined || (await stores.accounts.one(id)) === undefined)
    throw new Refusal('not_found', { detail: 'the account that Waybill-Account names' });
  return id;
}

/**
 * Whether the key crossed a network without TLS. With an https URL and no trusted proxy this process cannot know: its peer is then the
 * proxy that ends TLS.
 */
function crossedInClear(
  { protocol, ip }: FastifyRequest,
  { publicUrl, trustProxy }: AuthDependencies,
): boolean {
  const isKnown = trustProxy.length > 0 || publicUrl.startsWith('http:');
  return isKnown && protocol === 'http' && !isLoopback(ip);
}

async function authenticateKey(request: FastifyRequest, dependencies: AuthDependencies): Promise<Principal> {
  const row = await keyOf(request, dependencies);
  const { id: keyId, kind, accountId, scopes, senderDomains } = row;
  const { ip, agent } = clientOf(request);
  const isPlainHttp = crossedInClear(request, dependencies);
  dependencies.noteKeyUse(keyId, { ip, agent, isPlainHttp, at: dependencies.now() });
  const key = { keyId, scopes, actor: publicId('key', keyId) };
  // An account's key ignores the header.
  if (kind !== 'admin' && accountId !== undefined)
    return { ...key, kind, accountId, senderDomains, rights: rightsOf(row) };
  return { ...key, kind: 'operator', accountId: await namedAccount(request, dependencies) };
}

/** A key goes before a cookie: a program that sends both means the key. */
export function authenticate(request: FastifyRequest, dependencies: AuthDependencies): Promise<Principal> {
  const hasKey = request.headers.authorization !== undefined;
  return !hasKey && sessionCookie(request, dependencies) !== undefined
    ? authenticateSession(request, dependencies)
    : authenticateKey(request, dependencies);
}
