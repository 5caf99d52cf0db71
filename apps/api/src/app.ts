/** Builds the server. `main.ts` listens; tests use `inject`. Hooks run in the order of this file. */
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import { makeId, publicId } from '@waybill/relay/id';
import { fastify } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { App, Dependencies } from './dependencies.ts';
import { description } from './description.ts';
import { openEndpoints, refuseUnrouted } from './endpoints.ts';
import { replyWithProblem } from './http-reply.ts';
import { addJsonParser } from './json-body.ts';
import { validatorCompiler } from './read-request.ts';
import { registerRoutes } from './routes.ts';

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
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: strictPolicy,
    hsts: isHttps(dependencies),
  });
  await app.register(swagger, description(dependencies));
  app.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    dependencies.metrics.httpRequests.inc({ method: request.method, status: String(reply.statusCode) });
  });
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
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addContentTypeParser('message/rfc822', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
}

function addRequestFields(app: App): void {
  app.decorateRequest('principal', undefined);
  app.decorateRequest('openSession', undefined);
  app.decorateRequest('idempotencyKey', undefined);
  app.decorateRequest('answerMayChange', false);
  app.decorateRequest('sendingLimits', undefined);
}
