/**
 * `Idempotency-Key` on creating requests: the same key and body get the same answer for a day; the scope is account and route, and
 * the caller where the answer shows a key or a secret.
 * An answer that may change later is not kept, so that a retry runs again. Stored answers are encrypted, because some hold a
 * secret. docs/api.md §1.
 */
import { createHash } from 'node:crypto';
import { faultAt } from '@waybill/relay/management/request-fault';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dependencies } from './dependencies.ts';
import { principalOf } from './request.ts';

const day = 86_400_000;
/** The account of keys of an operator without an account. A UUIDv7 is never all zero. */
const noAccount = '00000000-0000-0000-0000-000000000000';

const keyOf = (request: FastifyRequest): string | undefined => {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = String(header);
  if (!/^[\x20-\x7e]{1,256}$/.test(key))
    throw faultAt('/headers/idempotency-key', 'must be 1 to 256 printable characters');
  return key;
};

function bodyHash(request: FastifyRequest): Buffer {
  const { body, url, headers } = request;
  const content = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body ?? null));
  const envelope = [url, headers['x-envelope-from'], headers['x-envelope-to']].join('\n');
  return createHash('sha256').update(envelope).update('\0').update(content).digest();
}

const contextOf = ({ accountId, route, key }: { accountId: string; route: string; key: string }): string =>
  `idempotency:${accountId}:${route}:${key}`;

/**
 * A test key must not get a stored answer of a live key, and no caller the secret of a key or credential that another one made: it
 * may open more than the caller itself.
 */
function routeOf(request: FastifyRequest): string {
  const { kind, actor } = principalOf(request);
  const { config, url } = request.routeOptions;
  const showsSecret = config.permission?.scope === 'credentials:write';
  return [request.method, url, ...(kind === 'test' ? ['test'] : []), ...(showsSecret ? [actor] : [])].join(
    ' ',
  );
}

type Stored = { readonly sealed: string };

/** Runs before the handler. Answers itself when the request was answered before. */
export async function beginIdempotent(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: Dependencies,
): Promise<void> {
  const key = request.routeOptions.config.idempotent ? keyOf(request) : undefined;
  if (key === undefined) return;
  const now = dependencies.now();
  const scope = {
    accountId: principalOf(request).accountId ?? noAccount,
    route: routeOf(request),
    key,
  };
  const begun = await dependencies.stores.idempotency.begin({
    ...scope,
    bodyHash: bodyHash(request),
    now,
    expiresAt: new Date(now.getTime() + day),
  });
  if (begun.state === 'conflict') throw new Refusal('idempotency_conflict');
  if (begun.state === 'running')
    throw new Refusal('idempotency_running', { retryAt: new Date(now.getTime() + 1000) });
  if (begun.state === 'fresh') {
    request.idempotencyKey = scope;
    return;
  }
  const { sealed } = begun.response as Stored;
  const [type = '', ...payload] = dependencies.box
    .open(Buffer.from(sealed, 'base64'), contextOf(scope))
    .toString()
    .split('\n');
  await reply
    .code(begun.status)
    .header('content-type', type)
    .header('idempotency-replayed', 'true')
    .send(payload.join('\n'));
}

/** Statuses of faults in the request itself: the same request gets them again. Faults of settings, state or load are not kept. */
const lasting: ReadonlySet<number> = new Set([400, 413, 415, 422]);

const mayChange = (request: FastifyRequest, status: number): boolean =>
  request.answerMayChange || (status >= 400 && !lasting.has(status));

/** Runs when the answer is known. A failure here loses the replay and never the answer, because the work is done. */
export async function finishIdempotent(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  payload: unknown,
  dependencies: Dependencies,
): Promise<void> {
  const scope = request.idempotencyKey;
  if (scope === undefined) return;
  const { idempotency } = dependencies.stores;
  try {
    if (mayChange(request, reply.statusCode)) return await idempotency.forget(scope);
    const answer = Buffer.from(`${reply.getHeader('content-type')}\n${payload}`);
    const sealed = dependencies.box.seal(answer, contextOf(scope)).toString('base64');
    await idempotency.finish({ ...scope, status: reply.statusCode, response: { sealed } });
  } catch (err) {
    dependencies.log.error({ err, requestId: request.id }, 'idempotent answer not kept');
  }
}
