/** Builds the server. `main.ts` listens; tests use `inject`. Hooks run in the order of this file. */
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import { makeId, publicId } from '@waybill/relay/id';
import { Refusal } from '@waybill/relay/refusal';
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { writeAudit } from './audit.ts';
import { authenticate, requireScope } from './auth.ts';
import { isKeyed, requireDeclarations } from './declarations.ts';
import type { App, Dependencies } from './dependencies.ts';
import { description } from './description.ts';
import { openEndpoints, refuseUnrouted } from './endpoints.ts';
import { replyWithProblem } from './http-reply.ts';
import { beginIdempotent, finishIdempotent } from './idempotency.ts';
import { addJsonParser } from './json-body.ts';
import { rateLimit } from './rate-limit.ts';
import { validatorCompiler } from './read-request.ts';
import { registerRoutes } from './routes.ts';
import { requireTestKeyMay, requireTestMessage } from './test-key.ts';

/** Bodies other than submissions are small. */
const BODY_LIMIT_BYTES = 1_048_576;

export async function buildApp(dependencies: Dependencies): Promise<App> {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: 60_000,
    // X-Forwarded-For counts only from the operator's proxies.
    trustProxy: dependencies.trustProxy.length > 0 && [...dependencies.trustProxy],
    genReqId: () => publicId('req', makeId(dependencies.now(), dependencies.random(10))),
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => replyWithProblem(error, { request, reply }, dependencies),
  }) as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => replyWithProblem(error, { request, reply }, dependencies));
  const endpoints = openEndpoints();
  app.addHook('onRoute', endpoints.add);
  app.setNotFoundHandler((request, reply) =>
    replyWithProblem(refuseUnrouted(request, reply, endpoints), { request, reply }, dependencies),
  );
  addBodyParsers(app);
  addRequestFields(app);
  app.addHook('onRoute', requireDeclarations);
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: strictPolicy,
    hsts: isHttps(dependencies),
  });
  await app.register(swagger, description(dependencies));
  addDoors(app, dependencies);
  registerRoutes(app, dependencies);
  return app;
}

const isHttps = (dependencies: Dependencies): boolean => dependencies.publicUrl.startsWith('https:');

const strictPolicy = {
  useDefaults: false,
  directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
};

function addBodyParsers(app: App): void {
  app.removeAllContentTypeParsers();
  addJsonParser(app);
  app.addContentTypeParser('message/rfc822', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
}

function addRequestFields(app: App): void {
  app.decorateRequest('principal', undefined);
  app.decorateRequest('idempotencyKey', undefined);
  app.decorateRequest('answerMayChange', false);
  app.decorateRequest('auditTarget', undefined);
  app.decorateRequest('auditChange', undefined);
}

function addDoors(app: App, dependencies: Dependencies): void {
  const { limits, now, rateLimits } = dependencies;
  const { windowMs } = limits;
  const perKey = rateLimit({ name: 'api-key', quota: limits.perKey, windowMs, now }, rateLimits);
  const failures = rateLimit({ name: 'api-failure', quota: limits.failuresPerIp, windowMs, now }, rateLimits);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', request.id);
    if (!isKeyed(request.routeOptions.url)) return;
    reply.header('cache-control', 'no-store');
    await admit(request, dependencies, failures);
    limitRate({ request, reply }, perKey, dependencies);
  });
  app.addHook('preHandler', (request) => requireTestMessage(request, dependencies));
  app.addHook('preHandler', (request, reply) => beginIdempotent(request, reply, dependencies));
  app.addHook('onSend', async (request, reply, payload) => {
    await writeAudit(request, reply, dependencies);
    await finishIdempotent({ request, reply }, payload, dependencies);
    return payload;
  });
  app.addHook('onResponse', async (request, reply) => {
    dependencies.metrics.httpRequests.inc({ method: request.method, status: String(reply.statusCode) });
    if (isKeyed(request.routeOptions.url)) logRequest({ request, reply }, dependencies);
  });
}

/** Logs the route and not the URL: URLs hold recipients and signed links. */
const logRequest = ({ request, reply }: Exchange, dependencies: Dependencies): void =>
  dependencies.log.info(
    {
      requestId: request.id,
      request: `${request.method} ${request.routeOptions.url}`,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
      key: request.principal?.actor,
      accountId: request.principal?.accountId,
    },
    'answered',
  );

type Failures = ReturnType<typeof rateLimit>;

async function admit(request: FastifyRequest, dependencies: Dependencies, failures: Failures): Promise<void> {
  const retryAt = failures.isOver(request.ip);
  if (retryAt !== undefined) throw new Refusal('too_many_failures', { retryAt });
  try {
    request.principal = await authenticate(request, dependencies);
  } catch (error) {
    // Only wrong keys count as failures; a missing key does not.
    if (error instanceof Refusal && error.code === 'authentication_failed') failures.hit(request.ip);
    throw error;
  }
  requireScope(request, request.principal);
  requireTestKeyMay(request);
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

function limitRate({ request, reply }: Exchange, perKey: Failures, dependencies: Dependencies): void {
  const { limits } = dependencies;
  const seconds = Math.round(limits.windowMs / 1000);
  const { left, endsAt, isOver } = perKey.hit(request.principal?.keyId ?? '');
  const resets = Math.max(0, Math.ceil((endsAt.getTime() - dependencies.now().getTime()) / 1000));
  reply.header('ratelimit-policy', `"key";q=${limits.perKey};w=${seconds}`);
  reply.header('ratelimit', `"key";r=${left};t=${resets}`);
  if (isOver) throw new Refusal('rate_limited', { retryAt: endsAt });
}
