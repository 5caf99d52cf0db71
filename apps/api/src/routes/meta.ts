/** For load balancers and supervisors. Nothing about the inside leaves here; the operator sees it at /v1/admin/health. */
import { isReady } from '../readiness.ts';
import type { App, World } from '../world.ts';

export function metaRoutes(app: App, world: World): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ ok: true }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const ready = await isReady(world);
    return reply.code(ready ? 200 : 503).send({ ready });
  });
}
