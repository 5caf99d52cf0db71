/** The hooks of every audience that needs a key or a login session, in their order: who asks, may they, how often, once only, audit, log. */
import { type Permission, permissionOf, requirePermission } from '@waybill/relay/management/permissions';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { auditVisit } from './audit.ts';
import { authenticate } from './auth.ts';
import type { App, Dependencies } from './dependencies.ts';
import { beginIdempotent, finishIdempotent } from './idempotency.ts';
import { type RateLimit, rateLimit } from './rate-limit.ts';
import { addRateLimitFields, addSendingLimitFields } from './rate-limit-fields.ts';
import { principalOf } from './request.ts';
import { requireTestMessage } from './test-key.ts';

export type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

const isReading = ({ method }: FastifyRequest): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method);

/** A route without a row in the table of permissions stops the start. */
export function setPermission(route: RouteOptions): void {
  route.config = { ...route.config, permission: permissionOf(String(route.method), route.url) };
}

/** Both audiences share the counters of these hooks. */
export function openKeyHooks(dependencies: Dependencies): (scope: App) => void {
  const { limits, now, rateLimits } = dependencies;
  const { windowMs } = limits;
  const perKey = rateLimit({ name: 'api-key', quota: limits.perKey, windowMs, now }, rateLimits);
  const failures = rateLimit({ name: 'api-failure', quota: limits.failuresPerIp, windowMs, now }, rateLimits);
  return (scope) => {
    scope.addHook('onRoute', setPermission);
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store');
      await admit(request, dependencies, failures);
      limitRate({ request, reply }, perKey, dependencies);
    });
    scope.addHook('preHandler', (request) => requireTestMessage(request, dependencies));
    scope.addHook('preHandler', (request, reply) => beginIdempotent(request, reply, dependencies));
    scope.addHook('onSend', async (request, reply, payload) => {
      addSendingLimitFields(reply, request.sendingLimits ?? [], now());
      await auditVisit(request, reply, dependencies);
      await finishIdempotent({ request, reply }, payload, dependencies);
      return payload;
    });
    scope.addHook('onResponse', async (request, reply) => logRequest({ request, reply }, dependencies));
  };
}

async function admit(
  request: FastifyRequest,
  dependencies: Dependencies,
  failures: RateLimit,
): Promise<void> {
  const retryAt = failures.isOver(request.ip);
  if (retryAt !== undefined) throw new Refusal('too_many_failures', { retryAt });
  try {
    request.principal = await authenticate(request, dependencies);
  } catch (error) {
    // Only wrong keys count as failures; a missing key does not.
    if (error instanceof Refusal && error.code === 'authentication_failed') failures.hit(request.ip);
    throw error;
  }
  const { permission } = request.routeOptions.config;
  // `setPermission` gives every route of the audience a row. This check is the second one.
  if (permission === undefined) throw new Refusal('not_found');
  requireNotActing(request, permission);
  requirePermission(request.principal, permission, isReading(request));
}

/** An operator inside an account must not lock its members out, nor log in as one of them. */
function requireNotActing(request: FastifyRequest, { notWhileActing }: Permission): void {
  const { principal, openSession } = request;
  const isInside = principal?.kind === 'operator' && principal.accountId !== undefined;
  if (notWhileActing && (isInside || openSession?.acting !== undefined) && !isReading(request))
    throw new Refusal('forbidden', { detail: 'not while acting inside an account' });
}

function limitRate({ request, reply }: Exchange, perKey: RateLimit, dependencies: Dependencies): void {
  const { limits } = dependencies;
  const windowSeconds = Math.round(limits.windowMs / 1000);
  const { left, endsAt, isOver } = perKey.hit(principalOf(request).actor);
  const policy = { name: 'key', quota: limits.perKey, windowSeconds, left, endsAt };
  addRateLimitFields(reply, [policy], dependencies.now());
  if (isOver) throw new Refusal('rate_limited', { retryAt: endsAt });
}

/** Logs the route and not the URL: URLs hold recipients and the tokens of links. */
export const logRequest = ({ request, reply }: Exchange, dependencies: Dependencies): void =>
  dependencies.log.info(
    {
      requestId: request.id,
      request: `${request.method} ${request.routeOptions.url}`,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
      actor: request.principal?.actor,
      accountId: request.principal?.accountId,
    },
    'answered',
  );
