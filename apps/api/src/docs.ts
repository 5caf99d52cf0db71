/** The API reference at `/docs`. Its script comes from this process, and its policy allows no other origin. */
import { type FastifyInstance, fastify } from 'fastify';
import type { App } from './dependencies.ts';

const policy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The reference is several megabytes of script, so a separate server for it is built at the first request. */
async function buildReference(): Promise<FastifyInstance> {
  const { default: reference } = await import('@scalar/fastify-api-reference');
  const docs = fastify();
  await docs.register(reference, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'Waybill API',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      // Both would send the document to a service of a third party.
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  return docs;
}

export function docsRoutes(app: App): void {
  let reference: Promise<FastifyInstance> | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  app.get('/docs', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs/', 302));
  for (const url of ['/docs/', '/docs/js/scalar.js']) {
    app.get(url, { schema: { hide: true } }, async (_request, reply) => {
      reference ??= buildReference();
      const answer = await (await reference).inject(url);
      return reply
        .code(answer.statusCode)
        .header('content-type', answer.headers['content-type'])
        .header('content-security-policy', policy)
        .header('cache-control', 'public, max-age=3600')
        .send(answer.rawPayload);
    });
  }
}
