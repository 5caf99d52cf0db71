/** For load balancers and supervisors. Nothing about the inside leaves here; the operator sees it at /v1/admin/health. */
import type { App, World } from '../world.ts';

export function metaRoutes(app: App, world: World): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ ok: true }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const results = await Promise.all(Object.values(world.checks).map((check) => check()));
    const ready = results.every(({ ok }) => ok);
    return reply.code(ready ? 200 : 503).send({ ready });
  });
}
